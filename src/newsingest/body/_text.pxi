"""Characters of XML, one by one, and what is known of runs of them. Part of ``_walk.pyx``."""

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(Py_UCS4 char)
    bint Py_UNICODE_ISALNUM(Py_UCS4 char)
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 char)
    Py_UCS4 *PyUnicode_AsUCS4(object text, Py_UCS4 *buffer, Py_ssize_t room, bint with_null) except NULL
    Py_UCS4 *PyUnicode_AsUCS4Copy(object text) except NULL


cdef inline bint _is_space(Py_UCS4 char) noexcept:
    return (char <= 0x20 or 0x7f < char < 0x3001) and Py_UNICODE_ISSPACE(char)


cdef inline bint _is_invisible(Py_UCS4 char) noexcept:
    return char >= 0xad and (
        char == 0xad or 0x200b <= char <= 0x200d or char == 0x2060 or char == 0xfeff or char == 0xfffd
    )


cdef inline bint _is_common(Py_UCS4 char) noexcept:
    """Whether a character is visible, no white space, and stands for itself in XML, as most are."""
    return (char >= 0x3001 and char != 0xfeff and char != 0xfffd) or (0x20 < char < 0x7f and char != u"&")


cdef inline bint _may_begin_point(Py_UCS4 char) noexcept:
    """Whether a number or bullet can begin so that opens a point of a typed list."""
    return Py_UNICODE_ISDECIMAL(char) or u"①" <= char <= u"⑳" or char in u"（(一二三四五六七八九十•·●■◆▪►▶-–*"


cdef inline bint _may_open_section(Py_UCS4 char) noexcept:
    """Whether a row of plain type may begin so that heads those below it."""
    return char in u"■□◆◇▌▍▎▼〓[［一二三四五六七八九十"


cdef Py_ssize_t BEHIND = _markup.BEHIND  # characters behind the last that may be looked at


cdef class _Characters:
    """A body written out as XML, character by character."""

    cdef bytes held
    cdef const Py_UCS4 *chars
    cdef Py_ssize_t size
    cdef bint is_lost  # a character of the text was, when it was written out

    cdef int take(self, bytes chars) except -1:
        """Take the characters of a body, with NULs behind them."""
        self.held = chars
        self.chars = <const Py_UCS4 *><const char *>chars
        self.size = len(chars) // <Py_ssize_t>sizeof(Py_UCS4) - BEHIND
        return 0

    cdef str string(self, Py_ssize_t start, Py_ssize_t end):
        """Return characters as they stand."""
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.chars + start, end - start)

    cdef inline Py_ssize_t find(self, Py_UCS4 char, Py_ssize_t at) noexcept:
        while at < self.size and self.chars[at] != char:
            at += 1
        return at

    cdef inline Py_UCS4 char(self, Py_ssize_t *at) noexcept:
        """Read the character at a place, whatever stands for it in XML, and move behind it."""
        cdef Py_UCS4 char = self.chars[at[0]]
        at[0] += 1
        return char if char != u"&" else self._referred(at)

    cdef Py_UCS4 _referred(self, Py_ssize_t *at) noexcept:
        """Read what stands between "&" and ";"."""
        cdef Py_ssize_t start = at[0]
        cdef Py_ssize_t end = self.find(u";", start)
        cdef Py_UCS4 first = self.chars[start]
        cdef Py_UCS4 last = self.chars[end - 1]
        at[0] = end + 1
        if first == u"l":
            return u"<"
        if first == u"g":
            return u">"
        if first == u"a":
            return u"&"
        if first == u"q":
            return u'"'
        if first == u"#" and end - start < 5:  # &#9; &#10; &#13;
            if last == u"9":
                return u"\t"
            if last == u"0":
                return u"\n"
            if last == u"3":
                return u"\r"
        self.is_lost = True  # &#xFFFD; for what XML has no place for
        return 0xFFFD

    cdef bint is_blank(self, Py_ssize_t at, Py_ssize_t end) noexcept:
        """Whether a text is white space, or nothing."""
        while at < end:
            if _is_common(self.chars[at]) or not _is_space(self.char(&at)):
                return False
        return True

    cdef Py_ssize_t count(self, Py_ssize_t at, Py_ssize_t end) noexcept:
        """Count the characters of a text."""
        cdef Py_ssize_t counted = 0
        while at < end:
            self.char(&at)
            counted += 1
        return counted

    cdef str text(self, Py_ssize_t at, Py_ssize_t end):
        """Return a text as it was before it was written out."""
        text = self.string(at, end)
        if "&" not in text:
            return text
        if "&#xFFFD;" in text:
            self.is_lost = True
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        return text.replace("&#9;", "\t").replace("&#10;", "\n").replace("&#13;", "\r").replace("&amp;", "&")

    cdef inline bint is_end(self, Py_ssize_t at) noexcept:
        """Whether the tag at a place ends an element."""
        return self.chars[at + 1] == u"/"

    cdef inline bint is_whole(self, Py_ssize_t close) noexcept:
        """Whether the tag that closes here is a whole element."""
        return self.chars[close - 1] == u"/"

    cdef bint is_tag(self, Py_ssize_t at, const char *name) noexcept:
        """Whether an element of a name begins at a place."""
        at += 1
        while name[0]:
            if self.chars[at] != <Py_UCS4>name[0]:
                return False
            name += 1
            at += 1
        return self.chars[at] == u" " or self.chars[at] == u">" or self.chars[at] == u"/"


cdef class _Numbers:
    """A list of numbers."""

    cdef Py_ssize_t *items
    cdef Py_ssize_t count
    cdef Py_ssize_t room

    def __dealloc__(self):
        PyMem_Free(self.items)

    cdef int push(self, Py_ssize_t number) except -1:
        if self.count == self.room:
            self._grow(max(16, 2 * self.room))
        self.items[self.count] = number
        self.count += 1
        return 0

    cdef int _grow(self, Py_ssize_t room) except -1:
        self.items = <Py_ssize_t *>_room(self.items, self.count * sizeof(Py_ssize_t), room * sizeof(Py_ssize_t))
        self.room = room
        return 0

    cdef inline Py_ssize_t pop(self) noexcept:
        if not self.count:
            return 0
        self.count -= 1
        return self.items[self.count]


cdef struct _Entry:
    unsigned long long sign
    Py_ssize_t length
    Py_UCS4 *chars
    PyObject *value


cdef class _Table:
    """What is known of some runs of characters. It holds so many, and forgets one where it has no place for another."""

    cdef _Entry *entries
    cdef Py_ssize_t mask
    cdef Py_ssize_t tries

    def __cinit__(self, Py_ssize_t room, Py_ssize_t tries):
        """Make a table; ``room`` is a power of two, ``tries`` how many places there are for a run."""
        self.entries = <_Entry *>PyMem_Calloc(room, sizeof(_Entry))
        if self.entries == NULL:
            raise MemoryError
        self.mask = room - 1
        self.tries = tries

    def __dealloc__(self):
        cdef Py_ssize_t at
        for at in range(self.mask + 1 if self.entries != NULL else 0):
            PyMem_Free(self.entries[at].chars)
            Py_XDECREF(self.entries[at].value)
        PyMem_Free(self.entries)

    cdef PyObject *get(self, const Py_UCS4 *chars, Py_ssize_t length) noexcept:
        """Return what is known of a run, or NULL."""
        cdef unsigned long long sign = _sign(chars, length)
        cdef _Entry *entry
        cdef Py_ssize_t at
        for at in range(self.tries):
            entry = &self.entries[(sign + at) & self.mask]
            if entry.value == NULL:
                return NULL
            if entry.sign == sign and entry.length == length and not memcmp(
                entry.chars, chars, length * sizeof(Py_UCS4)
            ):
                return entry.value
        return NULL

    cdef int put(self, const Py_UCS4 *chars, Py_ssize_t length, object value) except -1:
        """Remember what is known of a run, of which nothing is so far."""
        cdef unsigned long long sign = _sign(chars, length)
        cdef _Entry *entry = NULL
        cdef Py_ssize_t at
        cdef Py_UCS4 *copy = <Py_UCS4 *>PyMem_Malloc(length * sizeof(Py_UCS4))
        if copy == NULL:
            raise MemoryError
        memcpy(copy, chars, length * sizeof(Py_UCS4))
        for at in range(self.tries):
            entry = &self.entries[(sign + at) & self.mask]
            if entry.value == NULL:
                break
        PyMem_Free(entry.chars)
        Py_XDECREF(entry.value)
        Py_INCREF(value)
        entry[0] = _Entry(sign, length, copy, <PyObject *>value)
        return 0


    cdef int put_text(self, str text, object value) except -1:
        cdef Py_UCS4 *chars = PyUnicode_AsUCS4Copy(text)
        try:
            return self.put(chars, len(text), value)
        finally:
            PyMem_Free(chars)


cdef inline unsigned long long _sign(const Py_UCS4 *chars, Py_ssize_t length) noexcept:
    """Return a number that is hardly the same for two runs."""
    cdef unsigned long long sign = length
    cdef Py_ssize_t at = 0
    while at + 1 < length:
        sign = (sign ^ (<unsigned long long>chars[at] << 32 | <unsigned long long>chars[at + 1])) * 0x9e3779b97f4a7c15u
        sign ^= sign >> 29
        at += 2
    if at < length:
        sign = (sign ^ <unsigned long long>chars[at]) * 0x9e3779b97f4a7c15u
        sign ^= sign >> 29
    return sign
