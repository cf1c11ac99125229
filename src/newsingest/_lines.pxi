"""Lines made of pieces of the XML: the same as ``lines.LineBuilder``. Part of ``_walk.pyx``."""

cdef object Line = _lines.Line
cdef object Span = _lines.Span
cdef object Context = _lines.Context
cdef object is_point = _lines.is_point
cdef object is_indented = _lines.is_indented

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
        """Part a line with breaks into paragraphs, as ``lines._paragraphs`` does."""
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
