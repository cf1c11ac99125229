# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Plain markup written out as XML, without a tree: the same XML as libxml2 writes of its tree, or nothing at all.

Markup is plain where nothing must be guessed: attributes are quoted, end tags end what is open, comments end. What
tags do to one another and what references stand for is asked of libxml2, once each (``libxml2.py``). All else is left
to libxml2.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport PyUnicode_4BYTE_KIND, PyUnicode_FromKindAndData, PyUnicode_GET_LENGTH
from libc.string cimport memcpy

from newsingest.body import libxml2 as _libxml2

cdef extern from "Python.h":
    Py_UCS4 *PyUnicode_AsUCS4(object text, Py_UCS4 *buffer, Py_ssize_t size, int copy_null) except NULL

cdef int INSIDE = _libxml2.INSIDE
cdef int CLOSES = _libxml2.CLOSES
cdef int VOID = _libxml2.VOID
cdef int NORMAL = _libxml2.NORMAL
cdef int UNLIKE = _libxml2.UNLIKE

# Elements whose content is no markup; of all but the first two, parts of it may be.
cdef object _RAW = frozenset("script style iframe noembed textarea title xmp listing".split())
cdef object _SCRIPTS = frozenset(("script", "style"))

cdef enum:
    DEEPEST = 200  # elements that are open; libxml2 has limits, too
    MOST_ATTRIBUTES = 32
    LONGEST_NAME = 64
    LONGEST_REFERENCE = 32
    MOST_ASKED = 1_000  # for one body: each question costs libxml2 as much as some hundred characters
    MOST_KNOWN = 10_000

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


cdef class _Tag:
    """What is known of a tag."""

    cdef str name
    cdef int kind
    cdef bint is_raw
    cdef bint is_script
    cdef object begins  # None: not asked yet
    cdef object is_ignored_end
    cdef dict inside  # what other tags do directly inside
    cdef dict over  # what the end tag does to other elements directly inside

    def __cinit__(self, str name):
        self.name = name
        self.kind = _libxml2.of_tag(name)
        self.is_raw = name in _RAW
        self.is_script = name in _SCRIPTS
        self.inside = {}
        self.over = {}


cdef dict _tags = {}
cdef dict _references = {}
cdef dict _references_in_values = {}
cdef dict _flags = {}
cdef object _begins_text = None
cdef Py_ssize_t _remembered = 0  # answers, of all kinds


class _TooOddError(Exception):
    """There is too much in the markup that is not known."""


cdef struct Open:
    Py_ssize_t content  # where its content begins in what was written
    Py_ssize_t name  # where its name stands there
    Py_ssize_t length  # of the name


cdef class _Writer:
    """One body, read from ``at`` on and written to ``out``."""

    cdef Py_UCS4 *text
    cdef Py_ssize_t at
    cdef Py_ssize_t size
    cdef Py_UCS4 *out
    cdef Py_ssize_t written
    cdef Py_ssize_t room
    cdef Open opened[DEEPEST]
    cdef list tags  # that are open
    cdef Py_ssize_t depth
    cdef bint is_begun
    cdef int asked

    def __cinit__(self, str body not None):
        self.size = PyUnicode_GET_LENGTH(body)
        self.room = 2 * self.size + 1024
        self.text = <Py_UCS4 *>PyMem_Malloc((self.size + 1) * sizeof(Py_UCS4))
        self.out = <Py_UCS4 *>PyMem_Malloc(self.room * sizeof(Py_UCS4))
        if self.text == NULL or self.out == NULL:
            raise MemoryError
        PyUnicode_AsUCS4(body, self.text, self.size + 1, 1)
        self.tags = []

    def __dealloc__(self):
        PyMem_Free(self.text)
        PyMem_Free(self.out)

    cdef str run(self):
        """Return the XML, or None where the markup is not plain."""
        while self.text[self.at] < 128 and KINDS[self.text[self.at]] & WHITE:
            self.at += 1
        self._put("<html><body>")
        while self.at < self.size:
            if not (self._tag() if self.text[self.at] == u"<" else self._text()):
                return None
        if not self.is_begun:
            return None
        while self.depth:
            self._end()
        self._put("</body></html>")
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.out, self.written)

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

    # -- text ---------------------------------------------------------------------------------------------

    cdef bint _text(self) except -1:
        """Read text up to a tag; False if it is not plain."""
        cdef Py_UCS4 char
        if not self.is_begun and not self._begin_text():
            return False
        while True:
            char = self._plain(TEXT)
            if char == u"<" or self.at >= self.size:
                return True
            if char == u">":
                self._put("&gt;")
                self.at += 1
            elif char != u"&" or not self._reference(u"<", _references, _libxml2.reference):
                return False

    cdef Py_UCS4 _plain(self, int kind) except? 0:
        """Copy what stands for itself, and return the character that follows."""
        cdef Py_ssize_t start = self.at
        cdef Py_UCS4 char = self.text[self.at]
        while (char < 128 and KINDS[char] & kind) or (char >= 128 and not _is_odd(char)):
            self.at += 1
            char = self.text[self.at]
        self._copy(start, self.at)
        return char

    cdef bint _begin_text(self) except -1:
        global _begins_text
        if _begins_text is None:
            _begins_text = _libxml2.begins_text()
        self.is_begun = True
        return _begins_text and self.text[self.at] != u"&"  # which may stand for white space, that begins nothing

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

    # -- tags ---------------------------------------------------------------------------------------------

    cdef bint _tag(self) except -1:
        """Read a tag or comment; False if it is not plain."""
        cdef Py_UCS4 char = self.text[self.at + 1]
        if char == u"/":
            return self._end_tag()
        if char == u"!":
            return self._comment()
        if char == u" ":
            return self._lone()
        return char < 128 and KINDS[char] & LETTER and self._start_tag()

    cdef bint _lone(self) except -1:
        """Read a "<" that begins nothing."""
        xml = _references.get("< ")
        if xml is None:
            xml = self._remember(_references, "< ", _as_xml(_libxml2.reference("< "), False))
        self._put(xml)
        self.at += 2
        return self.is_begun and xml != ""

    cdef bint _comment(self) except -1:
        """Read over a comment."""
        cdef Py_ssize_t at = self.at + 4
        if self.text[self.at + 2] != u"-" or self.text[self.at + 3] != u"-":
            return False
        if self.text[at] == u">" or (self.text[at] == u"-" and self.text[at + 1] == u">"):
            return False
        while at < self.size and not (self.text[at] == u"-" and self.text[at + 1] == u"-" and self.text[at + 2] in u">!"):
            if _is_odd(self.text[at]) or self._may_end_page(at):
                return False
            at += 1
        if at >= self.size or self.text[at + 2] != u">":
            return False
        self.at = at + 3
        if not self.is_begun:
            self._skip_white()
        return True

    cdef Py_ssize_t _name_end(self, Py_ssize_t at) noexcept:
        while self.text[at] < 128 and KINDS[self.text[at]] & NAME:
            at += 1
        return at

    cdef bint _start_tag(self) except -1:
        cdef Py_ssize_t start = self.at + 1, end = self._name_end(start), name
        cdef _Tag tag = self._known(start, end)
        cdef bint is_closed
        if tag is None or not (tag.kind == VOID or tag.kind == NORMAL) or not self._is_let_in(tag):
            return False
        self._reserve(end - start + 1)
        self.out[self.written] = u"<"
        self.written += 1
        name = self.written
        self._put(tag.name)
        self.at = end
        if not self._attributes():
            return False
        is_closed = self.text[self.at] == u"/"
        if tag.kind == VOID:
            self._put("/>")
            self.at += 1 + is_closed
            return True
        if is_closed or self.depth == DEEPEST:
            return False
        self._put(">")
        self.at += 1
        self.opened[self.depth] = Open(self.written, name, end - start)
        self.tags.append(tag)
        self.depth += 1
        return not tag.is_raw or self._raw(tag)

    cdef _Tag _known(self, Py_ssize_t start, Py_ssize_t end):
        """Return what is known of the tag of a name, or None."""
        if end - start > LONGEST_NAME:
            return None
        name = self._string(start, end)
        tag = _tags.get(name)
        if tag is None:
            small = name.lower()
            tag = _tags.get(small)
            if tag is None:
                tag = self._remember(_tags, small, _Tag(small))
            if small != name:
                self._remember(_tags, name, tag)
        return <_Tag>tag

    cdef bint _is_let_in(self, _Tag tag) except -1:
        """Close what the tag closes; False if something else happens to it."""
        cdef _Tag outer
        if not self.is_begun:
            self.is_begun = True
            if tag.begins is None:
                tag.begins = _libxml2.begins(tag.name)
            return tag.begins
        while self.depth:
            outer = <_Tag>self.tags[self.depth - 1]
            what = outer.inside.get(tag.name)
            if what is None:
                what = self._remember(outer.inside, tag.name, _libxml2.inside(outer.name, tag.name))
            if what == INSIDE:
                return True
            if what != CLOSES:
                return False
            self._end()
        return True

    cdef bint _raw(self, _Tag tag) except -1:
        """Read the content of an element in which markup is text, up to its end tag."""
        cdef Py_UCS4 char
        while True:
            char = self._plain(TEXT)
            if char == u">":
                self._put("&gt;")
            elif char == u"<" and self.text[self.at + 1] == u"/" and self._is_named(self.at + 2):
                return True
            elif not tag.is_script or self.at >= self.size:
                return False
            elif char == u"&":
                self._put("&amp;")
            elif char == u"<" and self.text[self.at + 1] != u"!" and not self._may_end_page(self.at):
                self._put("&lt;")
            else:
                return False
            self.at += 1

    cdef bint _end_tag(self) except -1:
        cdef Py_ssize_t start = self.at + 2, end = self._name_end(start), at = end
        cdef _Tag tag
        if end == start or not KINDS[self.text[start]] & LETTER:
            return False
        while self.text[at] < 128 and KINDS[self.text[at]] & WHITE:
            at += 1
        if self.text[at] != u">":
            return False
        if self.depth and self._is_named(start):
            self._end()
        elif not self._end_over(self._known(start, end)):
            return False
        self.at = at + 1
        return True

    cdef bint _is_named(self, Py_ssize_t at) noexcept:
        """Whether the name of the innermost element stands there."""
        cdef Open *inner = &self.opened[self.depth - 1]
        cdef Py_ssize_t place
        cdef Py_UCS4 char
        for place in range(inner.length):
            if _small(self.text[at + place]) != self.out[inner.name + place]:
                return False
        char = self.text[at + inner.length]
        return char == u">" or (char < 128 and KINDS[char] & WHITE)

    cdef bint _end_over(self, _Tag tag) except -1:
        """End the innermost element of a tag and all inside, as far as they let it; False if something else happens."""
        cdef _Tag inner
        cdef Py_ssize_t depth = self.depth
        if tag is None or tag.kind == UNLIKE or not self.is_begun:
            return False
        # By name: what is known of a tag may have been forgotten since, and found out again.
        if not self._is_open(tag.name):
            if tag.is_ignored_end is None:
                tag.is_ignored_end = _libxml2.is_ignored_end(tag.name)
            return tag.is_ignored_end
        while True:
            inner = <_Tag>self.tags[depth - 1]
            if inner.name == tag.name:
                break
            what = tag.over.get(inner.name)
            if what is None:
                what = self._remember(tag.over, inner.name, _libxml2.over(tag.name, inner.name))
            if what != CLOSES:
                return what == INSIDE
            depth -= 1
        while self.depth >= depth:
            self._end()
        return True

    cdef bint _is_open(self, str name) except -1:
        for tag in self.tags:
            if (<_Tag>tag).name == name:
                return True
        return False

    cdef int _end(self) except -1:
        """End the innermost element."""
        cdef Open *inner
        self.depth -= 1
        self.tags.pop()
        inner = &self.opened[self.depth]
        self._reserve(inner.length + 3)
        if self.written == inner.content:
            self.out[self.written - 1] = u"/"
            self.out[self.written] = u">"
            self.written += 1
            return 0
        self.out[self.written] = u"<"
        self.out[self.written + 1] = u"/"
        memcpy(&self.out[self.written + 2], &self.out[inner.name], inner.length * sizeof(Py_UCS4))
        self.written += inner.length + 2
        self.out[self.written] = u">"
        self.written += 1
        return 0

    # -- attributes ---------------------------------------------------------------------------------------

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
            self._copy(start, self.at)
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

    # -- characters ---------------------------------------------------------------------------------------

    cdef inline int _skip_white(self) noexcept:
        while self.text[self.at] < 128 and KINDS[self.text[self.at]] & WHITE:
            self.at += 1
        return 0

    cdef inline bint _may_end_page(self, Py_ssize_t at) noexcept:
        """Whether something like </html> stands there, which is no markup but is cut out all the same."""
        return self.text[at] == u"<" and self.text[at + 1] == u"/" and self.text[at + 2] in u"hHbB"

    cdef str _string(self, Py_ssize_t start, Py_ssize_t end):
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, &self.text[start], end - start)

    cdef int _put(self, str text) except -1:
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
        self._reserve(length)
        PyUnicode_AsUCS4(text, &self.out[self.written], length, 0)
        self.written += length
        return 0

    cdef int _copy(self, Py_ssize_t start, Py_ssize_t end) except -1:
        self._reserve(end - start)
        memcpy(&self.out[self.written], &self.text[start], (end - start) * sizeof(Py_UCS4))
        self.written += end - start
        return 0

    cdef inline int _reserve(self, Py_ssize_t count) except -1:
        if self.written + count > self.room:
            self._grow(count)
        return 0

    cdef int _grow(self, Py_ssize_t count) except -1:
        cdef Py_ssize_t room = 2 * (self.room + count)
        cdef Py_UCS4 *grown = <Py_UCS4 *>PyMem_Realloc(self.out, room * sizeof(Py_UCS4))
        if grown == NULL:
            raise MemoryError
        self.out = grown
        self.room = room
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


def xml_of(str body not None):
    """Return the XML of the tree that libxml2 makes of a body; None where the body is not plain."""
    try:
        return (<_Writer>_Writer(body)).run()
    except _TooOddError:
        return None
