# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The walk over a body, compiled: the same as ``flow.walk`` with its ``Reader``, over the body's XML.

libxml2 writes XML in one form only: every element is closed, every attribute is quoted, "<" and ">" stand nowhere but
around tags. So one pass over the characters finds all there is, and hardly any element, attribute or text becomes an
object. The elements of the tree are asked for only by selectors that look around.
"""

import re

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from cpython.unicode cimport PyUnicode_4BYTE_KIND, PyUnicode_FromKindAndData
from libc.string cimport memcmp, memcpy

from msgspec import structs as _structs

from newsingest.body import lines as _lines
from newsingest.body import row_marks as _row_marks
from newsingest.body import automaton as _automata
from newsingest.body import _markup
from newsingest.body import media as _media
from newsingest.body import stylesheet as _stylesheet
from newsingest.body import tables as _tables

cdef int BLOCK = _stylesheet.BLOCK
cdef int LINE_BREAK = _stylesheet.BREAK
cdef int RULER = _stylesheet.RULER
cdef int DROP = _stylesheet.DROP
cdef int IMAGE = _stylesheet.IMAGE
cdef int EMBED = _stylesheet.EMBED
cdef int CODE = _stylesheet.CODE
cdef int NOSCRIPT = _stylesheet.NOSCRIPT
cdef frozenset NOT_CODE = _stylesheet.NOT_CODE
cdef object Rule = _stylesheet.Rule
cdef object FALLBACK = _stylesheet.FALLBACK
cdef object Player = _media.Player


class UnlikeError(Exception):
    """The XML is not the same body: it must be walked in the tree."""


include "../_room.pxi"
include "_text.pxi"
include "_automaton.pxi"
include "_lines.pxi"
include "_memory.pxi"
include "_pictures.pxi"
include "_tags.pxi"
include "_measures.pxi"
include "_reader.pxi"

cdef enum:
    PLAIN_INLINE = 0
    PLAIN_BLOCK = 1
    OTHER_KIND = 2

cdef struct _Frame:
    int kind
    Py_ssize_t number


cdef class Walk(_Reader):
    """One post's walk."""

    cdef Py_ssize_t table_number  # of the table that is being read
    cdef Py_ssize_t caption_number  # of the last <small> that is of a picture
    cdef _Numbers sizes  # of each element's text, once they are asked for
    cdef list opened  # elements that are not plain, each with the context around it
    cdef _Frame *frames
    cdef Py_ssize_t depth
    cdef Py_ssize_t room

    def __cinit__(self):
        self.opened = []
        self.caption_number = -1

    def __dealloc__(self):
        PyMem_Free(self.frames)

    cdef int run(self) except -1:
        cdef Py_ssize_t at = 0, close, behind
        while at < self.size:
            if self.is_end(at):
                close = self.find(u">", at)
                self._close()
            else:
                close = self._open(at)
            behind = self.find(u"<", close)
            if behind > close + 1:
                self.add(close + 1, behind)
            at = behind
        self.flush()
        if self.is_lost:
            raise UnlikeError
        return 0

    cdef Py_ssize_t _open(self, Py_ssize_t at) except -1:
        """Begin an element; return where its tag closes, or its end's where it is not walked."""
        cdef Py_ssize_t close = self.find(u">", at), number = self.begun
        cdef bint is_empty = self.is_whole(close)
        cdef _Element found = self.element(at, close)
        if found.is_plain and found.op <= BLOCK:
            if found.op:
                self.flush()
                self.stage = APART if is_empty else BEGUN
            if not is_empty:
                self._push(PLAIN_BLOCK if found.op else PLAIN_INLINE, number)
            return close
        if found.op <= BLOCK and not (found.guarded and self._is_boilerplate(number)):
            self._enter(found, number, close)
            self._push(OTHER_KIND, number)
            if is_empty:
                self._close()
            return close
        return self._place(found, number, at, close)

    cdef int _enter(self, _Element found, Py_ssize_t number, Py_ssize_t close) except -1:
        """Begin an element that means more than a place to break lines."""
        cdef bint is_caption = found.part == SMALL_PRINT and close == self.caption
        if found.op or is_caption:
            self.flush()
            self.stage = BELOW_PICTURE if is_caption else BEGUN
        self.opened.append(found)
        self.opened.append(self.context)
        if found.inherited:
            self.context = found.inside(self.context)
        if is_caption:
            self.caption_number = number
            self.context = _of_figure(self.context)
        if found.stock is not None:
            self.begin(found.stock, True)
        elif found.link:
            self.begin(self.value(HREF), False)
        if found.part == TABLE and self.table is None and _is_data_table(self, close):
            self.table = _tables.DataTable(number, self.items)
            self.table_number = number
            self.items = self.table.rest
        elif found.part == ROW and self.table is not None:
            self.table.begin_row()
        elif found.part == CELL and self.table is not None:
            self.items = []
        return 0

    cdef int _close(self) except -1:
        """End the innermost element."""
        cdef _Frame frame
        cdef _Element found
        if not self.depth:
            raise UnlikeError
        self.depth -= 1
        frame = self.frames[self.depth]
        if frame.kind == PLAIN_INLINE:
            return 0
        if frame.kind == PLAIN_BLOCK:
            return self.end_block()
        context = self.opened.pop()
        found = <_Element>self.opened.pop()
        if found.link or found.stock is not None:
            self.end()
        if found.op or (found.part == SMALL_PRINT and frame.number == self.caption_number):
            self.end_block()
        if self.table is not None and found.part == CELL:
            self.table.take_cell(self.items)
            self.items = self.table.rest
        elif self.table is not None and frame.number == self.table_number:
            line = self.table.line()
            self.items = self.table.outer
            self.items += [line, *self.table.rest] if line else self.table.rest
            self.table = None
        self.context = <_Context>context
        return 0

    cdef int _push(self, int kind, Py_ssize_t number) except -1:
        cdef Py_ssize_t room
        if self.depth == self.room:
            room = max(64, 2 * self.room)
            self.frames = <_Frame *>_room(self.frames, self.depth * sizeof(_Frame), room * sizeof(_Frame))
            self.room = room
        self.frames[self.depth] = _Frame(kind, number)
        self.depth += 1
        return 0

    cdef Py_ssize_t _place(self, _Element found, Py_ssize_t number, Py_ssize_t at, Py_ssize_t close) except -1:
        """Deal with an element whose content is not walked; return where its end closes."""
        cdef Py_ssize_t end = close
        cdef int op = found.op
        self.has_picture = self.is_tag(at, b"img")
        if op == CODE:
            return self.place_code(at, close)
        if not self.is_whole(close):
            end = self.skip(close)
        if op == LINE_BREAK:
            self.add_break()
            if self.stage == WITH_PICTURE and not self.parts_count:
                self.stage = BELOW_PICTURE
        elif op == DROP or found.guarded:
            self.drop(found.rule, number, at, end)
        elif op == IMAGE:
            self.place_picture(number, at, close, end)
        elif op == RULER:
            self.flush()
        elif op == EMBED:
            self.place_player(number, at, close, end)
        elif op == NOSCRIPT:
            self.place_fallback(self.parent(), number, at, close, end)
        return end

    cdef Py_ssize_t parent(self) noexcept:
        """Return the number of the element that is walked, -1 outside of all."""
        return self.frames[self.depth - 1].number if self.depth else -1

    cdef bint _is_boilerplate(self, Py_ssize_t number) except -1:
        """Whether a guarded drop holds: boilerplate is never most of a body's text."""
        if self.sizes is None:
            self.sizes = _sizes(self)
        return 2 * self.sizes.items[number] <= self.sizes.items[0]


cdef _Context _of_figure(_Context context):
    """Return the context of what belongs to a picture."""
    cdef _Context made = _Context.__new__(_Context)
    made.bold = context.bold
    made.centred = context.centred
    made.kind = "figure"
    made.level = context.level
    made.field = context.field
    return made


def walk(object body, object profile):
    """Walk a body by its XML. Raises UnlikeError where that is not the same body."""
    cdef _Memory memory = profile.memory
    cdef Walk walked = Walk.__new__(Walk)
    if memory is None or not memory.is_of(profile):
        memory = profile.memory = _Memory(profile)
    walked.profile = profile
    walked.body = body
    walked.take(body.chars)
    walked.know(memory)
    walked.run()
    return walked


_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
