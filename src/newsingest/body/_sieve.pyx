# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Which patterns a line may fit, and which lines deserve a look, compiled: the same as ``sieve``."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ, PyUnicode_READ_CHAR
from libc.stdint cimport uint64_t
from libc.string cimport memcpy, memset

from newsingest.body import lines as _lines
from newsingest.body import looks as _looks
from newsingest.body import needs as _needs
from newsingest.body import sieve as _sieve

cdef Py_ssize_t LAYERS = _sieve.LAYERS
cdef Py_ssize_t WORD = _sieve.WORD
cdef Py_ssize_t NEAR = _needs.NEAR
cdef Py_ssize_t LONG_LINE = _sieve.LONG_LINE
cdef Py_ssize_t PATTERN_LIMIT = _sieve.PATTERN_LIMIT

cdef tuple UNASKED = _sieve.UNASKED
cdef Py_UCS4 SIGN = _needs.SIGN
cdef Py_UCS4 SPACE = _needs.SPACE

include "_looks.pxi"
include "_table.pxi"
include "_phrases.pxi"


cdef class Sieve:
    """Tells which patterns may fit a line: by words and phrases it holds, its first two characters and its length."""

    cdef Py_ssize_t width  # numbers that hold a bit for each pattern
    cdef Chars chars
    cdef Table pairs
    cdef Chars head_chars
    cdef Table heads
    cdef Phrases phrases
    cdef uint64_t *of_phrases
    cdef uint64_t *singles
    cdef uint64_t *free
    cdef uint64_t *held
    cdef uint64_t *of_any_head
    cdef uint64_t *of_prose
    cdef uint64_t *lengths

    def __cinit__(self, object patterns):
        filing = _sieve.filed([_sieve.without_common_pairs(pattern) for pattern in patterns])
        cdef Py_ssize_t length, place, width = filing.size // WORD
        self.width = width
        self.free = <uint64_t *>_made((2 * LAYERS + 3 + PATTERN_LIMIT + 1) * width * sizeof(uint64_t))
        self.held = self.free + LAYERS * width
        self.of_any_head = self.held + LAYERS * width
        self.of_prose = self.of_any_head + width
        self.of_phrases = self.of_prose + width
        self.lengths = self.of_phrases + width
        self.phrases = Phrases([pattern.needs.phrases for pattern in patterns])
        for place in range(len(patterns)):
            if self.phrases.needed(place):
                self.of_phrases[place // 64] |= <uint64_t>1 << place % 64
        _store(self.of_prose, filing.of_prose)
        for length in range(PATTERN_LIMIT + 1):
            _store(self.lengths + length * width, filing.lengths[length])
        self._file_words(filing.words, filing.free)
        self._file_heads(filing.heads, filing.of_any_head)

    def __dealloc__(self):
        PyMem_Free(self.free)
        PyMem_Free(self.singles)

    cdef int _file_words(self, dict words, object free) except -1:
        cdef Py_ssize_t width = self.width
        cdef str word
        self.chars = Chars()
        self.singles = <uint64_t *>_made(SINGLES * LAYERS * width * sizeof(uint64_t))
        self.pairs = Table(len(words), LAYERS * width)
        for word, bits in words.items():
            if max(word) > "\uffff":
                free |= bits
            elif len(word) == 1:
                _store(self.singles + self.chars.number_single(word[0], bits) * LAYERS * width, bits)
            else:
                key = self.chars.number_paired(word[0]) * PAIRED + self.chars.number_paired(word[1])
                _store(self.pairs.add(key), bits)
        return _store(self.free, free)

    cdef int _file_heads(self, dict heads, object of_any) except -1:
        cdef str head
        self.head_chars = Chars()
        self.heads = Table(len(heads), self.width)
        for head, bits in heads.items():
            if max(head) > "\uffff":
                of_any |= bits
            else:
                key = self.head_chars.number_paired(head[0]) * PAIRED
                key += self.head_chars.number_paired(head[1]) if len(head) > 1 else 0
                _store(self.heads.add(key), bits)
        return _store(self.of_any_head, of_any)

    def passed(self, str text not None):
        """Return the places of the patterns that may fit a line."""
        places = []
        if self._passes(text):
            self._take_places(places)
        return places

    cdef int _take_places(self, list places) except -1:
        """Add the places of the patterns held.

        To make a list may let another thread run, which holds others: it is made before.
        """
        cdef Py_ssize_t at
        cdef uint64_t bits
        for at in range(self.width):
            bits = self.held[at]
            while bits:
                places.append(64 * at + lowest(bits))
                bits &= bits - 1
        return 0

    def stops(self, list items not None, str beginnings not None):
        """Return the places of all lines that may be more than text, each with those of patterns that it may fit."""
        cdef Py_ssize_t place
        cdef bint passes
        stops = []
        places = []
        for place in range(len(items)):
            line = items[place]
            if type(line) is Line:
                passes = KIND.of(line) not in UNASKED and self._passes(<str>TEXT.of(line))
                if passes:
                    self._take_places(places)
                if passes or _is_odd(line, beginnings):
                    stops.append((place, places))
                    places = []
        return stops

    cdef bint _passes(self, str text) noexcept:
        """Whether any pattern may fit a line. Its first ``held`` are those that may."""
        cdef Py_ssize_t at, layer, size = PyUnicode_GET_LENGTH(text)
        cdef Py_ssize_t width = self.width
        cdef uint64_t *held = self.held
        cdef uint64_t *lengths
        cdef uint64_t left = 0
        if not 0 < size <= PATTERN_LIMIT:
            return False
        lengths = self.lengths + size * width
        memcpy(held, self.free, LAYERS * width * sizeof(uint64_t))
        if PyUnicode_KIND(text) == 1:
            self._scan(<unsigned char *>PyUnicode_DATA(text), size)
        elif PyUnicode_KIND(text) == 2:
            self._scan(<unsigned short *>PyUnicode_DATA(text), size)
        else:
            self._scan(<unsigned int *>PyUnicode_DATA(text), size)
        for at in range(width):
            for layer in range(1, LAYERS):
                held[at] &= held[layer * width + at]
            held[at] &= lengths[at]
            left |= held[at]
        return (
            left != 0
            and self._begins(text)
            and (size <= LONG_LINE or self._may_be_as_long(text))
            and self._may_hold_phrases(text)
        )

    cdef void _scan(self, Char *data, Py_ssize_t size) noexcept:
        """Find the words that a line holds."""
        cdef Py_ssize_t at = 0, end = min(size, NEAR), first = 0, row = LAYERS * self.width
        cdef unsigned int number, pair, key, last = 0
        cdef const unsigned short *numbers = self.chars.numbers
        cdef const unsigned char *marks = self.pairs.marks
        cdef uint64_t singles = 0, seen
        while first <= self.width:  # of what is found: all counts among the first characters
            while at < end:
                number = _number_of(numbers, data[at])
                singles |= <uint64_t>1 << number % SINGLES
                pair = number // SINGLES
                key = _spread(last * PAIRED + pair)
                if marks[key >> 19] >> (key >> 16 & 7) & 1:
                    self._hold(last * PAIRED + pair, 0 if at <= NEAR else self.width)
                last = pair
                at += 1
            seen = singles & ~<uint64_t>1
            while seen:
                _take(self.held, self.singles + lowest(seen) * row, first, row)
                seen &= seen - 1
            end = size
            first += self.width

    cdef void _hold(self, unsigned int key, Py_ssize_t first) noexcept:
        cdef const uint64_t *row = self.pairs.find(key)
        if row != NULL:
            _take(self.held, row, first, LAYERS * self.width)

    cdef bint _begins(self, str text) noexcept:
        """Whether any of the patterns held may begin as a line does; keep those alone."""
        cdef unsigned int first[3]
        cdef unsigned int second[3]
        cdef int one, other
        cdef Py_ssize_t at
        cdef uint64_t *found = self.held + self.width
        cdef uint64_t left = 0
        memcpy(found, self.of_any_head, self.width * sizeof(uint64_t))
        self._fill_heads(first, text[0])
        self._fill_heads(second, text[1] if PyUnicode_GET_LENGTH(text) > 1 else 0)
        for one in range(3):
            if first[one]:
                self._take_head(found, first[one] * PAIRED)
                for other in range(3):
                    if second[other]:
                        self._take_head(found, first[one] * PAIRED + second[other])
        for at in range(self.width):
            self.held[at] &= found[at]
            left |= self.held[at]
        return left != 0

    cdef void _fill_heads(self, unsigned int *heads, Py_UCS4 char) noexcept:
        """Fill in the numbers that stand for a character of a head, which may be none."""
        heads[0] = self.head_chars.pair(char) if char else 0
        heads[1] = self.head_chars.pair(SPACE) if char and Py_UNICODE_ISSPACE(char) else 0
        heads[2] = self.head_chars.pair(SIGN) if char and not (Py_UNICODE_ISALNUM(char) or char == u"_") else 0

    cdef inline void _take_head(self, uint64_t *bits, unsigned int key) noexcept:
        cdef const uint64_t *row = self.heads.find(key)
        if row != NULL:
            _take(bits, row, 0, self.width)

    cdef bint _may_be_as_long(self, str text) noexcept:
        """Whether any of the patterns held may be a long line like this; keep those alone."""
        cdef Py_ssize_t at
        cdef uint64_t left = 0
        if not _is_prose(text):
            return True
        for at in range(self.width):
            self.held[at] &= self.of_prose[at]
            left |= self.held[at]
        return left != 0

    cdef bint _may_hold_phrases(self, str text) noexcept:
        """Whether the phrases of any of the patterns held may stand in a line; keep those alone."""
        cdef Py_ssize_t at
        cdef uint64_t asked, left = 0
        cdef bint has_looked = False
        for at in range(self.width):
            asked = self.held[at] & self.of_phrases[at]
            while asked:
                if not has_looked:
                    self.phrases.look_at(text)
                    has_looked = True
                if not self.phrases.may_stand(64 * at + lowest(asked)):
                    self.held[at] &= ~(asked & -asked)
                asked &= asked - 1
            left |= self.held[at]
        return left != 0
