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

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(Py_UCS4 char)
    bint Py_UNICODE_ISALNUM(Py_UCS4 char)
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 char)

cdef object Line = _lines.Line
cdef object Span = _lines.Span
cdef object Context = _lines.Context
cdef object is_point = _lines.is_point
cdef object is_indented = _lines.is_indented
cdef int INLINE = _stylesheet.INLINE
cdef int BLOCK = _stylesheet.BLOCK
cdef int LINE_BREAK = _stylesheet.BREAK
cdef int IMAGE = _stylesheet.IMAGE
cdef int DROP = _stylesheet.DROP

cdef enum:
    XML = 0  # a part that is a piece of the XML
    GIVEN = 1  # a part that was handed in as a string
    BROKEN = 2  # a part that is a break

cdef struct Part:
    int kind
    bint bold
    Py_ssize_t start  # in the XML, or the number of the string that was given
    Py_ssize_t end  # less start: its length


cdef class _Mark:
    """A link or stock mention, from part ``start`` to part ``end`` (-1 while open)."""

    cdef Py_ssize_t start
    cdef Py_ssize_t end
    cdef object target
    cdef bint stock

    def __cinit__(self, Py_ssize_t start, object target, bint stock):
        self.start = start
        self.end = -1
        self.target = target
        self.stock = stock


class UnlikeError(Exception):
    """The XML is not the same body: it must be walked in the tree."""


cdef class _Marks:
    """Marks in the order in which they begin; gives those that reach into one paragraph after the other."""

    cdef list marks
    cdef list live
    cdef Py_ssize_t next

    def __cinit__(self, list marks):
        self.marks = marks
        self.live = []

    cdef list reaching(self, Py_ssize_t first, Py_ssize_t last):
        cdef _Mark mark
        self.live = [mark for mark in self.live if mark.end < 0 or mark.end > first]
        while self.next < len(self.marks):
            mark = <_Mark>self.marks[self.next]
            if mark.start >= last:
                break
            if mark.end < 0 or mark.end > first:
                self.live.append(mark)
            self.next += 1
        return self.live


cdef struct _Text:
    int kind
    const void *data
    Py_ssize_t start
    Py_ssize_t end
    bint is_xml
    bint *is_lost  # set where a character was lost in the XML


cdef inline Py_UCS4 _char(_Text *text, Py_ssize_t *at) noexcept:
    """Read the character at a place, whatever stands for it in XML, and move behind it."""
    cdef Py_UCS4 char = PyUnicode_READ(text.kind, text.data, at[0])
    at[0] += 1
    return char if char != u"&" or not text.is_xml else _referred(text, at)


cdef Py_UCS4 _referred(_Text *text, Py_ssize_t *at) noexcept:
    """Read what stands between "&" and ";"."""
    cdef Py_ssize_t start = at[0]
    cdef Py_UCS4 first = PyUnicode_READ(text.kind, text.data, start)
    cdef Py_UCS4 last = first
    cdef Py_UCS4 char = first
    while char != u";":
        last = char
        at[0] += 1
        char = PyUnicode_READ(text.kind, text.data, at[0])
    at[0] += 1
    if first == u"l":
        return u"<"
    if first == u"g":
        return u">"
    if first == u"a":
        return u"&"
    if first == u"q":
        return u'"'
    if first == u"#" and at[0] - start < 6:  # &#9; &#10; &#13;
        if last == u"9":
            return u"\t"
        if last == u"0":
            return u"\n"
        if last == u"3":
            return u"\r"
    text.is_lost[0] = True  # &#xFFFD; for what XML has no place for
    return 0xFFFD


cdef inline bint _may_begin_point(Py_UCS4 char) noexcept:
    """Whether a number or bullet can begin so that opens a point of a typed list."""
    return Py_UNICODE_ISDECIMAL(char) or u"①" <= char <= u"⑳" or char in u"（(一二三四五六七八九十•·●■◆▪►▶"


cdef inline bint _is_invisible(Py_UCS4 char) noexcept:
    return char >= 0xad and (
        char == 0xad or 0x200b <= char <= 0x200d or char == 0x2060 or char == 0xfeff or char == 0xfffd
    )


cdef class LineBuilder:
    """Gathers the parts of the current line; ``flush`` turns them into lines. As ``lines.LineBuilder``."""

    cdef str xml
    cdef int kind
    cdef const void *data
    cdef Part *parts
    cdef Py_ssize_t count
    cdef Py_ssize_t room
    cdef bint has_break
    cdef bint is_lost  # a character of the text was, when it was written out
    cdef bint is_bold  # the line that was made last
    cdef list given
    cdef list marks
    cdef list open
    cdef Py_UCS4 *buffer
    cdef Py_ssize_t buffer_room

    def __cinit__(self, str xml not None):
        self.xml = xml
        self.kind = PyUnicode_KIND(xml)
        self.data = PyUnicode_DATA(xml)
        self.room = 64
        self.parts = <Part *>PyMem_Malloc(self.room * sizeof(Part))
        self.buffer_room = 4096
        self.buffer = <Py_UCS4 *>PyMem_Malloc(self.buffer_room * sizeof(Py_UCS4))
        if self.parts == NULL or self.buffer == NULL:
            raise MemoryError
        self.given = []
        self.marks = []
        self.open = []

    def __dealloc__(self):
        PyMem_Free(self.parts)
        PyMem_Free(self.buffer)

    @property
    def is_empty(self):
        """Whether the line holds nothing yet."""
        return self.count == 0

    @property
    def ends_in_break(self):
        """Whether the last that was added is a break."""
        return self.count > 0 and self.parts[self.count - 1].kind == BROKEN

    def add(self, str text, *, bint bold):
        """Add text, of whatever kind."""
        self.given.append(text)
        self._append(GIVEN, bold, len(self.given) - 1, len(self.given) - 1 + len(text))

    def add_break(self):
        """Add a break; before any text it is nothing."""
        if self.count:
            self.has_break = True
            self._append(BROKEN, False, 0, 0)

    def begin(self, str target, *, bint stock):
        """Open a link or stock mention at the next part."""
        mark = _Mark(self.count, target, stock)
        self.marks.append(mark)
        self.open.append(mark)

    def end(self):
        """Close the innermost open mention."""
        (<_Mark>self.open.pop()).end = self.count

    def flush(self, object context):
        """Return the lines gathered and begin anew; what is still open goes on in the next line."""
        lines = []
        self._flush(lines, context)
        return lines

    cdef int _flush(self, list lines, object context) except -1:
        cdef _Mark mark
        if self.has_break:
            self._paragraphs(lines, context)
        else:
            self._line(lines, 0, self.count, context, self.marks)
        self.count = 0
        self.has_break = False
        if self.given:
            self.given = []
        if self.marks:
            self.open = [_Mark(0, mark.target, mark.stock) for mark in self.open]
            self.marks = self.open.copy()
        return 0

    cdef int _append(self, int kind, bint bold, Py_ssize_t start, Py_ssize_t end) except -1:
        cdef Part *grown
        if self.count == self.room:
            grown = <Part *>PyMem_Realloc(self.parts, 2 * self.room * sizeof(Part))
            if grown == NULL:
                raise MemoryError
            self.parts = grown
            self.room *= 2
        self.parts[self.count] = Part(kind, bold, start, end)
        self.count += 1
        return 0

    cdef int _add_xml(self, Py_ssize_t start, Py_ssize_t end, bint bold) except -1:
        """Add a piece of the XML; before any text, white space is nothing."""
        cdef _Text text = _Text(self.kind, self.data, start, end, True, &self.is_lost)
        if not self.count and _is_space(&text):
            return 0
        return self._append(XML, bold, start, end) if start < end else 0

    cdef int _line(self, list lines, Py_ssize_t first, Py_ssize_t last, object context, list marks) except -1:
        """Make a line of some of the parts, following where each begins and ends."""
        cdef Py_ssize_t *begins = self._folded(first, last)
        cdef Py_ssize_t *ends = begins + (last - first)
        cdef Py_ssize_t length = ends[last - first]
        try:
            if length:
                text = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.buffer, length)
                spans = self._spans(begins, ends, first, last, marks) if marks else ()
                line = Line(text, context.kind, context.level, self.is_bold, context.centred, context.field, spans)
                lines.append(line)
        finally:
            PyMem_Free(begins)
        return 0

    cdef Py_ssize_t *_folded(self, Py_ssize_t first, Py_ssize_t last) except NULL:
        """Write parts to the buffer, white space folded.

        Return where each begins (-1: nothing shows of it), where each ends, and the length of all. Sets ``is_bold``.
        """
        cdef Py_ssize_t place, at, length = 0, size = last - first
        cdef Part *part
        cdef _Text text
        cdef Py_UCS4 char
        cdef Py_UCS4 gap = 0
        cdef bint has_bold = False, is_loose = False  # a letter that is not bold
        cdef Py_ssize_t *begins
        self._reserve(first, last)
        begins = <Py_ssize_t *>PyMem_Malloc((2 * size + 1) * sizeof(Py_ssize_t))
        if begins == NULL:
            raise MemoryError
        for place in range(size):
            part = &self.parts[first + place]
            begins[place] = -1
            if part.kind == BROKEN:
                gap = u"\n"
            else:
                has_bold |= part.bold
                text = self._text(part)
                at = text.start
                while at < text.end:
                    char = _char(&text, &at)
                    if Py_UNICODE_ISSPACE(char):
                        if not gap:
                            gap = u" "
                    elif not _is_invisible(char):
                        if gap and length:
                            self.buffer[length] = gap
                            length += 1
                        gap = 0
                        if begins[place] < 0:
                            begins[place] = length
                        self.buffer[length] = char
                        length += 1
                        if not part.bold and not is_loose and Py_UNICODE_ISALNUM(char):
                            is_loose = True
            begins[size + place] = length
        begins[2 * size] = length
        self.is_bold = has_bold and not is_loose
        return begins

    cdef tuple _spans(self, Py_ssize_t *begins, Py_ssize_t *ends, Py_ssize_t first, Py_ssize_t last, list marks):
        """Say what the marks cover of a line made of some of the parts."""
        cdef _Mark mark
        cdef Py_ssize_t place, start, stop
        spans = []
        for mark in marks:
            start = max(mark.start, first) - first
            stop = (last if mark.end < 0 else min(mark.end, last)) - first
            for place in range(start, stop):
                if begins[place] >= 0:
                    spans.append(Span(begins[place], ends[stop - 1], mark.target, mark.stock))
                    break
        return tuple(spans)

    cdef int _paragraphs(self, list lines, object context) except -1:
        """Part a line with breaks into paragraphs, as ``lines.paragraphs`` does."""
        cdef Py_ssize_t first = 0, last, begun = -1, behind = 0, points = 0
        cdef bint was_blank = False
        marks = _Marks(self.marks)
        rows = []
        while first <= self.count:
            last = first
            while last < self.count and self.parts[last].kind != BROKEN:
                last += 1
            is_point = self._is_point(first, last)
            points += is_point
            rows.append((first, last, is_point))
            first = last + 1
        for first, last, is_point in rows:
            if self._is_blank(first, last):
                was_blank = True
                continue
            if begun >= 0 and (was_blank or (points > 1 and is_point) or self._is_indented(first, last)):
                self._line(lines, begun, behind, context, marks.reaching(begun, behind))
                begun = -1
            if begun < 0:
                begun = first
            behind = last
            was_blank = False
        if begun >= 0:
            self._line(lines, begun, behind, context, marks.reaching(begun, behind))
        return 0

    cdef bint _is_blank(self, Py_ssize_t first, Py_ssize_t last) except -1:
        return self._first_char(first, last) == 0

    cdef Py_UCS4 _first_char(self, Py_ssize_t first, Py_ssize_t last) except? 0:
        """Return the first character of a row that is no white space, or 0."""
        cdef Py_ssize_t place, at
        cdef Py_UCS4 char
        cdef _Text text
        for place in range(first, last):
            text = self._text(&self.parts[place])
            at = text.start
            while at < text.end:
                char = _char(&text, &at)
                if not Py_UNICODE_ISSPACE(char) and not _is_invisible(char):
                    return char
        return 0

    cdef bint _is_point(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Whether a row is a point of a typed list; only few characters can begin one."""
        cdef Py_UCS4 char = self._first_char(first, last)
        return char != 0 and _may_begin_point(char) and is_point(self._row(first, last))

    cdef bint _is_indented(self, Py_ssize_t first, Py_ssize_t last) except -1:
        cdef _Text text = self._text(&self.parts[first])
        cdef Py_ssize_t at = text.start
        cdef Py_UCS4 char = _char(&text, &at)
        return (Py_UNICODE_ISSPACE(char) or _is_invisible(char)) and is_indented(self._row(first, last))

    cdef str _row(self, Py_ssize_t first, Py_ssize_t last):
        """Make a string of a row, without invisible characters."""
        cdef Py_ssize_t place, at, length = 0
        cdef Py_UCS4 char
        cdef _Text text
        self._reserve(first, last)
        for place in range(first, last):
            text = self._text(&self.parts[place])
            at = text.start
            while at < text.end:
                char = _char(&text, &at)
                if not _is_invisible(char):
                    self.buffer[length] = char
                    length += 1
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.buffer, length)

    cdef _Text _text(self, Part *part) noexcept:
        cdef str given
        if part.kind == XML:
            return _Text(self.kind, self.data, part.start, part.end, True, &self.is_lost)
        given = <str>self.given[part.start]
        return _Text(PyUnicode_KIND(given), PyUnicode_DATA(given), 0, part.end - part.start, False, NULL)

    cdef int _reserve(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Make room in the buffer for some of the parts, each with a blank before it."""
        cdef Py_ssize_t place, needed = 0
        cdef Py_UCS4 *grown
        for place in range(first, last):
            needed += self.parts[place].end - self.parts[place].start + 1
        if needed > self.buffer_room:
            grown = <Py_UCS4 *>PyMem_Realloc(self.buffer, 2 * needed * sizeof(Py_UCS4))
            if grown == NULL:
                raise MemoryError
            self.buffer = grown
            self.buffer_room = 2 * needed
        return 0


cdef bint _is_space(_Text *text) noexcept:
    """Whether a text is white space, or nothing."""
    cdef Py_ssize_t at = text.start
    cdef Py_UCS4 char
    while at < text.end:
        char = _char(text, &at)
        if not Py_UNICODE_ISSPACE(char):
            return False
    return True


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
            style = reader.styles.settled(reader.elements[number], style)
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
