# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Headers of plain lines, compiled: the same as ``front_matter`` reads with ``header_plain``.

Whatever is not so plain is left to them.
"""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_Substring
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport strchr

from newsingest.header_plain import BRACE, MOST_LINES

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(Py_UCS4 char)

ctypedef fused Char:
    uint8_t
    uint16_t
    uint32_t

cdef str _BRACE = BRACE
cdef int _MOST_LINES = MOST_LINES

cdef enum:
    LONGEST_KEY = 100
    RULE = 4  # characters of the line above and below a header

cdef const char *_SIGNS = b"-?:,[]{}#&*!|>'\"%@`"  # that mean something to YAML where a value begins
cdef object _NOTHING = object()


def split(str text not None):
    """Read a post's header: its fields and the body; None where anything about it is not plain."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _split[uint8_t](<const uint8_t *>data, size, text)
    if kind == 2:
        return _split[uint16_t](<const uint16_t *>data, size, text)
    return _split[uint32_t](<const uint32_t *>data, size, text)


cdef object _split(const Char *chars, Py_ssize_t size, str text):
    cdef _Header header
    cdef Py_ssize_t at = 0, start, end
    cdef int count = 0
    while at < size and chars[at] == c"\n":
        at += 1
    if not _is_rule(chars, size, at) or _has_return(chars, size):
        return None
    start = at = at + RULE
    header = _Header.__new__(_Header)
    header.text = text
    header.fields = {}
    while not _is_rule(chars, size, at):
        end = at
        while end < size and chars[end] != c"\n":
            end += 1
        count += 1
        if end == size or count > _MOST_LINES or not header.read(chars, at, end):
            return None
        at = end + 1
    if not count or (header.has_hash and _BRACE in text[start:at]):
        return None
    return header.fields, PyUnicode_Substring(text, at + RULE, size)


cdef bint _is_rule(const Char *chars, Py_ssize_t size, Py_ssize_t at) noexcept:
    return (
        size - at >= RULE
        and chars[at] == c"-"
        and chars[at + 1] == c"-"
        and chars[at + 2] == c"-"
        and chars[at + 3] == c"\n"
    )


cdef bint _has_return(const Char *chars, Py_ssize_t size) noexcept:
    cdef Char found = 0
    cdef Py_ssize_t at
    for at in range(size):
        found |= chars[at] == c"\r"
    return found != 0


cdef class _Header:
    """The fields of a header so far. As ``header_plain.read_lines``."""

    cdef str text
    cdef dict fields
    cdef str key  # of the list that is open, or may begin
    cdef list items
    cdef Py_ssize_t indent
    cdef bint has_hash

    cdef bint read(self, const Char *chars, Py_ssize_t at, Py_ssize_t end) except -1:
        """Read a line; False where it is not plain."""
        cdef Py_ssize_t start = at
        if chars[at] == c" " or chars[at] == c"-":
            while at < end and chars[at] == c" ":
                at += 1
            if at == end or chars[at] != c"-" or self.key is None:
                return False
            value = self.value(chars, at + 1, end)
            if value is None or value is _NOTHING:
                return False
            return self.append(value, at - start)
        while at < end and at - start < LONGEST_KEY and _is_of_key(chars[at], at == start):
            at += 1
        if at == start or at == end or chars[at] != c":":
            return False
        value = self.value(chars, at + 1, end)
        key = PyUnicode_Substring(self.text, start, at)
        if value is None or key in self.fields:
            return False
        self.fields[key] = None if value is _NOTHING else value
        self.key = key if value is _NOTHING else None
        self.items = None
        return True

    cdef bint append(self, object value, Py_ssize_t indent) except -1:
        if self.items is None:
            self.items = self.fields[self.key] = []
            self.indent = indent
        elif indent != self.indent:
            return False
        self.items.append(value)
        return True

    cdef object value(self, const Char *chars, Py_ssize_t at, Py_ssize_t end):
        """Read what stands behind a key or dash; None where it is not plain."""
        cdef Py_ssize_t start
        if at < end and chars[at] != c" ":
            return None
        while end > at and chars[end - 1] == c" ":
            end -= 1
        while at < end and chars[at] == c" ":
            at += 1
        if at == end:
            return _NOTHING
        start = at
        if chars[at] != c"'":
            return PyUnicode_Substring(self.text, at, end) if _is_bare(chars, at, end) else None
        at += 1
        while at < end and chars[at] != c"'":
            self.has_hash |= chars[at] == c"#"
            if not _is_plain(chars[at]):
                return None
            at += 1
        return PyUnicode_Substring(self.text, start + 1, at) if at == end - 1 else None


cdef bint _is_of_key(uint32_t char, bint is_first) noexcept:
    if c"a" <= char | 0x20 <= c"z":
        return True
    return not is_first and (c"0" <= char <= c"9" or char == c"_" or char == c"-")


cdef bint _is_bare(const Char *chars, Py_ssize_t at, Py_ssize_t end) noexcept:
    """Whether a value means itself to YAML without quotes."""
    cdef uint32_t char = chars[at]
    if Py_UNICODE_ISSPACE(char) or (char < 0x80 and strchr(_SIGNS, <int>char) != NULL):
        return False
    while at < end:
        char = chars[at]
        at += 1
        if not _is_plain(char) or char == c"#":
            return False
        if char == c":" and (at == end or chars[at] == c":" or Py_UNICODE_ISSPACE(chars[at])):
            return False
    return True


cdef inline bint _is_plain(uint32_t char) noexcept:
    """Whether a character is no control character, no line break of YAML's own and nothing that Unicode has not."""
    return (
        0x20 <= char < 0x7F
        or 0xA0 <= char < 0x2028
        or 0x2029 < char < 0xD800
        or (0xE000 <= char < 0xFFFD and char != 0xFEFF)
        or char > 0xFFFF
    )
