"""Words of one or two characters and the bits filed under them. Part of ``_sieve.pyx``.

What there is no room for is mistaken for something else, so that more passes the sieve than need be.
"""

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define newsingest_lowest(bits) __builtin_ctzll(bits)
    #else
    static int newsingest_lowest(unsigned long long bits)
    {
        int place = 0;
        for (; !(bits & 1); bits >>= 1) place++;
        return place;
    }
    #endif
    """
    int lowest "newsingest_lowest" (unsigned long long bits) noexcept

cdef object _forms = _needs.forms
cdef Py_UCS4 DIGIT = _needs.DIGIT

cdef enum:
    PLANE = 0x10000  # beyond it are digits only
    SINGLES = 64
    PAIRED = 1024


cdef class Chars:
    """Numbers for characters. All forms of a letter share one, and so do all digits; 0 is for those in no word.

    Each is two numbers in one. The lower six bits are for words of one character, and words that the same patterns want
    share them; the other bits are for characters of longer words.
    """

    cdef unsigned short *numbers
    cdef dict singles  # their numbers, by who wants them
    cdef unsigned int paired

    def __cinit__(self):
        self.numbers = <unsigned short *>_made(PLANE * sizeof(unsigned short))
        self.singles = {}

    def __dealloc__(self):
        PyMem_Free(self.numbers)

    cdef unsigned int number_single(self, Py_UCS4 char, object bits) except 0:
        number = self.singles.setdefault(bits, len(self.singles) % (SINGLES - 1) + 1)
        self._number(char, number)
        return number

    cdef unsigned int number_paired(self, Py_UCS4 char) except 0:
        if not self.pair(char):
            self._number(char, (self.paired % (PAIRED - 1) + 1) * SINGLES)
            self.paired += 1
        return self.pair(char)

    cdef int _number(self, Py_UCS4 char, unsigned int number) except -1:
        cdef Py_UCS4 form
        if u"\u4e00" <= char <= u"\u9fff":  # of a script without cases
            self.numbers[<Py_ssize_t>char] |= number
            return 0
        for form in DECIMALS if char == DIGIT else "".join(_forms(chr(char))):
            if form < PLANE:
                self.numbers[<Py_ssize_t>form] |= number
        return 0

    cdef inline unsigned int pair(self, Py_UCS4 char) noexcept:
        return _number_of(self.numbers, char) // SINGLES


cdef inline unsigned int _number_of(const unsigned short *numbers, Py_UCS4 char) noexcept:
    if char < PLANE:
        return numbers[<Py_ssize_t>char]
    return numbers[<Py_ssize_t>DIGIT] if Py_UNICODE_ISDECIMAL(char) else 0


cdef class Table:
    """Rows of bits under numbers; open addressing, a quarter full at most."""

    cdef Py_ssize_t width
    cdef unsigned int mask
    cdef unsigned int *keys
    cdef uint64_t *rows
    cdef unsigned char *marks  # a bit for each place of a larger table: 0 for what is not known

    def __cinit__(self, Py_ssize_t count, Py_ssize_t width):
        cdef unsigned int size = 8
        while size < 4 * count:
            size *= 2
        self.width = width
        self.mask = size - 1
        self.keys = <unsigned int *>_made(size * sizeof(unsigned int))
        self.rows = <uint64_t *>_made(size * width * sizeof(uint64_t))
        self.marks = <unsigned char *>_made(0x10000 // 8)

    def __dealloc__(self):
        PyMem_Free(self.keys)
        PyMem_Free(self.rows)
        PyMem_Free(self.marks)

    cdef uint64_t *add(self, unsigned int key) except NULL:
        """Return the row of a key, and make it if there is none."""
        cdef unsigned int place = self._place(key)
        self.keys[place] = key
        self.marks[_spread(key) >> 19] |= 1 << (_spread(key) >> 16 & 7)
        return self.rows + place * self.width

    cdef inline uint64_t *find(self, unsigned int key) noexcept:
        """Return the row of a key, if it is known."""
        cdef unsigned int place = self._place(key)
        return self.rows + place * self.width if self.keys[place] else NULL

    cdef inline unsigned int _place(self, unsigned int key) noexcept:
        cdef unsigned int place = _spread(key) >> 12 & self.mask
        while self.keys[place] and self.keys[place] != key:
            place = place + 1 & self.mask
        return place


cdef inline unsigned int _spread(unsigned int key) noexcept:
    return key * <unsigned int>0x9E3779B1


cdef inline void _take(uint64_t *bits, const uint64_t *more, Py_ssize_t start, Py_ssize_t end) noexcept:
    cdef Py_ssize_t at
    for at in range(start, end):
        bits[at] |= more[at]


cdef void *_made(size_t size) except NULL:
    cdef void *made = PyMem_Calloc(size, 1)
    if made == NULL:
        raise MemoryError
    return made


cdef int _store(uint64_t *row, object bits) except -1:
    """Add the bits of a number to a row."""
    cdef Py_ssize_t at
    cdef bytes whole = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    cdef const unsigned char *data = whole
    for at in range(len(whole)):
        row[at // 8] |= <uint64_t>data[at] << 8 * (at % 8)
    return 0
