# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The walk over a body, compiled: the same as ``flow.walk`` with ``lines.LineBuilder``, over the body's XML.

libxml2 writes XML in one form only: every element is closed, every attribute is quoted, "<" and ">" stand nowhere but
around tags. So one pass over the characters finds all there is, and most elements and texts never become objects.
Whatever is not a plain element, a link, bold type and the like is left to the ``Reader``, with the element of the tree.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport (
    PyUnicode_4BYTE_KIND, PyUnicode_DATA, PyUnicode_FromKindAndData, PyUnicode_GET_LENGTH, PyUnicode_KIND,
    PyUnicode_READ, PyUnicode_Substring,
)

from newsingest import lines as _lines
from newsingest import stylesheet as _stylesheet

include "_text.pxi"
include "_lines.pxi"

cdef int INLINE = _stylesheet.INLINE
cdef int BLOCK = _stylesheet.BLOCK
cdef int LINE_BREAK = _stylesheet.BREAK
cdef int IMAGE = _stylesheet.IMAGE
cdef int DROP = _stylesheet.DROP


class UnlikeError(Exception):
    """The XML is not the same body: it must be walked in the tree."""


cdef class _Element:
    """What is known of a tag: its style, and what of it the walk itself can do."""

    cdef object style
    cdef int op
    cdef bint plain
    cdef bint simple
    cdef bint inherited
    cdef bint link
    cdef object stock
    cdef bint contextual
    cdef bint guarded


cdef _Element _known(object style):
    cdef _Element made = _Element.__new__(_Element)
    made.style = style
    made.op = style.op
    made.plain = style.plain and not style.contextual
    made.inherited = style.inherited
    made.link = style.link
    made.contextual = style.contextual
    made.guarded = style.guarded
    made.stock = style.stock
    made.simple = not (style.contextual or style.guarded or style.part) and style.op <= BLOCK
    return made


cdef enum:
    PLAIN_INLINE = 0
    PLAIN_BLOCK = 1
    SIMPLE = 2  # bold type, a link and the like: opened and closed here
    OTHER = 3  # opened and closed by the reader

cdef struct Frame:
    int kind
    Py_ssize_t number


cdef class _Walk:
    """One post's walk; elements are numbered in the order in which they begin."""

    cdef object reader
    cdef LineBuilder line
    cdef str xml
    cdef int kind
    cdef const void *data
    cdef Py_ssize_t size
    cdef Py_ssize_t begun  # elements so far
    cdef object context
    cdef bint bold
    cdef dict known
    cdef object names  # of the attributes that decide
    cdef str name  # of the tag that was learned last
    cdef list carried  # its attributes
    cdef Py_ssize_t *sizes  # of each element's text, once they are asked for
    cdef list opened  # of frames that are not plain: what was found at their tag, and the context around them
    cdef Frame *frames
    cdef Py_ssize_t depth
    cdef Py_ssize_t room

    def __cinit__(self, object reader, str xml not None):
        self.reader = reader
        self.line = reader.line
        self.xml = xml
        self.kind = PyUnicode_KIND(xml)
        self.data = PyUnicode_DATA(xml)
        self.size = PyUnicode_GET_LENGTH(xml)
        self.known = reader.styles.known
        self.names = reader.styles.names
        self.opened = []
        self.room = 64
        self.frames = <Frame *>PyMem_Malloc(self.room * sizeof(Frame))
        if self.frames == NULL:
            raise MemoryError
        self._take_context()

    def __dealloc__(self):
        PyMem_Free(self.frames)
        PyMem_Free(self.sizes)

    cdef int run(self) except -1:
        cdef Py_ssize_t at = 0, close, behind
        while at < self.size:
            close = self._find(u">", at)
            if PyUnicode_READ(self.kind, self.data, at + 1) == u"/":
                self._close()
            else:
                close = self._open(at + 1, close)
            behind = self._find(u"<", close)
            self.line._add_xml(close + 1, behind, self.bold)
            at = behind
        self._flush()
        if self.line.is_lost:
            raise UnlikeError
        return 0

    cdef inline Py_ssize_t _find(self, Py_UCS4 char, Py_ssize_t at) noexcept:
        while at < self.size and PyUnicode_READ(self.kind, self.data, at) != char:
            at += 1
        return at

    cdef Py_ssize_t _open(self, Py_ssize_t start, Py_ssize_t close) except -1:
        """Begin an element; return where the tag closes, or its end's where it is not walked."""
        cdef bint is_empty = self._is_empty(close)
        cdef Py_ssize_t number = self.begun
        cdef str tag = PyUnicode_Substring(self.xml, start, close - is_empty)
        cdef _Element found = <_Element>self.known.get(tag)
        self._begin(start, close)
        if found is None:
            found = self._learn(tag, start, close - is_empty)
        if found.plain:
            if found.op:
                self._flush()
            if not is_empty:
                self._push(PLAIN_BLOCK if found.op else PLAIN_INLINE, number)
        elif found.simple:
            self._enter(found)
            self._push(SIMPLE, number)
            if is_empty:
                self._close()
        else:
            return self._open_other(found, number, close, is_empty)
        return close

    cdef int _begin(self, Py_ssize_t start, Py_ssize_t close) except -1:
        """Count an element, unless it shows that libxml2 wrote more than a tree's elements.

        To what declares itself to be XHTML it adds elements and attributes, in a style of its own (``<br />``), a name
        space for the root among them; before its version 2.14 it marks scripts (``<![CDATA[``).
        """
        cdef bint is_xhtml = self._is_empty(close) and PyUnicode_READ(self.kind, self.data, close - 2) == u" "
        if not self.begun:
            is_xhtml = _XHTML in PyUnicode_Substring(self.xml, start, close)
        if is_xhtml or PyUnicode_READ(self.kind, self.data, start) == u"!":
            raise UnlikeError
        self.begun += 1
        return 0

    cdef Py_ssize_t _open_other(self, _Element found, Py_ssize_t number, Py_ssize_t close, bint is_empty) except -1:
        """Let the reader begin an element, or deal with one that is not walked."""
        reader = self.reader
        style = found.style
        if found.op == LINE_BREAK and not found.contextual:
            self.line.add_break()
            return close if is_empty else self._skip(close)
        if found.contextual:
            style = reader.styles.settled(reader.elements[number])
        if style.op <= BLOCK and not (style.guarded and self._is_boilerplate(number)):
            self.opened.append((style, self.context))
            reader.enter(reader.elements[number], style)
            self._take_context()
            self._push(OTHER, number)
            if is_empty:
                self._close()
            return close
        end = close if is_empty else self._skip(close)
        if style.op == DROP or style.guarded:
            reader.drop(style.rule, number)
        elif style.op == IMAGE and found.op == IMAGE:  # whose tag was learned just now
            is_followed = self._shown(end + 1, self._find(u"<", end)) > 0
            reader.place_picture(number, self.name, dict(self.carried), is_followed=is_followed)
        else:
            reader.place(reader.elements[number], style)
        return end

    cdef int _enter(self, _Element found) except -1:
        """Begin a simple element."""
        style, context = found.style, self.context
        if found.op:
            self._flush()
        self.opened.append((found, context))
        if found.inherited:
            self.reader.context = Context(
                style.bold or context.bold,
                style.centred or context.centred,
                style.kind or context.kind,
                style.level or context.level,
                style.field or context.field,
            )
            self._take_context()
        if found.stock is not None:
            self.line.begin(found.stock.code(dict(self.carried)) or "", stock=True)
        elif found.link:
            self.line.begin(self._carries("href"), stock=False)
        return 0

    cdef int _close(self) except -1:
        """End the innermost element."""
        cdef Frame frame
        cdef _Element found
        self.depth -= 1
        frame = self.frames[self.depth]
        if frame.kind == PLAIN_INLINE:
            return 0
        if frame.kind == PLAIN_BLOCK:
            return self._flush()
        what, context = self.opened.pop()
        if frame.kind == SIMPLE:
            found = <_Element>what
            if found.link or found.stock is not None:
                self.line.end()
            if found.op:
                self._flush()
            if not found.inherited:
                return 0
        else:
            self.reader.leave(self.reader.elements[frame.number], what)
        self.reader.context = context
        self._take_context()
        return 0

    cdef int _push(self, int kind, Py_ssize_t number) except -1:
        cdef Frame *grown
        if self.depth == self.room:
            grown = <Frame *>PyMem_Realloc(self.frames, 2 * self.room * sizeof(Frame))
            if grown == NULL:
                raise MemoryError
            self.frames = grown
            self.room *= 2
        self.frames[self.depth] = Frame(kind, number)
        self.depth += 1
        return 0

    cdef int _take_context(self) except -1:
        self.context = self.reader.context
        self.bold = self.context.bold
        return 0

    cdef int _flush(self) except -1:
        if self.line.count:
            self.line._flush(<list>self.reader.items, self.context)
        return 0

    cdef Py_ssize_t _skip(self, Py_ssize_t close) except -1:
        """Return where the tag closes that ends the element whose tag closes here."""
        cdef Py_ssize_t depth = 1
        cdef Py_ssize_t at
        while depth:
            at = self._find(u"<", close)
            close = self._find(u">", at)
            if PyUnicode_READ(self.kind, self.data, at + 1) == u"/":
                depth -= 1
            else:
                self._begin(at + 1, close)
                depth += not self._is_empty(close)
        return close

    cdef bint _is_boilerplate(self, Py_ssize_t number) except -1:
        """Whether a guarded drop holds: boilerplate is never most of a body's text."""
        if self.sizes == NULL:
            self._measure()
        return 2 * self.sizes[number] <= self.sizes[0]

    cdef int _measure(self) except -1:
        """Count the characters of each element's text, but for pieces that are all white space."""
        cdef Py_ssize_t at = 0, close, number = -1, inside = 0, count = 0
        cdef Py_ssize_t elements = self.xml.count("<")  # and as many ends, or fewer
        cdef Py_ssize_t *opened = <Py_ssize_t *>PyMem_Malloc(elements * sizeof(Py_ssize_t))
        self.sizes = <Py_ssize_t *>PyMem_Malloc(elements * sizeof(Py_ssize_t))
        if opened == NULL or self.sizes == NULL:
            PyMem_Free(opened)
            raise MemoryError
        while at < self.size:
            close = self._find(u">", at)
            if PyUnicode_READ(self.kind, self.data, at + 1) == u"!":
                PyMem_Free(opened)
                raise UnlikeError
            if PyUnicode_READ(self.kind, self.data, at + 1) != u"/":
                number += 1
                self.sizes[number] = -count
                opened[inside] = number
                inside += 1
            if PyUnicode_READ(self.kind, self.data, at + 1) == u"/" or self._is_empty(close):
                inside -= 1
                self.sizes[opened[inside]] += count
            at = self._find(u"<", close)
            count += self._shown(close + 1, at)
        PyMem_Free(opened)
        return 0

    cdef Py_ssize_t _shown(self, Py_ssize_t at, Py_ssize_t end) noexcept:
        """Count the characters of a text; white space alone is nothing."""
        cdef Py_ssize_t count = 0
        cdef _Text text = _Text(self.kind, self.data, at, end, True, &self.line.is_lost)
        if _is_space(&text):
            return 0
        while at < end:
            _char(&text, &at)
            count += 1
        return count

    cdef inline bint _is_empty(self, Py_ssize_t close) noexcept:
        """Whether the tag that closes here is a whole element."""
        return PyUnicode_READ(self.kind, self.data, close - 1) == u"/"

    cdef _Element _learn(self, str tag, Py_ssize_t at, Py_ssize_t end):
        """Find out about a tag, and remember it unless it is one of those of which hardly two are alike."""
        cdef Py_ssize_t name_end = at
        cdef _Element found
        while name_end < end and PyUnicode_READ(self.kind, self.data, name_end) != u" ":
            name_end += 1
        self.name = name = PyUnicode_Substring(self.xml, at, name_end)
        self.carried = self._attributes(name_end, end)
        key = (name, name == "a" and bool(self._carries("href")), *[each for each in self.carried if each[0] in self.names])
        found = <_Element>self.known.get(key)
        if found is None:
            found = _known(self.reader.styles.of_tag(name, self.carried))
            if len(tag) <= _LONGEST_KNOWN:
                self._remember(key, found)
        if found.op != IMAGE and not found.link and found.stock is None and len(tag) <= _LONGEST_KNOWN:
            self._remember(tag, found)
        return found

    cdef int _remember(self, object key, _Element found) except -1:
        if len(self.known) >= _KNOWN_LIMIT:
            self.known.clear()
        self.known[key] = found
        return 0

    cdef list _attributes(self, Py_ssize_t at, Py_ssize_t end):
        """Read the attributes that stand in a tag. A name may begin with "=" and hold quotes."""
        cdef Py_ssize_t equals, close
        found = []
        while at < end:
            equals = self._find(u"=", at + 2)
            close = self._find(u'"', equals + 2)
            name = PyUnicode_Substring(self.xml, at + 1, equals)
            value = PyUnicode_Substring(self.xml, equals + 2, close)
            if "&" in value:
                if "&#xFFFD;" in value:
                    raise UnlikeError
                value = _unescaped(value)
            found.append((name, value))
            at = close + 1
        return found

    cdef object _carries(self, str name):
        """Return the value of an attribute of the tag that was learned last, or None."""
        for carried, value in self.carried:
            if carried == name:
                return value
        return None


def walk(object reader, str xml not None):
    """Walk the body that was written out as ``xml``; ``reader.line`` is a LineBuilder for it. Raises UnlikeError."""
    (<_Walk>_Walk(reader, xml)).run()


cdef str _unescaped(str text):
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&#9;", "\t").replace("&#10;", "\n").replace("&#13;", "\r").replace("&amp;", "&")


_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
_KNOWN_LIMIT = 20_000
_LONGEST_KNOWN = 1_000  # characters of a tag that is remembered
