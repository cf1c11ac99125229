"""Elements that are not walked: pictures, players, code, and what is left out. Part of ``_walk.pyx``."""


cdef Py_ssize_t MOST_PLAYERS = _media.MOST_PLAYERS
cdef object SMALL_SIZE = _media.SMALL
cdef object NO_ADDRESS = _media.NO_ADDRESS
cdef object replace = _structs.replace


cdef class _Reader(_Tags):
    """Makes items of what is not walked, as ``flow.Reader`` does."""

    cdef readonly list left  # what was left out: rule, number, and how many items stand before it
    cdef _Numbers hidden  # where each of it that holds pictures begins and ends
    cdef object table  # that is being read
    cdef object emoticons  # selected by where they stand, once they are asked for
    cdef _Numbers with_pictures  # which elements hold pictures, once that is asked
    cdef Py_ssize_t shown_by  # the parent of a place holder that was the last picture (-2: none)
    cdef Py_ssize_t caption  # where the tag of a <small> below the last picture closes

    def __cinit__(self):
        self.left = []
        self.hidden = _Numbers()
        self.shown_by = -2
        self.caption = -1

    cdef int drop(self, object rule, Py_ssize_t number, Py_ssize_t at, Py_ssize_t end) except -1:
        """Leave an element out. What stands in the middle of a line comes after it, in a table before the table."""
        cdef list items = self.items if self.table is None else self.table.outer
        self.left.append((rule, number, len(items) + (self.table is None and self.parts_count > 0)))
        if self.has_picture and rule is not FALLBACK:
            self.is_lost |= "&#xFFFD;" in self.string(at, end)  # maybe of an address, not read yet
            self.hidden.push(at)
            self.hidden.push(end)
        return 0

    cdef int drop_for(self, str kind, str reason, Py_ssize_t number, Py_ssize_t at, Py_ssize_t end) except -1:
        """Leave out what is not taken for a reason."""
        rule = self.memory.rules.get((kind, reason))
        if rule is None:
            rule = self.memory.rules[kind, reason] = Rule(kind, reason, self.profile.name)
        return self.drop(rule, number, at, end)

    cdef inline int end_block(self) except -1:
        """End the current line with its block."""
        cdef bint is_beside = self.stage == BELOW_PICTURE and self.parts_count > 0
        cdef Py_ssize_t count = len(self.items) if is_beside else 0
        self.flush()
        if is_beside and len(self.items) == count + 1:
            self.items[count] = replace(self.items[count], beside=True)
        return 0

    cdef int place_picture(self, Py_ssize_t number, Py_ssize_t at, Py_ssize_t close, Py_ssize_t end) except -1:
        """Take the picture of the tag read last; one in a sentence, with text behind it too, does not break it."""
        cdef Py_ssize_t first, place, outer = end
        cdef bint begins = self.stage != APART and not self.parts_count
        cdef bint begins_row = not self.parts_count or self.parts[self.parts_count - 1].is_break
        cdef bint is_followed
        cdef _Attribute *alt
        if self._is_emoticon(number, at, close):
            if not self.carries(ALT):
                return self.drop_for("images", _media.NAMELESS, number, at, end)
            alt = &self.attributes[self.by_slot[ALT]]
            return self.append(False, self.context.bold, alt.equals + 2, alt.end)
        picture = self.picture()
        self.shown_by = self.parent() if picture is SMALL_SIZE or picture is NO_ADDRESS else -2
        if type(picture) is str:
            return self.drop_for("images", picture, number, at, end)
        outer = self._outermost(end)
        is_followed = not self.is_blank(outer + 1, self.find(u"<", outer))
        if is_followed and not begins_row and outer != end and _media.is_drawn(picture):
            return self.drop_for("images", _media.ICON, number, at, end)
        if not is_followed or begins_row:
            self.flush()
        self.stage = WITH_PICTURE if begins else APART
        if begins_row and not self.context.level and self.context.field is None:
            self.caption = self._small_below(outer)
        first = max(0, len(self.items) - MOST_PLAYERS)
        place = len(self.items) - 1
        while place >= first and type(self.items[place]) is Player:
            place -= 1
        if place >= first and type(self.items[place]) is Picture and self.items[place].url == picture.url:
            return self.drop_for("images", _media.AGAIN, number, at, end)  # a lazy picture's second copy
        self.items.append(picture)
        return 0

    cdef Py_ssize_t _outermost(self, Py_ssize_t end) noexcept:
        """Return where the links end that hold nothing behind the picture that ends here."""
        cdef Py_ssize_t at = self.find(u"<", end)
        while at < self.size and self.is_blank(end + 1, at) and self._ends_link(at):
            end = at + 3
            at = self.find(u"<", end)
        return end

    cdef bint _ends_link(self, Py_ssize_t at) noexcept:
        return self.is_end(at) and self.chars[at + 2] == u"a" and self.chars[at + 3] == u">"

    cdef Py_ssize_t _small_below(self, Py_ssize_t end) noexcept:
        """Return where the tag of a <small> closes that stands directly below what ends here; -1 if none does."""
        cdef Py_ssize_t at = self.find(u"<", end)
        while at < self.size and self.is_blank(end + 1, at):
            end = self.find(u">", at)
            if self.is_tag(at, b"small"):
                return end if self._ends_row(end) else -1
            if not self.is_tag(at, b"br"):
                return -1
            at = self.find(u"<", end)
        return -1

    cdef bint _ends_row(self, Py_ssize_t close) noexcept:
        """Whether a <small> whose tag closes here ends its block or row, and holds none and no picture."""
        cdef Py_ssize_t at, depth = not self.is_whole(close)
        while depth:
            at = self.find(u"<", close)
            if at >= self.size or self.is_tag(at, b"img") or self.is_tag(at, b"small"):
                return False
            close = self.find(u">", at)
            depth += -1 if self.is_end(at) else not self.is_whole(close)
        at = self.find(u"<", close)
        return self.is_blank(close + 1, at) and (at >= self.size or self.is_end(at) or self.is_tag(at, b"br"))

    cdef bint _is_emoticon(self, Py_ssize_t number, Py_ssize_t at, Py_ssize_t close) except -1:
        """Whether a picture stands for a character, given by its alt text."""
        cdef int found = UNSURE
        emoticons = self.memory.emoticons
        if self.memory.emoticon is not None:
            found = self.memory.emoticon.search(self.chars + at, close - at, False)
        if found != NOT_FOUND and emoticons.here(self.name(at), self.carried()):
            return True
        if self.emoticons is None:
            self.emoticons = emoticons.around(self.body)
        return bool(self.emoticons) and self.body[number] in self.emoticons

    cdef int place_player(self, Py_ssize_t number, Py_ssize_t at, Py_ssize_t close, Py_ssize_t end) except -1:
        """Take a player or frame that has an address."""
        cdef Py_ssize_t inner = close
        carried = self.read(at, close)
        sources = []
        name = self.name(at)
        while inner < end:
            inner = self.find(u"<", inner)
            close = self.find(u">", inner)
            if self.is_tag(inner, b"source"):
                sources.append(self.read(inner, close).get("src"))
            inner = close
        player = _media.player_of(name, carried, sources, self.profile.video)
        if type(player) is str:
            return self.drop_for("embeds", player, number, at, end)
        self.flush()
        self.items.append(player)
        return 0

    cdef int place_fallback(
        self, Py_ssize_t parent, Py_ssize_t number, Py_ssize_t at, Py_ssize_t close, Py_ssize_t end
    ) except -1:
        """Take the pictures of a ``<noscript>``, unless the one it stands in for is beside it, and no place holder."""
        cdef Py_ssize_t inner = self.find(u"<", close), each = number
        cdef bint has_pictures = False
        if self.with_pictures is None:
            self.with_pictures = _with_pictures(self)
        if parent >= 0 and self.with_pictures.items[parent] and parent != self.shown_by:
            inner = end
        while inner < end:
            close = self.find(u">", inner)
            each += not self.is_end(inner)
            if self.is_tag(inner, b"img"):
                has_pictures = True
                self.read_tag(inner + 1, close - self.is_whole(close))
                self.place_picture(each, inner, close, close if self.is_whole(close) else self.find(u">", close + 1))
            inner = self.find(u"<", close)
        if has_pictures:
            self.shown_by = -2
            return 0
        return self.drop(FALLBACK, number, at, end)

    cdef Py_ssize_t parent(self) noexcept:
        """Return the number of the element that is walked."""
        return -2

    cdef Py_ssize_t place_code(self, Py_ssize_t at, Py_ssize_t close) except -1:
        """Take preformatted text, whose tag closes here; return where its end closes."""
        cdef Py_ssize_t behind = self.find(u"<", close), begun = close
        cdef _Numbers opened = _Numbers()
        pieces = []
        self.flush()
        if self.is_whole(close):
            return close
        opened.push(at)
        pieces.append(self.text(close + 1, behind))
        while True:
            at = behind
            close = self.find(u">", at)
            behind = self.find(u"<", close)
            if at >= self.size:
                raise UnlikeError
            if self.is_end(at):
                at = opened.pop()
                if not opened.count:
                    break
                self._end_code(at, True, close, behind, pieces)
            elif self.element(at, close).op in NOT_CODE:
                close = close if self.is_whole(close) else self.skip(close)
                behind = self.find(u"<", close)
                self._end_code(at, False, close, behind, pieces)
            elif self.is_whole(close):
                pieces.append("")
                self._end_code(at, True, close, behind, pieces)
            else:
                opened.push(at)
                pieces.append(self.text(close + 1, behind))
        code = self.string(begun, close)
        prose = not any(tag in code for tag in ("<code>", "<code ", "<code/>"))
        self.items += _lines.code_lines("".join(pieces), prose=prose, kind=self.context.kind)
        return close

    cdef int _end_code(self, Py_ssize_t at, bint is_kept, Py_ssize_t close, Py_ssize_t behind, list pieces) except -1:
        """End an element of preformatted text: the one whose tag begins here."""
        if is_kept and self.name(at) in _lines.CODE_ROWS and not "".join(pieces[max(0, len(pieces) - 3):]).endswith("\n"):
            pieces.append("\n")
        tail = self.text(close + 1, behind)
        # Editors write a <br> and a line break for one line end.
        pieces.append("\n" if self.is_tag(at, b"br") and not tail.startswith("\n") else "")
        pieces.append(tail)
        return 0

    def hidden_pictures(self):
        """Return the addresses of the pictures that were left out."""
        cdef Py_ssize_t each, at, close
        found = []
        for each in range(0, self.hidden.count, 2):
            at = self.hidden.items[each]
            while at < self.hidden.items[each + 1]:
                close = self.find(u">", at)
                if self.is_tag(at, b"img"):
                    self.read_tag(at + 1, close - self.is_whole(close))
                    picture = self.picture()
                    if type(picture) is not str:
                        found.append(picture.url)
                at = self.find(u"<", close)
        return found
