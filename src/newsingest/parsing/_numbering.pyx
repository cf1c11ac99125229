# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The paragraphs numbered, compiled: the same as ``numbering.Numbered``."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH
from libc.string cimport memcmp

from newsingest.body import headings as _headings
from newsingest.body import lines as _lines
from newsingest.body import media as _media_of
from newsingest.parsing import numbering as _numbering
from newsingest.body import reading as _reading
from newsingest import record as _record
from newsingest import urls as _urls

include "../_structs.pxi"

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object text)

cdef object Line = _lines.Line
cdef object Heading = _headings.Heading
cdef object Picture = _media_of.Picture
cdef object Block = _record.Block
cdef object Embed = _record.Embed
cdef object Image = _record.Image
cdef object Link = _record.Link
cdef object Section = _record.Section
cdef object Stock = _record.Stock
cdef object link_target = _numbering.link_target
cdef object relative_address = _numbering.relative_address
cdef object stock_code = _numbering.stock_code
cdef object is_minor = _numbering.MINOR.match
cdef object is_web = _urls.is_web
cdef dict BLOCK_KINDS = _numbering.BLOCK_KINDS
cdef str TEXT = "text"

cdef _Field _text = _Field(Line, "text")
cdef _Field _kind = _Field(Line, "kind")
cdef _Field _level = _Field(Line, "level")
cdef _Field _rows = _Field(Line, "rows")
cdef _Field _spans = _Field(Line, "spans")
cdef _Field _start = _Field(_lines.Span, "start")
cdef _Field _end = _Field(_lines.Span, "end")
cdef _Field _target = _Field(_lines.Span, "target")
cdef _Field _stock = _Field(_lines.Span, "stock")
cdef _Field _line = _Field(Heading, "line")
cdef _Field _media = _Field(_reading.Captioned, "media")
cdef _Field _caption = _Field(_reading.Captioned, "caption")
cdef _Field _url = _Field(Picture, "url")
cdef _Field _alt = _Field(Picture, "alt")
cdef _Field _width = _Field(Picture, "width")
cdef _Field _height = _Field(Picture, "height")


cdef class Numbered:
    """A body's part of a record, made of its content in reading order."""

    cdef readonly list paragraphs
    cdef readonly list sections
    cdef readonly list blocks
    cdef readonly list links
    cdef readonly list stocks
    cdef readonly list images
    cdef readonly list embeds
    cdef readonly list warnings

    def __cinit__(self, list content not None):
        cdef tuple spans
        cdef list headings = [], starts = []
        self.paragraphs = []
        self.blocks = []
        self.links = []
        self.stocks = []
        self.images = []
        self.embeds = []
        self.warnings = []
        for item in content:
            if type(item) is Line:
                spans = _spans.of(item)
                if spans:
                    self.mentions(_text.of(item), spans, len(self.paragraphs))
                kind = _kind.of(item)
                if kind is not TEXT and kind in BLOCK_KINDS:
                    self.blocks.append(Block(len(self.paragraphs), BLOCK_KINDS[kind], _rows.of(item)))
                self.paragraphs.append(_text.of(item))
            elif type(item) is Heading:
                line = _line.of(item)
                headings.append(line)
                starts.append(len(self.paragraphs))
                self.mentions(_text.of(line), _spans.of(line), None)
            else:
                self.medium(_media.of(item), _caption.of(item))
        starts.append(len(self.paragraphs))
        self.sections = _sections(headings, starts)

    cdef int mentions(self, str text, tuple spans, object paragraph) except -1:
        """Take links and stock mentions from a line's spans."""
        cdef Py_ssize_t start, end, covered = 0  # up to where the stock mentions begun so far reach
        cdef set names = None
        for span in spans:
            if _stock.of(span):
                names = names or set()
                names.add((_start.of(span), _end.of(span)))
        for span in spans:
            first, behind = _start.of(span), _end.of(span)
            start, end = first, behind
            target = _target.of(span)
            if _stock.of(span):
                covered = max(covered, end)
                code, exchange, symbol = stock_code(target)
                if paragraph is None:
                    first = behind = None
                self.stocks.append(Stock(code, exchange, symbol, text[start:end], paragraph, first, behind))
            # The link that the CMS puts around a stock's name is no link of the article's.
            elif end > covered and (names is None or (first, behind) not in names):
                url = target if _is_plain_address(target) else link_target(target)
                if url is not None:
                    if paragraph is None:
                        first = behind = None
                    self.links.append(Link(url, text[start:end], paragraph, first, behind))
        return 0

    cdef int medium(self, object media, object line) except -1:
        """Take a picture or player, and what its caption mentions."""
        cdef object before = len(self.paragraphs)
        caption = _text.of(line) if line is not None else None
        if type(media) is Picture:
            url = _url.of(media)
            self.images.append(Image(url, _alt.of(media), caption, _width.of(media), _height.of(media), before))
            if not is_web(url):
                self.warnings.append(relative_address(url))
        else:
            self.embeds.append(Embed(media.kind, media.url, caption, before))
        if line is not None:
            self.mentions(caption, _spans.of(line), None)
        return 0


cdef bint _is_plain_address(str target) except -1:
    """Whether an address stays as it is: on the web, of visible ASCII."""
    cdef const unsigned char *chars = <const unsigned char *>PyUnicode_DATA(target)
    cdef Py_ssize_t at, size = PyUnicode_GET_LENGTH(target)
    if not PyUnicode_IS_ASCII(target) or size < 4 or memcmp(chars, b"http", 4):
        return False
    for at in range(size):
        if not c"!" <= chars[at] <= c"~":
            return False
    return True


cdef list _sections(list headings, list starts):
    """Cut the paragraphs at headings; rank headings as ``numbering`` does.

    ``starts`` say how many paragraphs stand before each, and how many there are.
    """
    cdef list sections = []
    cdef list minor = []
    cdef Py_ssize_t place
    cdef int level, tags = 0, above = 0, step = 0
    cdef bint is_small
    if starts[0] > 0:
        sections.append(Section(None, 0, 0, starts[0]))
    for line in headings:
        level = _level.of(line)
        is_small = not level and is_minor(_text.of(line)) is not None
        minor.append(is_small)
        if level:
            tags |= 1 << level
        elif not is_small:
            step = 1
    for place in range(len(headings)):
        line = headings[place]
        level = _level.of(line)
        if level:
            level = above = _count(tags & ((2 << level) - 1))
        else:
            level = above + 1 + (step if minor[place] else 0)
        sections.append(Section(_text.of(line), level, starts[place], starts[place + 1]))
    return sections


cdef int _count(int bits) noexcept:
    """Count the bits that are set."""
    cdef int count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count
