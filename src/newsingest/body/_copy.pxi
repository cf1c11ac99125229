"""Characters of a body, copied as XML. Part of ``_markup.pyx``."""

cdef enum:
    LONGEST_REFERENCE = 32
    MOST_ASKED = 1_000  # for one body: each question costs libxml2 as much as some hundred characters
    MOST_KNOWN = 10_000
    AT_ONCE = 2_048  # characters that are copied while the processor's caches still hold them
    SPARE = 1_024  # characters by which what is written may be longer than what was read

# What a character below 128 may be.
cdef enum:
    TEXT = 1  # in text, as it stands
    VALUE = 2  # in a quoted value, as it stands
    BARE = 4  # in a value without quotes
    NAME = 8  # in the name of a tag or an attribute
    LETTER = 16
    WHITE = 32
    REFERRING = 64  # in a reference

cdef unsigned char KINDS[128]


cdef int _sort_characters() except -1:
    cdef int char
    for char in range(128):
        KINDS[char] = 0
        if chr(char) in "\t\n ":
            KINDS[char] |= WHITE
        if 32 <= char < 127 or chr(char) in "\t\n":
            if chr(char) not in "<>&":
                KINDS[char] |= TEXT
            if chr(char) not in "<>&\"'\t\n":
                KINDS[char] |= VALUE
            if chr(char) not in "<>&\"'\t\n =`/":
                KINDS[char] |= BARE
        if chr(char).isalnum() or chr(char) in "-_":
            KINDS[char] |= NAME
        if chr(char).isalpha():
            KINDS[char] |= LETTER
        if chr(char).isalnum() or chr(char) == "#":
            KINDS[char] |= REFERRING
    return 0


_sort_characters()

cdef dict _tags = {}
cdef dict _references = {}
cdef dict _references_in_values = {}
cdef dict _flags = {}
cdef object _begins_text = None
cdef Py_ssize_t _remembered = 0  # answers, of all kinds


class _TooOddError(Exception):
    """The markup has too much in it of which libxml2 would have to be asked."""


cdef class _Copy:
    """One body, read from ``at`` on and written to ``out``.

    Both stand in the same room: what is still to be read at its end, what is written at its beginning. What is written
    never reaches beyond what was read.
    """

    cdef PyObject *held  # the bytes that are the room
    cdef Py_ssize_t room
    cdef Py_UCS4 *out
    cdef Py_ssize_t written
    cdef Py_UCS4 *text
    cdef Py_ssize_t at
    cdef Py_ssize_t size
    cdef int asked

    def __cinit__(self, str body not None):
        self.size = PyUnicode_GET_LENGTH(body)
        self.room = self.size + self.size // 8 + SPARE
        self.out = <Py_UCS4 *>_room_in_bytes(&self.held, 0, self.room * sizeof(Py_UCS4))
        self.text = self.out + self.room - self.size - 1
        PyUnicode_AsUCS4(body, self.text, self.size + 1, 1)

    def __dealloc__(self):
        Py_XDECREF(self.held)

    cdef object _remember(self, dict known, object key, object value):
        """Remember an answer; too many are forgotten, those of tags with the tags."""
        global _remembered
        self.asked += 1
        if self.asked > MOST_ASKED:
            raise _TooOddError
        if _remembered >= MOST_KNOWN:
            _remembered = 0
            for each in (_tags, _references, _references_in_values, _flags):
                each.clear()
        _remembered += 1
        known[key] = value
        return value

    cdef Py_UCS4 _plain(self, int kind) except? 0:
        """Copy what stands for itself, and return the character that follows."""
        cdef Py_ssize_t start = self.at
        cdef Py_UCS4 char = self.text[self.at]
        while (char < 128 and KINDS[char] & kind) or (char >= 128 and not _is_odd(char)):
            self.at += 1
            if self.at - start == AT_ONCE:
                self._copy(start)
                start = self.at
            char = self.text[self.at]
        self._copy(start)
        return char

    cdef bint _reference(self, Py_UCS4 stop, dict known, object ask) except -1:
        """Read what begins with "&", and the character behind it if that is not ``stop``; False if it is not plain."""
        cdef Py_ssize_t start = self.at, end = start + 1
        while self.text[end] < 128 and KINDS[self.text[end]] & REFERRING:
            end += 1
        if end == start + 1:
            self._put("&amp;")
            self.at = end
            return True
        if end - start > LONGEST_REFERENCE:
            return False
        if self.text[end] != stop:
            if self.text[end] in u"<&\"'" or _is_odd(self.text[end]):
                return False
            end += 1
        key = self._string(start, end)
        xml = known.get(key)
        if xml is None:
            xml = self._remember(known, key, _as_xml(ask(key), ask is _libxml2.reference_in_attribute))
        if not xml:
            return False
        self._put(xml)
        self.at = end
        return True

    cdef inline int _skip_white(self) noexcept:
        while self.text[self.at] < 128 and KINDS[self.text[self.at]] & WHITE:
            self.at += 1
        return 0

    cdef inline bint _may_end_page(self, Py_ssize_t at) noexcept:
        """Whether something like </html> stands there, which is no markup but is cut out all the same."""
        return self.text[at] == u"<" and self.text[at + 1] == u"/" and self.text[at + 2] in u"hHbB"

    cdef Py_ssize_t _name_end(self, Py_ssize_t at) noexcept:
        while self.text[at] < 128 and KINDS[self.text[at]] & NAME:
            at += 1
        return at

    cdef str _string(self, Py_ssize_t start, Py_ssize_t end):
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, &self.text[start], end - start)

    cdef int _put(self, str text) except -1:
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
        self._reserve(length)
        PyUnicode_AsUCS4(text, &self.out[self.written], length, 0)
        self.written += length
        return 0

    cdef int _copy(self, Py_ssize_t start) except -1:
        """Copy what was read from a place on."""
        memmove(&self.out[self.written], &self.text[start], (self.at - start) * sizeof(Py_UCS4))
        self.written += self.at - start
        return 0

    cdef inline int _reserve(self, Py_ssize_t count) except -1:
        if self.out + self.written + count > self.text + self.at:
            self._grow(count)
        return 0

    cdef int _grow(self, Py_ssize_t count) except -1:
        """Move what is not read yet further away."""
        cdef Py_ssize_t start = self.text - self.out, more = count + SPARE + self.room // 2
        self.out = <Py_UCS4 *>_room_in_bytes(
            &self.held, self.room * sizeof(Py_UCS4), (self.room + more) * sizeof(Py_UCS4)
        )
        self.room += more
        self.text = self.out + start + more
        memmove(&self.text[self.at], &self.text[self.at - more], (self.size + 1 - self.at) * sizeof(Py_UCS4))
        return 0


cdef inline Py_UCS4 _small(Py_UCS4 char) noexcept:
    return <Py_UCS4>(<int>char + 32) if u"A" <= char <= u"Z" else char


cdef inline bint _is_odd(Py_UCS4 char) noexcept:
    """Whether libxml2 may not keep a character, or writes it in another way."""
    return (
        (char < 32 and char != u"\t" and char != u"\n")
        or 0x7f <= char < 0xa0
        or 0xd800 <= char < 0xe000
        or char == 0xfeff
        or (char >= 0xfff0 and <unsigned int>char % 0x10000 >= 0xfff0)
    )


cdef str _as_xml(object text, bint is_value):
    """Write what a reference stands for; nothing if that is not plain."""
    if not text or any(_is_odd(char) for char in text):
        return ""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if is_value:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text
