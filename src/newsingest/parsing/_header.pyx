# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Headers of plain lines, compiled: the same as ``header_plain.split``.

What is written in a less common way is left to that.
"""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_Substring
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport strchr

from newsingest.parsing.header_plain import BRACE, MOST_LINES

cdef extern from "Python.h":
    bint Py_UNICODE_ISALNUM(Py_UCS4 char)
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

    # What stands behind a key or dash:
    NOTHING = 0
    PLAIN = 1
    BROKEN = 2
    COMMENT = 3
    OTHER = 4

cdef const char *_SIGNS = b"-?:,[]{}#&*!|>'\"%@`"  # that mean something to YAML where a value begins


def split(str text not None):
    """Part a post: its fields, what is to be mended, the lines above them, and the body; None where it is not plain."""
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
    while at < size and chars[at] == c"\n":
        at += 1
    if not _is_rule(chars, size, at) or _has_return(chars, size):
        return None
    start = at
    header = _Header.__new__(_Header)
    header.text = text
    header.fields = {}
    header.broken = {}
    at += RULE
    while not _is_rule(chars, size, at):
        end = at
        while end < size and chars[end] != c"\n":
            end += 1
        if end == size or header.count == _MOST_LINES or not header.read(chars, at, end):
            return None
        header.count += 1
        at = end + 1
    if not header.count or not header.comments <= header.broken.keys():
        return None
    for key, rows in header.folded.items():
        header.fields[key] = "".join(rows)
    mended = header.broken if header.broken or (header.has_hash and _BRACE in text[start:at]) else None
    return header.fields, mended, start + 1, PyUnicode_Substring(text, at + RULE, size)


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
    """The fields of a header so far."""

    cdef str text
    cdef dict fields
    cdef dict broken
    cdef set comments  # keys of lists that hold them
    cdef int count  # of lines
    cdef str key  # of the list that is open, or may begin
    cdef int key_line
    cdef list items
    cdef Py_ssize_t indent
    cdef dict folded  # values in several rows, and the breaks between these
    cdef str open_key  # of the value that may go on in the next row
    cdef int breaks
    cdef bint has_hash
    cdef Py_ssize_t first  # of the value that was read last
    cdef Py_ssize_t behind

    def __cinit__(self):
        self.comments = set()
        self.folded = {}

    cdef bint read(self, const Char *chars, Py_ssize_t at, Py_ssize_t end) except -1:
        """Read a line; False where it is not plain."""
        cdef Py_ssize_t start = at
        cdef int found
        if at == end or chars[at] == c" " or chars[at] == c"-":
            while at < end and chars[at] == c" ":
                at += 1
            if at < end and chars[at] == c"-":
                return self.item(chars, at + 1, end, at - start)
            return self.open_key is not None and self.row(chars, at, end)
        while at < end and at - start < LONGEST_KEY and _is_of_key(chars[at], at == start):
            at += 1
        if at == start or at == end or chars[at] != c":":
            return False
        key = PyUnicode_Substring(self.text, start, at)
        found = self.value(chars, at + 1, end)
        if found > BROKEN or key in self.fields:
            return False
        self.fields[key] = PyUnicode_Substring(self.text, self.first, self.behind) if found == PLAIN else None
        if found == BROKEN:
            self.broken[key] = self.count, PyUnicode_Substring(self.text, self.first, end)
        self.key = key if found == NOTHING else None
        self.open_key = key if found == PLAIN and chars[self.behind] != c"'" else None  # which ends a quoted one
        self.breaks = 0
        self.key_line = self.count
        self.items = None
        return True

    cdef bint row(self, const Char *chars, Py_ssize_t at, Py_ssize_t end) except -1:
        """Add a row to the value above it."""
        cdef Py_ssize_t last = _without_blanks(chars, at, end)
        if at == last:
            self.breaks += 1
            return True
        if _bare(chars, at, last, end) != PLAIN:
            return False
        rows = self.folded.setdefault(self.open_key, [self.fields[self.open_key]])
        rows += ("\n" * self.breaks or " ", PyUnicode_Substring(self.text, at, last))
        self.breaks = 0
        return True

    cdef bint item(self, const Char *chars, Py_ssize_t at, Py_ssize_t end, Py_ssize_t indent) except -1:
        """Read what stands behind a list's dash."""
        cdef int found = self.value(chars, at, end)
        if self.key is None or found == NOTHING or found == OTHER:
            return False
        if self.items is None:
            self.items = self.fields[self.key] = []
            self.indent = indent
        elif indent != self.indent:
            return False
        if found != PLAIN:
            if found == COMMENT:
                self.comments.add(self.key)
            elif chars[self.first] == c"@" or chars[self.first] == c"`":
                self.broken[self.key] = self.key_line, None
            else:
                return False
            while chars[self.behind - 1] == c" " or chars[self.behind - 1] == c"\t":
                self.behind -= 1
        self.items.append(PyUnicode_Substring(self.text, self.first, self.behind))
        return True

    cdef int value(self, const Char *chars, Py_ssize_t at, Py_ssize_t end) except -1:
        """Say what stands behind a key or dash, and where."""
        cdef Py_ssize_t last = _without_blanks(chars, at, end)
        if at < end and chars[at] != c" ":
            return OTHER
        while at < last and chars[at] == c" ":
            at += 1
        self.first, self.behind = at, last
        if at == last:
            return NOTHING
        if chars[at] == c"#":
            return COMMENT
        if chars[at] == c"@" or chars[at] == c"`":
            return BROKEN
        if chars[at] == c"'" or chars[at] == c'"':
            return self.quoted(chars, at, last)
        return _bare(chars, at, last, end)

    cdef int quoted(self, const Char *chars, Py_ssize_t at, Py_ssize_t last) except -1:
        """Say what begins with a quote; more behind the closing one breaks it."""
        cdef Char quote = chars[at]
        at += 1
        while at < last and chars[at] != quote:
            self.has_hash |= chars[at] == c"#"
            if not _is_plain(chars[at]) or (quote == c'"' and chars[at] == c"\\"):
                return OTHER
            at += 1
        if at >= last - 1:
            self.first += 1
            self.behind -= 1
            return PLAIN if at == last - 1 and quote == c"'" else OTHER
        at += 1
        while chars[at] == c" ":
            at += 1
        return BROKEN if chars[at] == c'"' or chars[at] == c"_" or Py_UNICODE_ISALNUM(chars[at]) else OTHER


cdef inline Py_ssize_t _without_blanks(const Char *chars, Py_ssize_t at, Py_ssize_t end) noexcept:
    """Return where a value ends that has blanks behind it."""
    while end > at and chars[end - 1] == c" ":
        end -= 1
    return end


cdef bint _is_of_key(uint32_t char, bint is_first) noexcept:
    if c"a" <= char | 0x20 <= c"z":
        return True
    return not is_first and (c"0" <= char <= c"9" or char == c"_" or char == c"-")


cdef int _bare(const Char *chars, Py_ssize_t at, Py_ssize_t last, Py_ssize_t end) noexcept:
    """Say what a value without quotes is to YAML; a colon and a blank inside break it."""
    cdef uint32_t char = chars[at]
    if Py_UNICODE_ISSPACE(char) or (char < 0x80 and strchr(_SIGNS, <int>char) != NULL):
        return OTHER
    while at < last:
        char = chars[at]
        at += 1
        if not _is_plain(char) or char == c"#":
            return OTHER
        if char == c":" and (at == last or chars[at] == c":" or Py_UNICODE_ISSPACE(chars[at])):
            return BROKEN if at < end and chars[at] == c" " else OTHER
    return PLAIN


cdef inline bint _is_plain(uint32_t char) noexcept:
    """Whether a character is no control character, no line break of YAML's own and nothing that Unicode has not."""
    return (
        0x20 <= char < 0x7F
        or 0xA0 <= char < 0x2028
        or 0x2029 < char < 0xD800
        or (0xE000 <= char < 0xFFFD and char != 0xFEFF)
        or char > 0xFFFF
    )
