"""Automata at work on the characters of the XML. Part of ``_walk.pyx``; ``automaton.py`` plans them."""

cdef enum:
    SYMBOLS = 131
    OTHER = 128
    BEGIN = 129
    END = 130
    # What an automaton says of a text, and of a step of which it has to think.
    NOT_FOUND = 0
    FOUND = 1
    UNSURE = 2
    # Among the states to which a step can lead.
    UNKNOWN = -1
    ACCEPTED = -2
    LOST = -3
    REJECTED = -4
    MOST_STATES = 2000


cdef class Automaton:
    """Finds a pattern in a text, or at its beginning. Its states are made when they are first met."""

    cdef object plan
    cdef bint is_anchored
    cdef list follows  # which places may come after each state
    cdef dict numbers  # of states, by their places
    cdef short *steps
    cdef Py_ssize_t room

    def __cinit__(self, object plan not None, bint is_anchored=False):
        self.plan = plan
        self.is_anchored = is_anchored
        self.follows = []
        self.numbers = {}
        self._number(None if is_anchored else 0, plan.firsts)
        if is_anchored:  # "^" may be there or not
            self.follows[0] |= self._after(plan.firsts & plan.accepts[BEGIN])

    def __dealloc__(self):
        PyMem_Free(self.steps)

    def found(self, str text not None, bint lower=False):
        """Whether the pattern is found; None where the automaton cannot tell."""
        cdef Py_UCS4 *chars = PyUnicode_AsUCS4Copy(text)
        try:
            found = self.search(chars, len(text), lower)
        finally:
            PyMem_Free(chars)
        return None if found == UNSURE else found == FOUND

    cdef int search(self, const Py_UCS4 *chars, Py_ssize_t size, bint lower) except -1:
        """Look for the pattern in a text, whose letters are read as lower case if so asked."""
        cdef Py_ssize_t at
        cdef Py_UCS4 char
        cdef int state = 0
        if not self.is_anchored:
            state = self._step(0, BEGIN)
        for at in range(size):
            if state < 0:
                break
            char = chars[at]
            if lower and u"A" <= char <= u"Z":
                char = <Py_UCS4>(<int>char + 32)
            elif <int>char >= OTHER:
                if char == 0x130 or char == 0x212a:  # which in lower case are ASCII
                    return UNSURE
                char = <Py_UCS4>OTHER
            elif char == u"\n":  # where "$" has its own ways
                return UNSURE
            state = self._step(state, <int>char)
        if state >= 0:
            state = self._step(state, END)
        return FOUND if state == ACCEPTED else UNSURE if state == LOST else NOT_FOUND

    cdef inline int _step(self, int state, int symbol) except? -9:
        cdef int to = self.steps[state * SYMBOLS + symbol]
        return to if to != UNKNOWN else self._think(state, symbol)

    cdef int _think(self, int state, int symbol) except? -9:
        """Find out where a step leads, and remember it."""
        cdef int to
        plan = self.plan
        follow = self.follows[state]
        places = follow & plan.accepts[symbol]
        if symbol == OTHER and follow & plan.unsure:
            to = LOST
        elif places & plan.lasts:
            to = ACCEPTED
        elif self.is_anchored and not places:
            to = REJECTED
        elif places in self.numbers:
            to = self.numbers[places]
        elif len(self.follows) >= MOST_STATES:
            to = LOST
        else:
            to = self._number(places, self._after(places))
        self.steps[state * SYMBOLS + symbol] = to
        return to

    cdef int _number(self, object places, object follow) except -1:
        """Number a new state, and say which places may come next."""
        cdef int number = len(self.follows)
        cdef Py_ssize_t at
        cdef Py_ssize_t room = max(16, 2 * self.room)
        if number >= self.room:
            self.steps = <short *>_room(
                self.steps, self.room * SYMBOLS * sizeof(short), room * SYMBOLS * sizeof(short)
            )
            self.room = room
        for at in range(number * SYMBOLS, (number + 1) * SYMBOLS):
            self.steps[at] = UNKNOWN
        self.follows.append(follow)
        self.numbers[places] = number
        return number

    cdef object _after(self, object places):
        """Return which places may come after some; a search may begin anywhere."""
        follow = 0 if self.is_anchored else self.plan.firsts
        while places:
            bit = places & -places
            follow |= self.plan.follows[bit.bit_length() - 1]
            places -= bit
        return follow


cdef Automaton _automaton(object patterns, bint is_anchored=False):
    """Make the automaton of some patterns; None where there is none."""
    plan = _automata.plan(patterns)
    if plan is None or (is_anchored and plan.firsts & plan.accepts[BEGIN] & plan.lasts):
        return None
    return Automaton(plan, is_anchored)
