# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""JSON of a record, compiled: the same bytes as msgspec's, indented where wanted, in one pass.

Each character goes from where its string holds it into the JSON. msgspec would keep a second copy of every string in
UTF-8, and go over the JSON again to indent it.
"""

from cpython.ref cimport Py_XDECREF
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from msgspec import Struct

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object text)
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow) except? -1

include "_room.pxi"
include "_structs.pxi"

cdef enum:
    DEEPEST = 64  # which no record is
    ESCAPED = 6  # bytes of the longest escape
    DIGITS = 20  # of the longest number of 64 bits, with its sign

ctypedef fused Char:
    uint8_t
    uint16_t
    uint32_t

cdef const char *_HEX = b"0123456789abcdef"
cdef char _short[0x20]  # escapes of control characters that have a letter of their own
_short[:] = [0] * 0x20
_short[8], _short[9], _short[10], _short[12], _short[13] = b"b", b"t", b"n", b"f", b"r"

cdef dict _shapes = {}  # of each type of struct


def encode(object record, bint indented):
    """Encode a struct of structs, lists, dicts, texts and numbers, and a newline; None where it holds anything else."""
    cdef _Writer writer = _Writer.__new__(_Writer)
    writer.indented = indented
    try:
        writer.value(record, 0)
    except _OtherError:
        return None
    writer.reserve(1)
    writer.put(c"\n")
    return _taken(&writer.held, writer.size)


cdef inline bint _are_plain(const uint8_t *chars) noexcept:
    """Whether eight characters are ASCII that stands for itself in JSON."""
    cdef uint64_t ones = 0x0101010101010101
    cdef uint64_t all, low, quotes, slashes
    memcpy(&all, chars, 8)
    # A character below the bound borrows, which sets its highest bit; those above ASCII have it set anyway.
    low = all - 0x20 * ones
    quotes = (all ^ c'"' * ones) - ones
    slashes = (all ^ c"\\" * ones) - ones
    return not ((all | low | quotes | slashes) & 0x80 * ones)


class _OtherError(Exception):
    """A value that is left to msgspec."""


cdef class _Writer:
    """The JSON so far."""

    cdef bint indented
    cdef PyObject *held  # the bytes that the JSON stands in
    cdef char *data
    cdef Py_ssize_t size
    cdef Py_ssize_t room

    def __cinit__(self):
        self.grow(32768)

    def __dealloc__(self):
        Py_XDECREF(self.held)

    cdef int value(self, object value, int depth) except -1:
        cdef object kind = type(value)
        if kind is str:
            self.text(<str>value)
        elif value is None:
            self.word(b"null", 4)
        elif kind is int:
            self.number(value)
        elif kind is list:
            self.sequence(<list>value, depth + 1)
        elif kind is dict:
            self.mapping(<dict>value, depth + 1)
        elif kind is bool:
            self.word(b"true" if value else b"false", 4 if value else 5)
        else:
            self.struct(value, _shape(kind), depth + 1)
        return 0

    cdef int struct(self, object value, list shape, int depth) except -1:
        cdef _Field field
        cdef char before = c"{"
        for field in shape:
            self.next(before, depth)
            self.word(field.key, len(field.key))
            self.colon()
            self.value(field.of(value), depth)
            before = c","
        self.close(c"{", c"}", len(shape), depth - 1)
        return 0

    cdef int sequence(self, list values, int depth) except -1:
        cdef Py_ssize_t place
        for place in range(len(values)):
            self.next(c"[" if place == 0 else c",", depth)
            self.value(values[place], depth)
        self.close(c"[", c"]", len(values), depth - 1)
        return 0

    cdef int mapping(self, dict values, int depth) except -1:
        cdef char before = c"{"
        for key, value in values.items():
            if type(key) is not str:
                raise _OtherError
            self.next(before, depth)
            self.text(<str>key)
            self.colon()
            self.value(value, depth)
            before = c","
        self.close(c"{", c"}", len(values), depth - 1)
        return 0

    cdef int next(self, char before, int depth) except -1:
        """Begin the first value of several, or the next."""
        if depth > DEEPEST:
            raise _OtherError
        self.reserve(2 + 2 * DEEPEST)
        self.put(before)
        self.new_line(depth)
        return 0

    cdef int close(self, char opening, char closing, Py_ssize_t count, int depth) except -1:
        self.reserve(2 + 2 * DEEPEST)
        if count:
            self.new_line(depth)
        else:
            self.put(opening)
        self.put(closing)
        return 0

    cdef inline void new_line(self, int depth) noexcept:
        if self.indented:
            self.put(c"\n")
            memset(self.data + self.size, c" ", 2 * depth)
            self.size += 2 * depth

    cdef inline int colon(self) except -1:
        self.reserve(2)
        self.put(c":")
        if self.indented:
            self.put(c" ")
        return 0

    cdef inline int word(self, const char *word, Py_ssize_t size) except -1:
        self.reserve(size)
        memcpy(self.data + self.size, word, size)
        self.size += size
        return 0

    cdef int number(self, object number) except -1:
        cdef int overflow = 0
        cdef long long value = PyLong_AsLongLongAndOverflow(number, &overflow)
        cdef unsigned long long left = value if value >= 0 else -<unsigned long long>value
        cdef char digits[DIGITS]
        cdef int first = DIGITS
        if overflow:
            raise _OtherError
        while left or first == DIGITS:
            first -= 1
            digits[first] = c"0" + <char>(left % 10)
            left //= 10
        if value < 0:
            first -= 1
            digits[first] = c"-"
        return self.word(digits + first, DIGITS - first)

    cdef int text(self, str text) except -1:
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef const void *data = PyUnicode_DATA(text)
        cdef int width = 1 if PyUnicode_IS_ASCII(text) else kind if kind == 4 else kind + 1
        self.reserve(size * width + 1)
        self.put(c'"')
        if kind == 1:
            self.chars[uint8_t](<const uint8_t *>data, size, width)
        elif kind == 2:
            self.chars[uint16_t](<const uint16_t *>data, size, width)
        else:
            self.chars[uint32_t](<const uint32_t *>data, size, width)
        self.reserve(1)
        self.put(c'"')
        return 0

    cdef int chars(self, const Char *chars, Py_ssize_t size, int width) except -1:
        """Write characters as UTF-8; there is room for as many bytes as ``width`` says of each, but for no escape."""
        cdef char *out = self.data + self.size
        cdef Py_ssize_t at = 0
        cdef uint32_t char
        while at < size:
            if Char is uint8_t:
                while at + 8 <= size and _are_plain(chars + at):
                    memcpy(out, chars + at, 8)
                    out += 8
                    at += 8
                if at == size:
                    break
            char = chars[at]
            at += 1
            if char < 0x80:
                if char < 0x20 or char == c'"' or char == c"\\":
                    self.size = out - self.data
                    self.escape(char, (size - at) * width)
                    out = self.data + self.size
                else:
                    out[0] = <char>char
                    out += 1
            elif char < 0x800:
                out[0] = <char>(0xC0 | char >> 6)
                out[1] = <char>(0x80 | char & 0x3F)
                out += 2
            elif Char is not uint8_t:
                if char < 0x10000:
                    if 0xD800 <= char < 0xE000:
                        raise _OtherError
                    out[0] = <char>(0xE0 | char >> 12)
                    out[1] = <char>(0x80 | char >> 6 & 0x3F)
                    out[2] = <char>(0x80 | char & 0x3F)
                    out += 3
                elif Char is uint32_t:
                    out[0] = <char>(0xF0 | char >> 18)
                    out[1] = <char>(0x80 | char >> 12 & 0x3F)
                    out[2] = <char>(0x80 | char >> 6 & 0x3F)
                    out[3] = <char>(0x80 | char & 0x3F)
                    out += 4
        self.size = out - self.data
        return 0

    cdef int escape(self, uint32_t char, Py_ssize_t following) except -1:
        """Write a character that JSON has no place for, and keep room for those that follow."""
        self.reserve(ESCAPED + following)
        self.put(c"\\")
        if char >= 0x20:
            self.put(<char>char)
        elif _short[char]:
            self.put(_short[char])
        else:
            self.word(b"u00", 3)
            self.put(_HEX[char >> 4])
            self.put(_HEX[char & 0xF])
        return 0

    cdef inline void put(self, char char) noexcept:
        """Write one byte that there is room for."""
        self.data[self.size] = char
        self.size += 1

    cdef inline int reserve(self, Py_ssize_t more) except -1:
        return self.grow(more) if self.room - self.size < more else 0

    cdef int grow(self, Py_ssize_t more) except -1:
        self.room = 2 * self.room + more
        self.data = _room_in_bytes(&self.held, self.size, self.room)
        return 0


cdef list _shape(object kind):
    """Return the fields of a type of struct."""
    shape = _shapes.get(kind)
    if shape is None:
        if not issubclass(kind, Struct):
            raise _OtherError
        shape = _shapes[kind] = [_Field(kind, name) for name in kind.__struct_fields__]
    return <list>shape
