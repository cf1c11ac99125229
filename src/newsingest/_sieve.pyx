# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Which patterns may fit a line, compiled: the same as ``line_patterns.Sieve``."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring

cdef enum:
    PLANE = 0x10000  # characters above it share one mark
    WORD = 1
    FIRST = 2  # of a word of two characters
    SECOND = 4


cdef class Sieve:
    """Tells which patterns may fit a line, as bits: by the words it holds, its first two characters and its length."""

    cdef dict known
    cdef object always
    cdef object by_head
    cdef list by_length
    cdef unsigned char *marks

    def __cinit__(self, dict known not None, object always, object by_head, list by_length not None):
        cdef str word
        self.known = known
        self.always = always
        self.by_head = by_head
        self.by_length = by_length
        self.marks = <unsigned char *>PyMem_Calloc(PLANE + 1, 1)
        if self.marks == NULL:
            raise MemoryError
        for word in known:
            if len(word) == 1:
                self.marks[min(<Py_UCS4>word[0], PLANE)] |= WORD
            else:
                self.marks[min(<Py_UCS4>word[0], PLANE)] |= FIRST
                self.marks[min(<Py_UCS4>word[1], PLANE)] |= SECOND

    def __dealloc__(self):
        PyMem_Free(self.marks)

    def passed(self, str text not None):
        """Return the bits of all patterns that may fit a line."""
        cdef Py_ssize_t at, size = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef const void *data = PyUnicode_DATA(text)
        cdef unsigned char mark = 0, before
        if size >= len(self.by_length):
            return 0
        bits = self.always
        for at in range(size):
            before = mark
            mark = self.marks[min(PyUnicode_READ(kind, data, at), <Py_UCS4>PLANE)]
            if not mark:
                continue
            if mark & WORD:
                bits |= self.known.get(PyUnicode_Substring(text, at, at + 1), 0)
            if mark & SECOND and before & FIRST:
                bits |= self.known.get(PyUnicode_Substring(text, at - 1, at + 1), 0)
        return bits & self.by_head[text[:2]] & self.by_length[size] if bits else 0
