"""Phrases that patterns need, looked for in a line by their runs of three characters. Part of ``_sieve.pyx``."""

cdef enum:
    RUN = 3  # characters
    MARK_BITS = 12  # of a number that stands for a run; some share one
    MARKED = 64  # numbers with a bit for each mark


cdef class Phrases:
    """Tells which patterns a line cannot fit, as of each phrase that would do it lacks a run of characters.

    Letters in any case and all digits are alike. A phrase may pass though it is not there, where all its runs are.
    """

    cdef Chars chars
    cdef unsigned short *marks  # of each phrase how many runs it has, then the mark of each
    cdef Py_ssize_t *begins  # of the phrases of each pattern, and where the last end
    cdef uint64_t found[MARKED]

    def __cinit__(self, list phrases):
        """Take the phrases of each pattern, of which one is needed; none where the pattern needs none."""
        cdef Py_ssize_t pattern, end = 0
        cdef str phrase
        self.chars = Chars()
        self.marks = <unsigned short *>_made(sum([len(each) for some in phrases for each in some]) * sizeof(short) + 1)
        self.begins = <Py_ssize_t *>_made((len(phrases) + 1) * sizeof(Py_ssize_t))
        for pattern, some in enumerate(phrases):
            if all([PyUnicode_KIND(phrase) < 4 for phrase in some]):  # none is beyond the plane
                for phrase in some:
                    end = self._write(phrase, end)
            self.begins[pattern + 1] = end

    def __dealloc__(self):
        PyMem_Free(self.marks)
        PyMem_Free(self.begins)

    cdef Py_ssize_t _write(self, str phrase, Py_ssize_t at) except -1:
        """Write how many runs a phrase has, and their marks; return where they end."""
        cdef Py_ssize_t place, runs = len(phrase) - RUN + 1
        cdef unsigned int one = 0, two = 0, three
        self.marks[at] = runs
        for place in range(len(phrase)):
            three = self.chars.number_paired(phrase[place])
            if place >= RUN - 1:
                self.marks[at + place - RUN + 2] = _mark_of(one, two, three)
            one, two = two, three
        return at + runs + 1

    cdef inline bint needed(self, Py_ssize_t pattern) noexcept:
        """Whether a pattern needs any phrase."""
        return self.begins[pattern] < self.begins[pattern + 1]

    cdef void look_at(self, str text) noexcept:
        """Find the runs in a line."""
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        memset(self.found, 0, sizeof(self.found))
        if PyUnicode_KIND(text) == 1:
            self._scan(<unsigned char *>PyUnicode_DATA(text), size)
        elif PyUnicode_KIND(text) == 2:
            self._scan(<unsigned short *>PyUnicode_DATA(text), size)
        else:
            self._scan(<unsigned int *>PyUnicode_DATA(text), size)

    cdef void _scan(self, Char *data, Py_ssize_t size) noexcept:
        cdef Py_ssize_t at
        cdef unsigned int one = 0, two = 0, three, mark
        for at in range(size):
            three = self.chars.pair(data[at])
            if one and two and three:
                mark = _mark_of(one, two, three)
                self.found[mark // 64] |= <uint64_t>1 << mark % 64
            one, two = two, three

    cdef bint may_stand(self, Py_ssize_t pattern) noexcept:
        """Whether one of a pattern's phrases may stand in the line that was looked at."""
        cdef Py_ssize_t at = self.begins[pattern], run, runs
        while at < self.begins[pattern + 1]:
            runs = self.marks[at]
            run = 1
            while run <= runs and self.found[self.marks[at + run] // 64] >> self.marks[at + run] % 64 & 1:
                run += 1
            if run > runs:
                return True
            at += runs + 1
        return False


cdef inline unsigned int _mark_of(unsigned int one, unsigned int two, unsigned int three) noexcept:
    return _spread((one * PAIRED + two) * PAIRED + three) >> (32 - MARK_BITS)
