"""Characters of XML and of strings, one by one. Part of ``_walk.pyx``."""

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(Py_UCS4 char)
    bint Py_UNICODE_ISALNUM(Py_UCS4 char)
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 char)

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


cdef bint _is_space(_Text *text) noexcept:
    """Whether a text is white space, or nothing."""
    cdef Py_ssize_t at = text.start
    cdef Py_UCS4 char
    while at < text.end:
        char = _char(text, &at)
        if not Py_UNICODE_ISSPACE(char):
            return False
    return True
