"""Attributes and pictures: does what ``media.read_picture`` does where a tag is plain, and asks it otherwise.

Part of ``_walk.pyx``.
"""

cdef object Picture = _media.Picture

cdef struct _Attribute:
    Py_ssize_t start  # of the name, in the XML
    Py_ssize_t equals
    Py_ssize_t end  # of the value
    bint decides

cdef enum:
    NONE = -1
    ASK = -2


cdef class _Pictures(_Lines):
    """Reads tags: what an element carries, and which picture it shows."""

    cdef _Memory memory
    cdef _Attribute *attributes  # of the tag that was read last
    cdef Py_ssize_t attributes_count
    cdef Py_ssize_t attributes_room
    cdef Py_ssize_t *by_slot  # which of them stands in each slot
    cdef Py_UCS4 *address
    cdef Py_ssize_t address_room
    cdef Py_ssize_t address_start
    cdef bint is_wanted  # neither blank nor to be skipped

    def __dealloc__(self):
        PyMem_Free(self.attributes)
        PyMem_Free(self.by_slot)
        PyMem_Free(self.address)

    cdef int know(self, _Memory memory) except -1:
        """Take what is known of the profile."""
        self.memory = memory
        self.by_slot = <Py_ssize_t *>_room(NULL, 0, memory.slots * sizeof(Py_ssize_t))
        return 0

    cdef Py_ssize_t read_tag(self, Py_ssize_t start, Py_ssize_t end) except -1:
        """Read the attributes of a tag; return where its name ends. An attribute's name may begin with "="."""
        cdef Py_ssize_t name_end = start, at, equals, slot
        cdef PyObject *name
        while name_end < end and self.chars[name_end] != u" ":
            name_end += 1
        at = name_end
        self.attributes_count = 0
        for slot in range(self.memory.slots):
            self.by_slot[slot] = NONE
        while at < end:
            equals = self.find(u"=", at + 2)
            name = self.memory.names.get(self.chars + at + 1, equals - at - 1)
            if name != NULL and (<_Name>name).slot != NO_SLOT:
                self.by_slot[(<_Name>name).slot] = self.attributes_count
            at = self._add_attribute(at + 1, equals, name != NULL and (<_Name>name).decides)
        return name_end

    cdef Py_ssize_t _add_attribute(self, Py_ssize_t start, Py_ssize_t equals, bint decides) except -1:
        cdef Py_ssize_t room, at = equals + 2
        while at < self.size and self.chars[at] != u'"':
            if self.chars[at] == u"&":
                self.char(&at)
            else:
                at += 1
        if self.attributes_count == self.attributes_room:
            room = max(16, 2 * self.attributes_room)
            self.attributes = <_Attribute *>_room(
                self.attributes, self.attributes_count * sizeof(_Attribute), room * sizeof(_Attribute)
            )
            self.attributes_room = room
        self.attributes[self.attributes_count] = _Attribute(start, equals, at, decides)
        self.attributes_count += 1
        return at + 1

    cdef inline bint carries(self, int slot) noexcept:
        """Whether the tag has an attribute that says something."""
        cdef Py_ssize_t at = self.by_slot[slot]
        return at != NONE and self.attributes[at].end > self.attributes[at].equals + 2

    cdef str value(self, int slot):
        """Return the value of an attribute that the tag has."""
        cdef _Attribute *found = &self.attributes[self.by_slot[slot]]
        return self.text(found.equals + 2, found.end)

    cdef dict carried(self):
        """Return all that the tag carries."""
        cdef Py_ssize_t at
        carried = {}
        for at in range(self.attributes_count):
            name = self.string(self.attributes[at].start, self.attributes[at].equals)
            carried[name] = self.text(self.attributes[at].equals + 2, self.attributes[at].end)
        return carried

    cdef object picture(self):
        """Read the picture of a tag, or the reason why it is no content picture."""
        cdef _Memory memory = self.memory
        cdef Py_ssize_t length = self._find_address()
        cdef int width = self._side(WIDTH), height = self._side(HEIGHT)
        if length < 0 or ((width == NONE or height == NONE) and self.carries(STYLE) and self._is_sized()):
            return _media.read_picture(self.carried(), memory.images)
        url = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.address + self.address_start, length)
        alt = self._alt()
        if _is_small(width, height, memory.smallest):
            return _media.SMALL
        if not self.is_wanted and self._is_skipped(url, length):
            return _media.SKIPPED
        if alt is not None and memory.images.skip_alt is not None and memory.images.skip_alt.search(alt) is not None:
            return _media.SKIPPED_BY_ALT
        return Picture(url, alt, None if width < 0 else width, None if height < 0 else height)

    cdef Py_ssize_t _find_address(self) except -3:
        """Write the picture's address to its place; return its length, or ASK where that is not so plain."""
        cdef _Memory memory = self.memory
        cdef Py_ssize_t at, length
        cdef int found
        if memory.unwanted is None or memory.proxy is None:
            return ASK
        for at in range(memory.addresses.count):
            if not self.carries(memory.addresses.items[at]):
                continue
            length = self._write_address(&self.attributes[self.by_slot[memory.addresses.items[at]]])
            if length == 0:
                continue
            if memory.proxy.search(self.address + self.address_start, length, False) != NOT_FOUND:
                length = self._take_proxies_off(length)
            self.is_wanted = memory.unwanted.search(self.address + self.address_start, length, True) == NOT_FOUND
            found = NOT_FOUND
            if not self.is_wanted:
                memory.tell_apart()
                found = memory.blank.search(self.address + self.address_start, length, True)
            if found == UNSURE or (found == NOT_FOUND and not self._is_web(length)):
                return ASK
            if found == NOT_FOUND:
                return length
        return ASK

    cdef Py_ssize_t _write_address(self, _Attribute *attribute) except -1:
        """Write an address, made absolute; return its length, 0 for what is none."""
        cdef Py_ssize_t at = attribute.equals + 2, end = attribute.end, length = 6
        cdef Py_UCS4 char
        if end - at >= 5 and _begins(self.chars + at, b"data:", False):
            return 0
        if end - at + 6 > self.address_room:
            self.address = <Py_UCS4 *>_room(self.address, 0, 2 * (end - at + 6) * sizeof(Py_UCS4))
            self.address_room = 2 * (end - at + 6)
        while at < end:
            char = self.char(&at)
            if not _is_space(char):
                self.address[length] = char
                length += 1
        if length == 6 or (length == 7 and self.address[6] == u"#"):
            return 0
        self.address_start = 6
        if length > 7 and self.address[6] == u"/" and self.address[7] == u"/":
            for at in range(6):
                self.address[at] = <Py_UCS4>b"https:"[at]
            self.address_start = 0
        return length - self.address_start

    cdef Py_ssize_t _take_proxies_off(self, Py_ssize_t length) except -1:
        """Write the address that stands in another one; return its length."""
        cdef str url = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.address + self.address_start, length)
        url = self.memory.images.address(url)
        self.address_start = 0  # there is room for twice as much as was written
        PyUnicode_AsUCS4(url, self.address, self.address_room, False)
        return len(url)

    cdef bint _is_web(self, Py_ssize_t length) noexcept:
        cdef const Py_UCS4 *start = self.address + self.address_start
        return (length >= 8 and _begins(start, b"https://", True)) or (length >= 7 and _begins(start, b"http://", True))

    cdef bint _is_skipped(self, str url, Py_ssize_t length) except -1:
        """Whether a picture is no content by its address."""
        cdef int found
        if self.memory.images.skip is None:
            return False
        found = self.memory.skip.search(self.address + self.address_start, length, True)
        return found == FOUND or (found == UNSURE and self.memory.images.skip.search(url.lower()) is not None)

    cdef int _side(self, int slot) except -3:
        """Return how long a side of the picture is said to be, or NONE."""
        cdef _Attribute *found
        cdef Py_ssize_t at
        cdef int number = 0
        if not self.carries(slot):
            return NONE
        found = &self.attributes[self.by_slot[slot]]
        for at in range(found.equals + 2, found.end):
            if not u"0" <= self.chars[at] <= u"9" or at - found.equals > 6:
                said = _media.number(self.value(slot))
                return NONE if said is None else said
            number = 10 * number + <int>self.chars[at] - 48
        return number

    cdef bint _is_sized(self) noexcept:
        """Whether the style may say how wide or high the picture is: a declaration of that begins."""
        cdef _Attribute *found = &self.attributes[self.by_slot[STYLE]]
        cdef Py_ssize_t at = found.equals + 1
        while at < found.end:
            at += 1
            while at < found.end and _is_space(self.chars[at]):
                at += 1
            if _begins(self.chars + at, b"width", False) or _begins(self.chars + at, b"height", False):
                return True
            while at < found.end and self.chars[at] != u";":
                if self.chars[at] == u"&":
                    return True
                at += 1
        return False

    cdef str _alt(self):
        """Return the alternative text, white space folded, or None."""
        cdef _Attribute *found
        cdef _Part part
        cdef Py_UCS4 gap = 0
        cdef Py_ssize_t length
        if not self.carries(ALT):
            return None
        found = &self.attributes[self.by_slot[ALT]]
        part = _Part(False, False, found.equals + 2, found.end, -1, 0)
        self.make_room(part.end - part.start + 1)
        length = self._fold_part(&part, 0, &gap)
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.buffer, length) if length else None


cdef bint _is_small(int width, int height, int smallest) noexcept:
    """Tell an icon: both sides small, or one side next to nothing. As ``media`` does."""
    if width == NONE and height == NONE:
        return False
    if 0 <= width <= 2 or 0 <= height <= 2:
        return True
    return width != NONE and height != NONE and max(width, height) < smallest


cdef bint _begins(const Py_UCS4 *chars, const char *text, bint lower) noexcept:
    """Whether characters begin with a text."""
    cdef Py_UCS4 char
    while text[0]:
        char = chars[0]
        if lower and u"A" <= char <= u"Z":
            char = <Py_UCS4>(<int>char + 32)
        if char != <Py_UCS4>text[0]:
            return False
        chars += 1
        text += 1
    return True
