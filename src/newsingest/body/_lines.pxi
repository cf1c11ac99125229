"""Lines made of pieces of the XML: the same as ``lines.LineBuilder``. Part of ``_walk.pyx``."""

cdef enum:  # as in walk
    APART = 0
    BEGUN = 1
    WITH_PICTURE = 2
    BELOW_PICTURE = 3

cdef object Line = _lines.Line
cdef object Span = _lines.Span
cdef object leads_within = _lines.leads_within
cdef object without_way_back = _lines.without_way_back
cdef object is_point = _row_marks.is_point
cdef object is_indented = _row_marks.is_indented
cdef object heads_rows = _row_marks.heads_rows

cdef struct _Part:
    bint is_break
    bint is_bold
    Py_ssize_t start  # in the XML
    Py_ssize_t end
    Py_ssize_t begin  # in the line that was made last (-1: nothing shows of it)
    Py_ssize_t until


cdef class _Context:
    """What elements hand down to the lines inside them."""

    cdef bint bold
    cdef object centred
    cdef object kind
    cdef object level
    cdef object field


cdef _Context _OUTERMOST = _Context.__new__(_Context)
_OUTERMOST.centred = False
_OUTERMOST.kind = "text"
_OUTERMOST.level = 0


cdef class _Mark:
    """A link or stock mention, from part ``start`` to part ``end`` (-1 while open)."""

    cdef Py_ssize_t start
    cdef Py_ssize_t end
    cdef object target
    cdef bint stock


cdef _Mark _mark(Py_ssize_t start, object target, bint stock):
    cdef _Mark mark = _Mark.__new__(_Mark)
    mark.start = start
    mark.end = -1
    mark.target = target
    mark.stock = stock
    return mark


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


cdef class _Lines(_Characters):
    """Gathers the parts of the current line; ``flush`` turns them into lines."""

    cdef readonly list items  # where lines go
    cdef _Context context
    cdef _Part *parts
    cdef Py_ssize_t parts_count
    cdef Py_ssize_t parts_room
    cdef bint has_break
    cdef bint has_bold
    cdef list marks
    cdef list open
    cdef Py_UCS4 *buffer
    cdef Py_ssize_t buffer_room
    cdef int stage

    def __cinit__(self):
        self.stage = APART
        self.items = []
        self.context = _OUTERMOST
        self.marks = []
        self.open = []

    def __dealloc__(self):
        PyMem_Free(self.parts)
        PyMem_Free(self.buffer)

    cdef int add_break(self) except -1:
        """Add a break; before any text it is nothing."""
        if self.parts_count:
            self.has_break = True
            self.append(True, False, 0, 0)
        return 0

    cdef inline int add(self, Py_ssize_t start, Py_ssize_t end) except -1:
        """Add a piece of the XML; before any text, white space is nothing."""
        if self.parts_count or not self.is_blank(start, end):
            self.append(False, self.context.bold, start, end)
        return 0

    cdef int append(self, bint is_break, bint is_bold, Py_ssize_t start, Py_ssize_t end) except -1:
        cdef Py_ssize_t room
        if self.parts_count == self.parts_room:
            room = max(64, 2 * self.parts_room)
            self.parts = <_Part *>_room(self.parts, self.parts_count * sizeof(_Part), room * sizeof(_Part))
            self.parts_room = room
        self.has_bold |= is_bold
        self.parts[self.parts_count] = _Part(is_break, is_bold, start, end, -1, 0)
        self.parts_count += 1
        return 0

    cdef int begin(self, object target, bint stock) except -1:
        """Open a link or stock mention at the next part."""
        mark = _mark(self.parts_count, target, stock)
        self.marks.append(mark)
        self.open.append(mark)
        return 0

    cdef int end(self) except -1:
        """Close the innermost open mention."""
        (<_Mark>self.open.pop()).end = self.parts_count
        return 0

    cdef inline int flush(self) except -1:
        """Make lines of what was gathered and begin anew."""
        self.stage = APART
        return self._flush() if self.parts_count else 0

    cdef int _flush(self) except -1:
        cdef _Mark mark
        if self.has_break:
            self._paragraphs()
        else:
            self._line(0, self.parts_count, self.marks)
        self.parts_count = 0
        self.has_break = self.has_bold = False
        if self.open:  # what is still open goes on in the next line
            self.open = [_mark(0, mark.target, mark.stock) for mark in self.open]
            self.marks = self.open.copy()
        elif self.marks:
            self.marks.clear()
        return 0

    cdef int _line(self, Py_ssize_t first, Py_ssize_t last, list marks) except -1:
        """Make a line of some of the parts."""
        cdef Py_ssize_t length
        cdef _Context context = self.context
        cdef str text = None
        if last == first + 1 and not self.has_bold:
            text = self._as_it_stands(&self.parts[first])
        if text is None:
            length = self._fold(first, last)
            if length:
                text = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.buffer, length)
        if text is not None:
            is_bold = self.has_bold and self._is_bold(first, last)
            spans = self._spans(first, last, marks) if marks else ()
            if spans and not context.level and leads_within(spans[len(spans) - 1].target):
                text, spans = without_way_back(text, spans)
            self.items.append(Line(text, context.kind, context.level, is_bold, context.centred, context.field, spans))
        return 0

    cdef str _as_it_stands(self, _Part *part):
        """Return the text of a part that has white space at its ends only, and nothing else to fold; None of others."""
        cdef Py_ssize_t start = part.start, end = part.end, at
        while start < end and _is_space(self.chars[start]):
            start += 1
        while start < end and _is_space(self.chars[end - 1]):
            end -= 1
        for at in range(start, end):
            if not _is_common(self.chars[at]):
                return None
        part.begin = 0
        part.until = end - start
        return self.string(start, end) if start < end else None

    cdef Py_ssize_t _fold(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Write parts to the buffer, white space folded; note where each begins and ends, return the length of all."""
        cdef Py_ssize_t place, length = 0
        cdef _Part *part
        cdef Py_UCS4 gap = 0
        self._reserve(first, last)
        for place in range(first, last):
            part = &self.parts[place]
            part.begin = -1
            if part.is_break:
                gap = u"\n"
            else:
                length = self._fold_part(part, length, &gap)
            part.until = length
        return length

    cdef Py_ssize_t _fold_part(self, _Part *part, Py_ssize_t length, Py_UCS4 *gap) noexcept:
        cdef Py_ssize_t at = part.start, end = part.end
        cdef Py_UCS4 *buffer = self.buffer
        cdef const Py_UCS4 *chars = self.chars
        cdef Py_UCS4 char
        while at < end:
            char = chars[at]
            if not _is_common(char):
                char = self.char(&at)
                if _is_space(char):
                    if not gap[0]:
                        gap[0] = u" "
                    continue
                if _is_invisible(char):
                    continue
            else:
                at += 1
            if gap[0]:
                if length:
                    buffer[length] = gap[0]
                    length += 1
                gap[0] = 0
            if part.begin < 0:
                part.begin = length
            buffer[length] = char
            length += 1
            while at < end and _is_common(chars[at]):
                buffer[length] = chars[at]
                length += 1
                at += 1
        return length

    cdef bint _is_bold(self, Py_ssize_t first, Py_ssize_t last) noexcept:
        """Whether a line is bold from end to end, ornaments aside."""
        cdef Py_ssize_t place, at
        cdef _Part *part
        cdef bint has_bold = False
        for place in range(first, last):
            part = &self.parts[place]
            has_bold |= part.is_bold
            if part.begin >= 0 and not part.is_bold:
                for at in range(part.begin, part.until):
                    if Py_UNICODE_ISALNUM(self.buffer[at]):
                        return False
        return has_bold

    cdef tuple _spans(self, Py_ssize_t first, Py_ssize_t last, list marks):
        """Say what the marks cover of a line made of some of the parts."""
        cdef _Mark mark
        cdef Py_ssize_t place, stop
        spans = []
        for mark in marks:
            stop = last if mark.end < 0 else min(mark.end, last)
            for place in range(max(mark.start, first), stop):
                if self.parts[place].begin >= 0:
                    spans.append(Span(self.parts[place].begin, self.parts[stop - 1].until, mark.target, mark.stock))
                    break
        return tuple(spans)

    cdef int _paragraphs(self) except -1:
        """Part a line with breaks into paragraphs, as ``lines._paragraphs`` does."""
        cdef Py_ssize_t first = 0, last, row, begun = -1, behind = 0, points = 0
        cdef bint was_blank = False, heads = False
        cdef _Context context = self.context
        cdef bint may_be_headed = context.field is None and context.level == 0 and context.kind == "text"
        cdef _Marks marks = _Marks(self.marks)
        cdef _Numbers ends = _Numbers(), are_points = _Numbers()  # of the rows
        while first <= self.parts_count:
            last = first
            while last < self.parts_count and not self.parts[last].is_break:
                last += 1
            ends.push(last)
            are_points.push(self._is_point(first, last))
            points += are_points.items[ends.count - 1]
            first = last + 1
        for row in range(ends.count):
            first = ends.items[row - 1] + 1 if row else 0
            last = ends.items[row]
            if self._first_char(first, last) == 0:
                was_blank = True
                continue
            heads = may_be_headed and row + 1 < ends.count and self._heads_rows(ends, row, begun >= 0 and not was_blank)
            if begun >= 0 and (
                was_blank or heads or (points > 1 and are_points.items[row]) or self._is_indented(first, last)
            ):
                self._line(begun, behind, marks.reaching(begun, behind))
                begun = -1
            if heads:
                self._line(first, last, marks.reaching(first, last))
                was_blank = False
                continue
            if begun < 0:
                begun = first
            behind = last
            was_blank = False
        if begun >= 0:
            self._line(begun, behind, marks.reaching(begun, behind))
        return 0

    cdef bint _heads_rows(self, _Numbers ends, Py_ssize_t row, bint goes_on) except -1:
        """Whether a row of bold type or in brackets is the heading of the next, which is not all bold."""
        cdef Py_ssize_t before = ends.items[row - 1] if row else -1, last = ends.items[row]
        cdef Py_ssize_t above = ends.items[row - 2] if row > 1 else -1
        cdef bint is_set_apart = self.has_bold and self._is_bold_row(before + 1, last)
        is_set_apart = is_set_apart or self._is_bracketed_row(before + 1, last)
        if not is_set_apart and not _may_open_section(self._first_char(before + 1, last)):
            return False
        if self.has_bold and self._is_bold_row(last + 1, ends.items[row + 1]):
            return False
        return heads_rows(
            self._row(before + 1, last),
            self._row(above + 1, before) if goes_on else "",
            self._row(last + 1, ends.items[row + 1]),
            set_apart=is_set_apart,
        )

    cdef bint _is_bracketed_row(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Whether a row is all in one pair of brackets."""
        cdef str row
        if self._first_char(first, last) != 0x3010:
            return False
        row = self._row(first, last).strip()
        return row[len(row) - 1] == u"】" and row.count(u"【") == 1

    cdef bint _is_bold_row(self, Py_ssize_t first, Py_ssize_t last) noexcept:
        """Whether a row is bold from end to end, ornaments aside."""
        cdef Py_ssize_t place, at
        cdef _Part *part
        cdef bint has_bold = False
        for place in range(first, last):
            part = &self.parts[place]
            has_bold |= part.is_bold
            if not part.is_bold:
                at = part.start
                while at < part.end:
                    if Py_UNICODE_ISALNUM(self.char(&at)):
                        return False
        return has_bold

    cdef Py_UCS4 _first_char(self, Py_ssize_t first, Py_ssize_t last) noexcept:
        """Return the first character of a row that is no white space, or 0."""
        cdef Py_ssize_t place, at
        cdef Py_UCS4 char
        for place in range(first, last):
            at = self.parts[place].start
            while at < self.parts[place].end:
                char = self.char(&at)
                if not _is_space(char) and not _is_invisible(char):
                    return char
        return 0

    cdef bint _is_point(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Whether a row is a point of a typed list; only few characters can begin one."""
        cdef Py_UCS4 char = self._first_char(first, last)
        return char != 0 and _may_begin_point(char) and is_point(self._row(first, last))

    cdef bint _is_indented(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Whether a row begins as a paragraph does; only white space can begin so."""
        cdef Py_ssize_t place, at
        cdef Py_UCS4 char
        for place in range(first, last):
            at = self.parts[place].start
            while at < self.parts[place].end:
                char = self.char(&at)
                if char == 0xa0 or char == 0x2003 or char == 0x3000:
                    return is_indented(self._row(first, last))
                if char > 0x20 and not _is_invisible(char):
                    return False
        return False

    cdef str _row(self, Py_ssize_t first, Py_ssize_t last):
        """Make a string of a row, without invisible characters."""
        cdef Py_ssize_t place, at, length = 0
        cdef Py_UCS4 char
        self._reserve(first, last)
        for place in range(first, last):
            at = self.parts[place].start
            while at < self.parts[place].end:
                char = self.char(&at)
                if not _is_invisible(char):
                    self.buffer[length] = char
                    length += 1
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self.buffer, length)

    cdef int _reserve(self, Py_ssize_t first, Py_ssize_t last) except -1:
        """Make room in the buffer for some of the parts, each with a blank before it."""
        cdef Py_ssize_t place, needed = 0
        for place in range(first, last):
            needed += self.parts[place].end - self.parts[place].start + 1
        return self.make_room(needed)

    cdef int make_room(self, Py_ssize_t needed) except -1:
        """Make room in the buffer, whatever it holds."""
        if needed > self.buffer_room:
            needed = max(1024, 2 * needed)
            self.buffer = <Py_UCS4 *>_room(self.buffer, 0, needed * sizeof(Py_UCS4))
            self.buffer_room = needed
        return 0
