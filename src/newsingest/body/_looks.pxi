"""What a line is at a glance. Part of ``_sieve.pyx``."""

include "../_structs.pxi"

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(Py_UCS4 char)
    bint Py_UNICODE_ISALNUM(Py_UCS4 char)
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 char)

ctypedef fused Char:
    unsigned char
    unsigned short
    unsigned int

cdef object Line = _lines.Line
cdef _Field TEXT = _Field(Line, "text")
cdef _Field KIND = _Field(Line, "kind")
cdef _Field FIELD = _Field(Line, "field")
cdef _Field SPANS = _Field(Line, "spans")
cdef _Field LEVEL = _Field(Line, "level")
cdef _Field BOLD = _Field(Line, "bold")

cdef object squash = _looks.squash
cdef Py_ssize_t TOP = _looks.TOP
cdef Py_ssize_t TITLE_SLACK = _looks.TITLE_SLACK
cdef Py_ssize_t PLAIN_HEADING_WIDTH = _looks.PLAIN_HEADING_WIDTH
cdef Py_ssize_t HEADLINE_WIDTH = _looks.HEADLINE_WIDTH
cdef str NO_HEADING_END = _looks.NO_HEADING_END


cdef bint _is_odd(object line, str beginnings) except -1:
    """Whether more than text can be told of a line without a pattern."""
    cdef str text = <str>TEXT.of(line), kind = <str>KIND.of(line)
    if FIELD.of(line) is not None or PyUnicode_READ_CHAR(text, 0) in beginnings:
        return True
    if kind == "text" and PyUnicode_GET_LENGTH(text) > PATTERN_LIMIT:
        return False
    return not _has_word(text) or (kind == "quote" and bool(SPANS.of(line)))


cdef inline bint _is_text(object line) except -1:
    return <str>KIND.of(line) == "text"


cdef inline bint _has_word(str text) noexcept:
    """Whether a text holds a letter or digit."""
    cdef Py_UCS4 char
    for char in text:
        if Py_UNICODE_ISALNUM(char):
            return True
    return False


cdef bint _is_prose(str text) noexcept:
    """Whether a sentence ends before a text does."""
    cdef Py_ssize_t at, last = PyUnicode_GET_LENGTH(text) - 1
    cdef int kind = PyUnicode_KIND(text)
    cdef const void *data = PyUnicode_DATA(text)
    cdef Py_UCS4 char
    for at in range(last):
        char = PyUnicode_READ(kind, data, at)
        if char == u"。" or char == u"！" or char == u"？":
            return True
        if char in u".!?" and at < last - 1 and PyUnicode_READ(kind, data, at + 1) == u" ":
            return True
    return False


def with_breaks(list items not None):
    """Return the places of the lines that hold breaks."""
    cdef Py_ssize_t place
    cdef str text
    places = []
    for place in range(len(items)):
        if type(items[place]) is Line:
            if _holds(<str>TEXT.of(items[place]), u"\n"):
                places.append(place)
    return places


cdef bint _holds(str text, Py_UCS4 char) noexcept:
    """Whether a character stands in a text."""
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if PyUnicode_KIND(text) == 1:
        return char < 0x100 and _holds_as(<unsigned char *>PyUnicode_DATA(text), size, char)
    if PyUnicode_KIND(text) == 2:
        return _holds_as(<unsigned short *>PyUnicode_DATA(text), size, char)
    return _holds_as(<unsigned int *>PyUnicode_DATA(text), size, char)


cdef inline bint _holds_as(Char *data, Py_ssize_t size, Py_UCS4 char) noexcept:
    cdef Py_ssize_t at
    cdef Char found = 0
    for at in range(size):  # to its end, so that many are compared at once
        found |= data[at] == <Char>char
    return found != 0


def below_media(list items not None):
    """Return the lines directly below a picture or player, by ``id()``."""
    cdef Py_ssize_t place
    found = []
    for place in range(1, len(items)):
        if type(items[place]) is Line and type(items[place - 1]) is not Line:
            found.append(<Py_ssize_t><PyObject *>items[place])
    return frozenset(found)


def repeated_title(list content not None, str title not None):
    """Return the line near the top that says what a title says, and its place."""
    cdef Py_ssize_t place, more
    if not _has_word(title):
        return None
    for place in range(min(len(content), TOP)):
        if type(content[place]) is Line:
            text = <str>TEXT.of(content[place])
            more = PyUnicode_GET_LENGTH(text) - PyUnicode_GET_LENGTH(title)
            if -TITLE_SLACK < more < TITLE_SLACK and _say_the_same(text, title):
                return place, content[place]
    return None


cdef bint _say_the_same(str one, str other) except -1:
    """Whether two texts have the same letters and digits, in which case is no matter."""
    cdef Py_ssize_t at = 0, place = 0
    cdef Py_UCS4 char, twin
    while True:
        char, twin = _next_of_word(one, &at), _next_of_word(other, &place)
        if not (_is_simple(char) and _is_simple(twin)):
            return squash(one) == squash(other)
        if _lowered(char) != _lowered(twin):
            return False
        if not char:
            return True


cdef inline Py_UCS4 _next_of_word(str text, Py_ssize_t *at) noexcept:
    """Return the next letter or digit, and go behind it; 0 at the end."""
    cdef Py_UCS4 char
    while at[0] < PyUnicode_GET_LENGTH(text):
        char = PyUnicode_READ_CHAR(text, at[0])
        at[0] += 1
        if Py_UNICODE_ISALNUM(char):
            return char
    return 0


cdef inline bint _is_simple(Py_UCS4 char) noexcept:
    """Whether a character has no other forms than in ASCII: Chinese and Japanese have none."""
    return char < 0x80 or 0x2e80 <= char < 0xa000


cdef inline Py_UCS4 _lowered(Py_UCS4 char) noexcept:
    return <Py_UCS4>(<unsigned int>char + 0x20) if u"A" <= char <= u"Z" else char


def take(list taken not None, list items not None, Py_ssize_t start, Py_ssize_t end):
    """Take some items as they are, behind those that were taken: a slice of many costs as much again."""
    cdef Py_ssize_t place
    for place in range(start, end):
        taken.append(items[place])


def not_text(list content not None):
    """Return the places of all that is no line of text: pictures, players, captions, quotes and so on."""
    cdef Py_ssize_t place
    places = []
    for place in range(len(content)):
        if type(content[place]) is not Line or not _is_text(content[place]):
            places.append(place)
    return places


def may_be_headings(list content not None):
    """Return the places of the lines that may be headings."""
    cdef Py_ssize_t place
    places = []
    for place in range(len(content)):
        if type(content[place]) is Line and _may_be_heading(content[place]):
            places.append(place)
    return places


cdef bint _may_be_heading(object line) except -1:
    if LEVEL.of(line):
        return True
    if _is_text(line):
        return BOLD.of(line) or _has_heading_form(<str>TEXT.of(line))
    return <str>KIND.of(line) == "quote"


cdef bint _has_heading_form(str text) noexcept:
    """Whether an unmarked line looks like a heading."""
    cdef Py_ssize_t limit, size = PyUnicode_GET_LENGTH(text)
    cdef Py_UCS4 first, last
    if not size:
        return False
    first, last = PyUnicode_READ_CHAR(text, 0), PyUnicode_READ_CHAR(text, size - 1)
    limit = HEADLINE_WIDTH if first == u"【" else PLAIN_HEADING_WIDTH
    if last in NO_HEADING_END or _is_wide(text, limit) or _holds(text, u"\n") or _holds(text, u"。"):
        return False
    if first == u"—" and size > 1 and PyUnicode_READ_CHAR(text, 1) == u"—":
        return False
    return not (first in u'“"「『' and last in u'”"」』')


cdef bint _is_wide(str text, Py_ssize_t limit) noexcept:
    """Whether a text is wider than ``limit``, in full-width characters."""
    cdef Py_ssize_t doubled = 0, size = PyUnicode_GET_LENGTH(text)
    cdef Py_UCS4 char
    if size <= limit or size > 2 * limit:
        return size > limit
    for char in text:
        doubled += 1 if char < 0x2e80 else 2
    return doubled > 2 * limit


cdef str _all_decimals():
    """Return the digits of all scripts."""
    cdef Py_UCS4 char
    return "".join([chr(char) for char in range(0x20000) if Py_UNICODE_ISDECIMAL(char)])


cdef str DECIMALS = _all_decimals()
