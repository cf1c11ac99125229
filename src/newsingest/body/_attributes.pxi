"""Attributes of a tag, copied as XML. Part of ``_markup.pyx``."""

cdef enum:
    MOST_ATTRIBUTES = 32
    LONGEST_NAME = 64


cdef class _Attributes(_Copy):
    """Copies attributes."""

    cdef bint _attributes(self) except -1:
        """Read attributes up to the tag's ">" or "/>"; False if one is not plain."""
        cdef Py_ssize_t starts[MOST_ATTRIBUTES]
        cdef Py_ssize_t lengths[MOST_ATTRIBUTES]
        cdef Py_ssize_t count = 0, before, end
        while True:
            before = self.at
            self._skip_white()
            if self.text[self.at] == u">":
                return True
            if self.text[self.at] == u"/":
                return self.text[self.at + 1] == u">"
            end = self._name_end(self.at)
            if self.at == before or end == self.at or not KINDS[self.text[self.at]] & LETTER:
                return False
            if count == MOST_ATTRIBUTES:
                return False
            starts[count] = self.written + 1
            lengths[count] = end - self.at
            self._put_name(end)
            for place in range(count):
                if lengths[place] == lengths[count] and self._are_same(starts[place], starts[count], lengths[count]):
                    return False
            count += 1
            if not self._value(starts[count - 1]):
                return False

    cdef int _put_name(self, Py_ssize_t end) except -1:
        """Write the name of an attribute, in small letters."""
        cdef Py_UCS4 char
        self._reserve(end - self.at + 1)
        self.out[self.written] = u" "
        self.written += 1
        while self.at < end:
            char = self.text[self.at]
            self.out[self.written] = _small(char)
            self.written += 1
            self.at += 1
        return 0

    cdef bint _are_same(self, Py_ssize_t one, Py_ssize_t other, Py_ssize_t length) noexcept:
        cdef Py_ssize_t place
        for place in range(length):
            if self.out[one + place] != self.out[other + place]:
                return False
        return True

    cdef bint _value(self, Py_ssize_t name) except -1:
        """Read "=" and what follows, or nothing; ``name`` is where the attribute's name was written."""
        cdef Py_UCS4 quote
        cdef Py_ssize_t end = self.at, start
        while self.text[end] < 128 and KINDS[self.text[end]] & WHITE:
            end += 1
        if self.text[end] != u"=":
            return self._flag(name)
        self.at = end + 1
        self._skip_white()
        self._put('="')
        quote = self.text[self.at]
        if quote == u'"' or quote == u"'":
            self.at += 1
            if not self._quoted(quote):
                return False
        else:
            start = self.at
            while self.text[self.at] >= 128 or KINDS[self.text[self.at]] & BARE:
                if _is_odd(self.text[self.at]):
                    return False
                self.at += 1
            quote = self.text[self.at]
            if self.at == start or not (quote == u">" or (quote < 128 and KINDS[quote] & WHITE)):
                return False
            self._copy(start)
        self._put('"')
        return True

    cdef bint _flag(self, Py_ssize_t name) except -1:
        """Write the value of an attribute that has none."""
        key = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, &self.out[name], self.written - name)
        if len(key) > LONGEST_NAME:
            return False
        value = _flags.get(key)
        if value is None:
            asked = _libxml2.flag(key)
            value = self._remember(_flags, key, "" if asked is None else f'="{asked}"')
        self._put(value)
        return bool(value)

    cdef bint _quoted(self, Py_UCS4 quote) except -1:
        """Read a value up to its quote."""
        cdef Py_UCS4 char
        while True:
            char = self._plain(VALUE)
            if char == quote:
                self.at += 1
                return True
            if char == u"&":
                if not self._reference(quote, _references_in_values, _libxml2.reference_in_attribute):
                    return False
                continue
            if char == u"<" and not self._may_end_page(self.at):
                self._put("&lt;")
            elif char == u">":
                self._put("&gt;")
            elif char == u'"':
                self._put("&quot;")
            elif char == u"'":
                self._put("'")
            elif char == u"\n":
                self._put("&#10;")
            elif char == u"\t":
                self._put("&#9;")
            else:
                return False
            self.at += 1
