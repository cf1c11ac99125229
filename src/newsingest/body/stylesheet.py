"""What each element of a body means: HTML's own rules, then the profile's selectors.

Most elements of a post carry the same few tags and attributes, so a decision is made once for each combination
and remembered; only selectors that look around an element are asked again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lxml.etree import _Element

    from newsingest.body.lines import LineKind
    from newsingest.body.media import Carried
    from newsingest.body.selectors import Selector
    from newsingest.body.tree import Body

    Selects = Callable[[Selector], bool]

# What to do at an element. The first two have content of their own; plain ints, as the walk compares them often.
INLINE, BLOCK, BREAK, RULER, DROP, IMAGE, EMBED, CODE, NOSCRIPT = range(9)
NOT_CODE = frozenset((DROP, EMBED, NOSCRIPT))  # what is inside these is no text, not in code either

PICTURE_TAGS = ("img", "amp-img", "image")
PLAYER_TAGS = ("iframe", "video", "audio", "embed")
_BLOCK_TAGS = """address article aside body center dd details dialog div dl dt fieldset figure footer form header
    hgroup html legend main menu nav ol p search section summary ul table thead tbody tfoot tr td th caption
    colgroup col blockquote li figcaption h1 h2 h3 h4 h5 h6 frameset noframes""".split()
_DROP_TAGS = """script style template head title meta link base object applet select option optgroup button input
    textarea datalist output progress meter rt rp rtc canvas map area svg param noembed frame""".split()
# <source> and <track> stay inline: the parser takes what follows an unclosed one for its content.
# The kind of line inside an element.
_KINDS: dict[str, LineKind] = {"li": "list-item", "blockquote": "quote", "figcaption": "caption", "figure": "figure"}
_PARTS = {"table": "table", "tr": "row", "td": "cell", "th": "cell", "small": "small"}
# Elements whose class may say that they describe a picture.
_CAPTION_TAGS = frozenset(("p", "div", "span", "small", "em", "figcaption", "dd", "td", "section"))
_BOILERPLATE_TAGS = ("form", "nav")
_BOLD_TAGS = frozenset({"b", "strong"})
_OPS = (
    dict.fromkeys(_BLOCK_TAGS, BLOCK)
    | dict.fromkeys(_DROP_TAGS, DROP)
    | dict.fromkeys(PICTURE_TAGS, IMAGE)
    | dict.fromkeys(PLAYER_TAGS, EMBED)
    | {"br": BREAK, "hr": RULER, "noscript": NOSCRIPT}
    | dict.fromkeys(("pre", "listing", "xmp", "plaintext"), CODE)
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LEVELS = {f"h{level}": level for level in range(1, 10)}  # HTML has six; some pages go on
_BELOW_H6 = 7
_NO_ELEMENTS = frozenset[Any]()
_MEMO_LIMIT = 20_000
_LONGEST_KEPT = 1_000  # characters of a tag and its attributes that are remembered


class Rule(msgspec.Struct, frozen=True, gc=False):
    """One rule of a profile: ``property`` (drop, bold, caption …), its text, and the profile it stands in."""

    property: str
    text: str
    profile: str
    value: str = ""


class StockMark(msgspec.Struct, frozen=True):
    """How the CMS marks a stock mention: the code is group ``code`` of ``pattern`` in ``attribute``."""

    attribute: str
    pattern: re.Pattern[str]
    prefix: str = ""

    def code(self, carried: Carried) -> str | None:
        """Return the code as written, or None where the attribute holds none."""
        match = self.pattern.search(carried.get(self.attribute) or "")
        return self.prefix + match["code"] if match else None


HTML = Rule("html", "the tag itself", "html")
FALLBACK = Rule("html", "a fallback for browsers without scripts", "html")


class Style(msgspec.Struct, frozen=True, gc=False):
    """What an element means for the text inside it; ``plain`` if it does no more than break lines (or not)."""

    op: int
    plain: bool = True  # nothing but what ``op`` says
    inherited: bool = False  # what follows goes for the text inside
    bold: bool = False
    centred: bool = False
    kind: LineKind | None = None
    level: int = 0
    field: str | None = None
    link: bool = False
    stock: StockMark | None = None
    part: str | None = None  # of a table: table, row or cell; or small, which may be that of a picture
    rule: Rule = HTML
    guarded: bool = False  # drop only where it is not most of the text
    contextual: bool = False  # asked again for each element


class Ruling(NamedTuple):
    """A selector and what it says about the elements it selects."""

    selector: Selector
    rule: Rule
    stock: StockMark | None


class ClassWords(NamedTuple):
    """Patterns on the words of an element's class and id: boilerplate, and what describes a picture."""

    drop: re.Pattern[str] | None
    caption: re.Pattern[str] | None


_FATES = ("drop", "keep", "unwrap", "block")


class Stylesheet:
    """The rulings of one profile, looked up by what an element carries."""

    def __init__(self, rulings: Iterable[Ruling], words: ClassWords, profile: str) -> None:
        self._by_key: dict[str, list[tuple[int, Ruling]]] = defaultdict(list)
        names = {"class", "id"}
        for rank, ruling in enumerate(rulings):
            self._by_key[ruling.selector.key].append((rank, ruling))
            names |= ruling.selector.names
            if ruling.stock:
                names.add(ruling.stock.attribute)
        self.names = frozenset(names)
        selectors = [ruling.selector for rulings in self._by_key.values() for _, ruling in rulings]
        self._looking = [selector for selector in selectors if selector.conditions is None]
        self._words = words
        self._words_rule = Rule("drop_words", "class or id", profile)
        self.memo: dict[object, Style] = {}

    def decide(self, tag: str, carried: Mapping[str, str], selects: Selects | None) -> Style:
        """Decide afresh; ``selects`` answers for selectors that look around, None leaves them open."""
        said, contextual = self.ask(tag, carried, selects)
        return self._style(tag, carried, said, contextual=contextual)

    def ask(self, tag: str, carried: Mapping[str, str], selects: Selects | None) -> tuple[dict[str, Ruling], bool]:
        """Return the first ruling on each property of an element, and whether any ruling looks around."""
        said: dict[str, Ruling] = {}
        contextual = False
        for _, ruling in sorted(self._candidates(tag, carried), key=itemgetter(0)):
            selector = ruling.selector
            if selector.conditions is not None:
                applies = selector.fits(tag, carried)
            else:
                contextual = True
                applies = selects is not None and selects(selector)
            if applies:
                said.setdefault("fate" if ruling.rule.property in _FATES else ruling.rule.property, ruling)
        return said, contextual

    def drop_word(self, carried: Carried) -> str | None:
        """Return the first word of an element's class and id that drops it."""
        match = self._words.drop.search(class_words(carried)) if self._words.drop is not None else None
        return match[0].strip("-") if match else None

    def around(self, body: Body) -> dict[Selector, frozenset[_Element]]:
        """Ask every selector that looks around and may select something, once, for the whole post."""
        asked = [selector for selector in self._looking if selector.may_select(body)]
        return {selector: selector.select(body.root) for selector in asked}

    def _candidates(self, tag: str, carried: Mapping[str, str]) -> Iterable[tuple[int, Ruling]]:
        by_key = self._by_key
        keys = ["*", tag]
        for name, value in carried.items():
            keys.append(f"[{name}]")
            if name == "class":
                keys += {f".{token}" for token in value.split()}
            elif name == "id":
                keys.append(f"#{value}")
        for key in keys:
            if key in by_key:
                yield from by_key[key]

    def _style(self, tag: str, carried: Mapping[str, str], said: dict[str, Ruling], *, contextual: bool) -> Style:
        fate = said["fate"].rule if "fate" in said else None
        if fate is not None and fate.property == "drop":
            return Style(DROP, plain=False, rule=fate, contextual=contextual)
        op = _OPS.get(tag, INLINE)
        if op > BLOCK or "code" in said:
            return Style(op if op > BLOCK else CODE, plain=False, contextual=contextual)
        is_mere_block = fate is not None and fate.property != "keep"
        words = class_words(carried)
        kind = None if is_mere_block else self._kind(tag, words, said)
        field = said["field"].rule.value if "field" in said else None
        if is_mere_block or kind is not None or field is not None or "heading" in said:
            op = BLOCK
        level = _level(tag, said)
        bold = tag in _BOLD_TAGS or "bold" in said
        centred = tag == "center" or "centred" in said
        style = Style(
            op,
            inherited=bold or centred or kind is not None or level > 0 or field is not None,
            bold=bold,
            centred=centred,
            kind=kind,
            level=level,
            field=field,
            link=tag == "a" and bool(carried.get("href")),
            stock=_stock(carried, said),
            part=_PARTS.get(tag),
            contextual=contextual,
        )
        guard = self._guard(tag, words, fate)
        if guard is not None:
            return msgspec.structs.replace(style, plain=False, guarded=True, rule=guard)
        plain = style == Style(op, contextual=contextual)
        return style if plain else msgspec.structs.replace(style, plain=False)

    def _kind(self, tag: str, words: str, said: dict[str, Ruling]) -> LineKind | None:
        """Return the kind of the lines inside an element, if it gives them one."""
        captions = self._words.caption
        if "caption" in said or (tag in _CAPTION_TAGS and captions is not None and captions.search(words)):
            return "caption"
        return _KINDS.get(tag)

    def _guard(self, tag: str, words: str, fate: Rule | None) -> Rule | None:
        """Return what drops an element unless it holds most of the text."""
        if fate is None and self._words.drop is not None and self._words.drop.search(words):
            return self._words_rule
        return HTML if tag in _BOILERPLATE_TAGS else None


def _level(tag: str, said: dict[str, Ruling]) -> int:
    """Return the level of a heading; one that a profile makes of another element ranks below those of HTML."""
    return _LEVELS.get(tag) or (_BELOW_H6 if "heading" in said else 0)


def _stock(carried: Carried, said: dict[str, Ruling]) -> StockMark | None:
    """Return how an element is marked as a stock mention, where it does carry a code."""
    stock = said["stock"].stock if "stock" in said else None
    return None if stock is None or stock.code(carried) is None else stock


def class_words(carried: Carried) -> str:
    """Write the words of an element's class and id as ``-word-word-``."""
    names = f"{carried.get('class') or ''} {carried.get('id') or ''}"
    return "-" + _NOT_WORD.sub("-", _CAMEL.sub("-", names).lower()) + "-"


def attributes_of(element: _Element) -> dict[str, str]:
    """Return what an element carries."""
    return dict(cast("list[tuple[str, str]]", element.items()))


class Styles:
    """A stylesheet at work on one post."""

    __slots__ = ("_body", "_selected", "_sheet")

    def __init__(self, sheet: Stylesheet, body: Body) -> None:
        self._sheet = sheet
        self._body = body
        self._selected: dict[Selector, frozenset[_Element]] | None = None

    def of(self, element: _Element) -> Style:
        """Return what an element means."""
        style = self.of_tag(element.tag, cast("list[tuple[str, str]]", element.items()))
        return self.settled(element) if style.contextual else style

    def of_tag(self, tag: str, carried: Iterable[tuple[str, str]]) -> Style:
        """Return what an element means as far as its tag and attributes say."""
        sheet = self._sheet
        key: object = tag
        if carried:
            names = sheet.names
            is_link = tag == "a" and any(name == "href" and value for name, value in carried)
            key = (tag, is_link, *[item for item in carried if item[0] in names])
        style = sheet.memo.get(key)
        if style is None:
            if len(sheet.memo) >= _MEMO_LIMIT:
                sheet.memo.clear()
            style = sheet.decide(tag.lower(), dict(carried), None)
            if len(tag) + sum(len(value) for _, value in carried) <= _LONGEST_KEPT:
                sheet.memo[key] = style
        return style

    @property
    def looks_around(self) -> bool:
        """Whether any element is selected by what is around it."""
        return any(self._around().values())

    def settled(self, element: _Element) -> Style:
        """Return what an element means whose style depends on what is around it."""
        selected = self._around()
        carried = attributes_of(element)
        return self._sheet.decide(
            element.tag.lower(), carried, lambda selector: element in selected.get(selector, _NO_ELEMENTS)
        )

    def _around(self) -> dict[Selector, frozenset[_Element]]:
        if self._selected is None:
            self._selected = self._sheet.around(self._body)
        return self._selected
