# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Plain markup written out as XML, without a tree: the same XML as libxml2 writes of its tree, or nothing at all.

Markup is plain where nothing must be guessed: attributes are quoted, end tags end what is open, comments end. What
tags do to one another and what references stand for is asked of libxml2, once each (``libxml2.py``). All else is left
to libxml2.
"""

from cpython.ref cimport Py_XDECREF
from cpython.unicode cimport PyUnicode_4BYTE_KIND, PyUnicode_FromKindAndData, PyUnicode_GET_LENGTH
from libc.string cimport memcpy, memmove, memset

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
    NULS = 8

BEHIND = NULS
"""How many NULs stand behind the characters of XML, so that a look ahead needs no care."""

include "../_room.pxi"
include "_copy.pxi"
include "_attributes.pxi"


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


cdef struct Open:
    Py_ssize_t content  # where its content begins in what was written
    Py_ssize_t name  # where its name stands there
    Py_ssize_t length  # of the name


cdef class _Writer(_Attributes):
    """Copies a whole body."""

    cdef Open opened[DEEPEST]
    cdef list tags  # that are open
    cdef Py_ssize_t depth
    cdef bint is_begun

    def __cinit__(self, str body not None):
        self.tags = []

    cdef bytes run(self):
        """Return the XML's characters, or None where the markup is not plain."""
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
        self._reserve(NULS)
        memset(&self.out[self.written], 0, NULS * sizeof(Py_UCS4))
        return _taken(&self.held, (self.written + NULS) * sizeof(Py_UCS4))

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

    cdef bint _begin_text(self) except -1:
        global _begins_text
        if _begins_text is None:
            _begins_text = _libxml2.begins_text()
        self.is_begun = True
        return _begins_text and self.text[self.at] != u"&"  # which may stand for white space, that begins nothing

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


def xml_of(str body not None):
    """Return the XML of the tree that libxml2 makes of a body, as ``chars_of`` does; None where it is not plain."""
    try:
        return (<_Writer>_Writer(body)).run()
    except _TooOddError:
        return None


def chars_of(str xml not None):
    """Return XML's characters in four bytes each, which is what the walk goes over, and NULs behind them."""
    cdef PyObject *held = NULL
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(xml)
    cdef Py_UCS4 *chars = <Py_UCS4 *>_room_in_bytes(&held, 0, (size + NULS) * sizeof(Py_UCS4))
    PyUnicode_AsUCS4(xml, chars, size, 0)
    memset(chars + size, 0, NULS * sizeof(Py_UCS4))
    return _taken(&held, (size + NULS) * sizeof(Py_UCS4))


def text_of(bytes chars not None):
    """Return the XML whose characters these are."""
    cdef Py_ssize_t size = len(chars) // <Py_ssize_t>sizeof(Py_UCS4) - NULS
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, <const char *>chars, size)
