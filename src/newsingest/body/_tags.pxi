"""Tags as the walk meets them: counted, and each with what is known of it. Part of ``_walk.pyx``."""


cdef class _Tags(_Pictures):
    """Elements in the order in which they begin, by which they are numbered."""

    cdef object profile
    cdef object body
    cdef object styles
    cdef Py_ssize_t begun  # elements so far
    cdef bint has_picture  # the element that was skipped last

    cdef _Element element(self, Py_ssize_t at, Py_ssize_t close):
        """Count an element and return what is known of it."""
        cdef PyObject *known
        cdef _Element found
        cdef Py_ssize_t end = close - self.is_whole(close)
        self.begun_at(at, close)
        known = self.memory.tags.get(self.chars + at + 1, end - at - 1)
        found = <_Element>known if known != NULL else self._learn(at + 1, end)
        return self._settled(found, at + 1, end) if found.contextual else found

    cdef inline int begun_at(self, Py_ssize_t at, Py_ssize_t close) except -1:
        """Count an element, unless it shows that libxml2 wrote more than a tree's elements.

        To what declares itself to be XHTML it adds elements and attributes, in a style of its own (``<br />``), a name
        space for the root among them; before its version 2.14 it marks scripts (``<![CDATA[``).
        """
        cdef bint is_xhtml = self.is_whole(close) and self.chars[close - 2] == u" "
        if not self.begun:
            is_xhtml = _XHTML in self.string(at, close)
        if is_xhtml:
            raise UnlikeError
        _check(self, at)
        self.begun += 1
        return 0

    cdef str name(self, Py_ssize_t at):
        """Return the name of the tag that begins here."""
        cdef Py_ssize_t end = at + 1
        while self.chars[end] != u" " and self.chars[end] != u">" and self.chars[end] != u"/":
            end += 1
        return self.string(at + 1, end)

    cdef dict read(self, Py_ssize_t at, Py_ssize_t close):
        """Return what the tag that begins here carries."""
        self.read_tag(at + 1, close - self.is_whole(close))
        return self.carried()

    cdef _Element _learn(self, Py_ssize_t start, Py_ssize_t end):
        """Find out about a tag. It is remembered whole, or what decides of it where hardly two are alike."""
        cdef Py_ssize_t name_end = self.read_tag(start, end), length
        cdef PyObject *known
        cdef _Element found
        length = self._write_key(start, name_end)
        known = self.memory.tags.get(self.buffer, length)
        if known != NULL:
            found = <_Element>known
        else:
            if self.styles is None:
                self.styles = _stylesheet.Styles(self.profile.sheet, self.body)
            name = self.string(start, name_end)
            carried = self.carried()
            found = _known(self.styles.of_tag(name, list(carried.items())), carried)
            if length <= _LONGEST_KNOWN:
                self.memory.tags.put(self.buffer, length, found)
        if found.is_lasting and end - start <= _LONGEST_KNOWN:
            self.memory.tags.put(self.chars + start, end - start, found)
        return found

    cdef Py_ssize_t _write_key(self, Py_ssize_t start, Py_ssize_t name_end) except -1:
        """Write what decides of a tag to the buffer: no tag begins as this does.

        A name may hold what looks like an attribute (``<pclass="x">``), but no space.
        """
        cdef Py_ssize_t at, name_size = name_end - start, length = name_size + 2, size
        cdef bint is_link = self.chars[start] == u"a" and name_size == 1 and self.carries(HREF)
        cdef _Attribute *each
        self.make_room(length)
        for at in range(self.attributes_count):
            length += self.attributes[at].end - self.attributes[at].start + 1
        self.make_room(length)
        length = name_size + 2
        self.buffer[0] = 2 if is_link else 1
        memcpy(self.buffer + 1, self.chars + start, name_size * sizeof(Py_UCS4))
        self.buffer[length - 1] = u" "
        for at in range(self.attributes_count):
            each = &self.attributes[at]
            if each.decides:
                size = each.end - each.start + 1
                memcpy(self.buffer + length, self.chars + each.start, size * sizeof(Py_UCS4))
                length += size
        return length

    cdef _Element _settled(self, _Element found, Py_ssize_t start, Py_ssize_t end):
        """Return what is known of an element whose style depends on what is around it."""
        if self.styles is None:
            self.styles = _stylesheet.Styles(self.profile.sheet, self.body)
        if self.styles.looks_around:
            self.read_tag(start, end)
            return _known(self.styles.settled(self.body[self.begun - 1]), self.carried())
        return found

    cdef Py_ssize_t skip(self, Py_ssize_t close) except -1:
        """Return where the tag closes that ends the element whose tag closes here."""
        cdef Py_ssize_t depth = 1
        cdef Py_ssize_t at
        while depth:
            at = self.find(u"<", close)
            if at >= self.size:
                raise UnlikeError
            close = self.find(u">", at)
            if self.is_end(at):
                depth -= 1
            else:
                self.begun_at(at, close)
                self.has_picture |= self.is_tag(at, b"img")
                depth += not self.is_whole(close)
        return close
