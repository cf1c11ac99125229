"""What is known of a profile's elements and attributes, from post to post. Part of ``_walk.pyx``."""

cdef enum:
    # Attributes that say something by themselves; a profile's own follow.
    HREF = 0
    ALT = 1
    WIDTH = 2
    HEIGHT = 3
    STYLE = 4
    NO_SLOT = -1

_FIXED = ("href", "alt", "width", "height", "style")
# Tags that are remembered: so many at most, as there are thousands of stocks, each of so many characters at most.
_KNOWN_TAGS = 1 << 15
_LONGEST_KNOWN = 256

cdef enum:
    NO_PART = 0
    TABLE = 1
    ROW = 2
    CELL = 3
    SMALL_PRINT = 4

_PARTS = {None: NO_PART, "table": TABLE, "row": ROW, "cell": CELL, "small": SMALL_PRINT}


cdef class _Element:
    """What is known of a tag: its style, and what of it decides at once."""

    cdef object rule
    cdef int op
    cdef bint is_plain  # breaks lines or not, and no more
    cdef bint is_lasting  # the same for the same tag, without a look at its attributes
    cdef bint contextual
    cdef bint guarded
    cdef bint inherited
    cdef bint link
    cdef str stock  # the code it is marked with
    cdef int part
    cdef object style
    cdef _Context outer  # the context in which such an element was met last, and the one inside it
    cdef _Context inner

    cdef _Context inside(self, _Context context):
        """Return the context of the lines inside."""
        if self.outer is not context:
            self.inner = self._inside(context)
            self.outer = context
        return self.inner

    cdef _Context _inside(self, _Context context):
        cdef _Context made = _Context.__new__(_Context)
        style = self.style
        made.bold = style.bold or context.bold
        made.centred = style.centred or context.centred
        made.kind = style.kind or context.kind
        made.level = style.level or context.level
        made.field = style.field or context.field
        return made


cdef _Element _known(object style, dict carried):
    cdef _Element made = _Element.__new__(_Element)
    made.style = style
    made.rule = style.rule
    made.op = style.op
    made.is_plain = style.plain and not style.contextual
    made.inherited = style.inherited
    made.link = style.link
    made.contextual = style.contextual
    made.guarded = style.guarded
    made.stock = None if style.stock is None else style.stock.code(carried) or ""
    made.part = _PARTS[style.part]
    made.is_lasting = style.op != IMAGE and not style.link
    return made


cdef class _Name:
    """What an attribute is looked at for."""

    cdef int slot
    cdef bint decides  # the style depends on it


cdef class _Memory:
    """What is known of a profile."""

    cdef object sheet
    cdef object images
    cdef object emoticons
    cdef _Table tags
    cdef _Table names
    cdef int slots
    cdef _Numbers addresses  # slots of attributes that may hold a picture's address, as they are asked
    cdef int smallest
    cdef dict rules  # why pictures are left out
    cdef Automaton proxy
    cdef Automaton unwanted  # place holders, and what is no content
    cdef Automaton blank  # one and the other, made when the first of either is met
    cdef Automaton skip
    cdef Automaton emoticon

    def __cinit__(self, object profile):
        self.sheet = profile.sheet
        self.images = profile.images
        self.emoticons = profile.emoticons
        self.tags = _Table(_KNOWN_TAGS, 8)
        self.rules = {}
        self.smallest = profile.images.smallest
        self._name(profile)
        self._plan(profile.images)

    cdef bint is_of(self, object profile) except -1:
        """Whether it is this profile of which all this is known."""
        return (
            self.sheet is profile.sheet and self.images is profile.images and self.emoticons is profile.emoticons
        )

    cdef int _name(self, object profile) except -1:
        """Number the attributes that say something by themselves."""
        cdef _Name made
        slots = {name: slot for slot, name in enumerate(_FIXED)}
        self.addresses = _Numbers()
        for name in profile.images.attributes:
            self.addresses.push(slots.setdefault(name, len(slots)))
        self.slots = len(slots)
        names = profile.sheet.names | set(slots)
        self.names = _Table(1 << (4 * len(names)).bit_length(), 1 << (4 * len(names)).bit_length())  # forgets none
        for name in names:
            made = _Name.__new__(_Name)
            made.decides = name in profile.sheet.names
            made.slot = slots.get(name, NO_SLOT)
            self.names.put_text(name, made)
        return 0

    cdef int _plan(self, object images) except -1:
        """Make automata of the patterns on pictures; one that finds nothing stands for none."""
        self.unwanted = _automaton([each for each in (images.blank, images.skip) if each])
        self.proxy = _automaton(images.proxies, True)
        signs = self.emoticons.signs
        plan = None if signs is None else _automata.plan_of(tuple([re.escape(sign) for sign in signs]))
        self.emoticon = None if plan is None else Automaton(plan)
        return 0

    cdef int tell_apart(self) except -1:
        """Make the automata that tell place holders from what is no content."""
        if self.blank is None:
            # The one that is asked for comes last: another thread may ask while they are made, and memory may run out.
            self.skip = _automaton([self.images.skip] if self.images.skip else [])
            self.blank = _automaton([self.images.blank] if self.images.blank else [])
        return 0
