"""What must be known of a whole element before it is walked. Part of ``_walk.pyx``."""

cdef Py_ssize_t LONGEST_CELL = _tables.LONGEST_CELL


cdef _Numbers _sizes(_Characters xml):
    """Count the characters of each element's text, but for pieces that are all white space."""
    cdef Py_ssize_t at = 0, close, counted = 0, number
    cdef _Numbers sizes = _Numbers(), opened = _Numbers()
    while at < xml.size:
        close = xml.find(u">", at)
        _check(xml, at)
        if not xml.is_end(at):
            opened.push(sizes.count)
            sizes.push(-counted)
        if xml.is_end(at) or xml.is_whole(close):
            number = opened.pop()
            sizes.items[number] += counted
        at = xml.find(u"<", close)
        if not xml.is_blank(close + 1, at):
            counted += xml.count(close + 1, at)
    return sizes


cdef _Numbers _with_pictures(_Characters xml):
    """Say of each element whether a picture stands directly in it."""
    cdef Py_ssize_t at = 0, close
    cdef _Numbers found = _Numbers(), opened = _Numbers()
    while at < xml.size:
        close = xml.find(u">", at)
        _check(xml, at)
        if not xml.is_end(at):
            if opened.count and xml.is_tag(at, b"img"):
                found.items[opened.items[opened.count - 1]] = True
            opened.push(found.count)
            found.push(False)
        if xml.is_end(at) or xml.is_whole(close):
            opened.pop()
        at = xml.find(u"<", close)
    return found


cdef bint _is_data_table(_Characters xml, Py_ssize_t close) except -1:
    """Tell a table of data from one that only lays out, as ``tables.is_data_table`` does; its tag closes here."""
    cdef Py_ssize_t at = xml.find(u"<", close), counted = xml.count(close + 1, at)
    cdef Py_ssize_t rows = 0, columns = 0, cells = 0, pictures = 0, start
    cdef Py_ssize_t held = 0, held_above = 0  # pieces of text and pictures: all, and those above the cell
    cdef bint is_cell, in_cell = False
    cdef _Numbers opened = _Numbers()  # of each element: how many cells a row holds, or how much text is before a cell
    cdef _Numbers tags = _Numbers()
    if xml.is_whole(close):
        return False
    while at < xml.size:
        close = xml.find(u">", at)
        _check(xml, at)
        if not xml.is_end(at):
            is_cell = xml.is_tag(at, b"td") or xml.is_tag(at, b"th")
            if xml.is_tag(at, b"table") or (is_cell and in_cell):
                return False
            if is_cell:
                in_cell = True
                held_above = held
                cells += 1
                tags.push(CELL)
                opened.push(counted)
            elif xml.is_tag(at, b"tr"):
                rows += 1
                tags.push(ROW)
                opened.push(0)
            else:
                if xml.is_tag(at, b"img"):
                    pictures += 1
                    held += 1
                tags.push(NO_PART)
                opened.push(0)
        if xml.is_end(at) or xml.is_whole(close):
            if not tags.count:
                break
            start = opened.pop()
            if tags.pop() == CELL:
                in_cell = False
                if counted - start > LONGEST_CELL:
                    return False
                if held > held_above and tags.count and tags.items[tags.count - 1] == ROW:
                    opened.items[opened.count - 1] += 1
                    columns = max(columns, opened.items[opened.count - 1])
        at = xml.find(u"<", close)
        counted += xml.count(close + 1, at)
        held += not xml.is_blank(close + 1, at)
    return rows > 1 and columns > 1 and 2 * pictures < cells


cdef int _check(_Characters xml, Py_ssize_t at) except -1:
    """Raise UnlikeError if what begins here is no tag."""
    if xml.chars[at + 1] == u"!":
        raise UnlikeError
    return 0
