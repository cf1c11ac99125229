"""Why a record is as it is: every piece of a post in reading order, what it was kept as, or which rule dropped it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from newsingest.body.headings import Heading
from newsingest.body.lines import Line
from newsingest.body.media import Picture
from newsingest.body.reading import ADVERT
from newsingest.explaining.origins import Origins
from newsingest.explaining.places import Places
from newsingest.explaining.wording import shortened
from newsingest.parsing.parser import read_steps
from newsingest.profiles.choice import Applies, Evidence
from newsingest.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from newsingest.body.flow import Dropped, Item
    from newsingest.body.reading import Captioned, Left, Taken
    from newsingest.body.stylesheet import Rule
    from newsingest.parsing.parse_options import ParseOptions
    from newsingest.parsing.parser import Steps
    from newsingest.record import Record

SCHEMA = 1
SHORT = 300  # characters of a dropped text that are shown

Kind = Literal[
    "paragraph", "list-item", "quote", "code", "table", "heading", "caption", "picture", "player",
    "byline", "field", "line", "element",
]  # fmt: skip


class Decisive(msgspec.Struct, frozen=True):
    """The rule that decided: its key in a profile's file, its text there, and the profile's name."""

    property: str
    text: str
    profile: str


class Piece(msgspec.Struct, frozen=True):
    """One piece of a post. The keys are those of ``inspect --json`` and explained in ``docs/inspect.md``."""

    kind: Kind
    text: str
    kept: bool = True
    line: int | None = None
    index: int | None = None
    of: Literal["picture", "player"] | None = None
    level: int | None = None
    url: str | None = None
    rows: list[list[str]] | None = None
    fields: dict[str, str] = {}
    element: str | None = None
    reason: str | None = None
    rule: Decisive | None = None

    @property
    def empty(self) -> bool:
        """Whether there was nothing to read or see."""
        return not self.kept and not self.text and not self.url


class Chosen(msgspec.Struct, frozen=True):
    """The profile a post is read with, and why."""

    name: str
    why: str


class Explanation(msgspec.Struct, frozen=True):
    """A post taken apart, the record that ``parse`` makes of it, and the file's text with newlines as line ends."""

    schema: int
    profile: Chosen
    blocks: list[Piece]
    record: Record
    text: str


def explain(raw: bytes, path: str, options: ParseOptions) -> Explanation:
    """Read one post as ``parse`` does and say why each piece of it went where it did. Raises what ``parse`` does."""
    steps = read_steps(raw, path, options)
    text = steps.text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = list(_pieces(steps, text))
    return Explanation(SCHEMA, Chosen(steps.profile.name, _why(steps, options)), pieces, steps.record, text)


def encode(explanation: Explanation) -> bytes:
    """Encode an explanation as JSON, indented by two spaces; the file's text is not in it."""
    names = (name for name in explanation.__struct_fields__ if name != "text")
    return msgspec.json.format(msgspec.json.encode({name: getattr(explanation, name) for name in names})) + b"\n"


def _why(steps: Steps, options: ParseOptions) -> str:
    """Say what the chosen profile goes by."""
    if options.profile is not None:
        return "it was asked for"
    signs = Applies(steps.profile.chain[0].applies).signs(Evidence(steps.head.fields, steps.head.body))
    return next((f"{key}: {sign}" for key, sign in signs), "no other profile applies")


def _pieces(steps: Steps, text: str) -> Iterator[Piece]:
    """Put what was kept and what was dropped back into one order."""
    first = text.count("\n") - steps.head.body.count("\n") + 1
    places = Places(steps.body.root, steps.profile, first, {each.element for each in steps.flow.dropped})
    origins = Origins(steps.profile)
    fates = _fates(steps, origins)
    remade = {id(line): parts for line, parts in steps.reading.remade}
    dropped = sorted(steps.flow.dropped, key=lambda each: each.before)
    following = 0
    for number, item in enumerate(steps.flow.items):
        while following < len(dropped) and dropped[following].before <= number:
            yield _dropped(dropped[following], origins, places)
            following += 1
        for made in _made_of(item, remade):
            yield msgspec.structs.replace(fates[id(made)], line=_line(item, places))
    for each in dropped[following:]:
        yield _dropped(each, origins, places)


def _made_of(item: Item, remade: dict[int, tuple[Line, ...]]) -> Iterator[Item]:
    """Yield what stands for an item after lines were parted and joined."""
    if id(item) in remade:
        for part in remade[id(item)]:
            yield from _made_of(part, remade)
    else:
        yield item


def _line(item: Item, places: Places) -> int | None:
    if isinstance(item, Line):
        return places.of_text(item.rows[0][0] if item.rows else item.text)
    return places.of_address(item.url)


def _fates(steps: Steps, origins: Origins) -> dict[int, Piece]:
    """Say of every item, by ``id()``, what became of it: equal lines can stand in different places."""
    fates = dict(_contents(steps))
    bylines = 0
    for taken in steps.reading.taken:
        is_byline = "byline" in taken.fields
        fates[id(taken.line)] = _taken(taken, bylines if is_byline else None, origins)
        bylines += is_byline
    for cut in steps.reading.cut:
        media = cut.media
        text = media.alt or "" if isinstance(media, Picture) else media.kind
        fates[id(media)] = Piece("element", text, kept=False, url=media.url, reason=cut.reason)
    for left in steps.reading.left:
        fates[id(left.line)] = _left(left, origins)
    return fates


def _contents(steps: Steps) -> Iterator[tuple[int, Piece]]:
    """Yield what became content, numbered as the record does."""
    kinds: dict[int, Kind] = {block.paragraph: block.kind for block in steps.record.blocks}
    levels = [section.level for section in steps.record.sections if section.heading is not None]
    paragraphs = headings = pictures = players = 0
    for item in steps.reading.content:
        if isinstance(item, Line):
            yield id(item), Piece(kinds.get(paragraphs, "paragraph"), item.text, index=paragraphs, rows=item.rows)
            paragraphs += 1
        elif isinstance(item, Heading):
            reason = _heading_reason(item)
            yield id(item.line), Piece("heading", item.line.text, level=levels[headings], reason=reason)
            headings += 1
        elif isinstance(item.media, Picture):
            yield id(item.media), Piece("picture", item.media.alt or "", index=pictures, url=item.media.url)
            yield from _caption(item, pictures, "picture")
            pictures += 1
        else:
            yield id(item.media), Piece("player", item.media.kind, index=players, url=item.media.url)
            yield from _caption(item, players, "player")
            players += 1


def _heading_reason(heading: Heading) -> str:
    line = heading.line
    if heading.guessed:
        return "guessed: it introduces the text below"
    if line.level:
        return f"<h{line.level}>" if line.level <= 6 else "marked by the profile"  # noqa: PLR2004 - h1 to h6
    if line.bold:
        return "bold from end to end"
    return "a short quote" if line.kind == "quote" else "centred"


def _caption(item: Captioned, index: int, of: Literal["picture", "player"]) -> Iterator[tuple[int, Piece]]:
    if item.caption is not None:
        marked = item.caption.kind in ("caption", "figure")
        reason = "marked by its element" if marked else "guessed: by its place and form"
        yield id(item.caption), Piece("caption", item.caption.text, index=index, of=of, reason=reason)


def _taken(taken: Taken, index: int | None, origins: Origins) -> Piece:
    kind: Kind = "field" if index is None else "byline"
    rule = _decisive(origins.of_line(taken.match)) if taken.match else None
    reason = None if rule else "marked by its element"
    return Piece(kind, taken.line.text, index=index, fields=taken.fields, reason=reason, rule=rule)


def _left(left: Left, origins: Origins) -> Piece:
    if left.match is not None:
        rule: Rule | None = origins.of_line(left.match)
    else:
        rule = origins.of_advert(left.line.text) if left.reason == ADVERT else None
    text = shortened(left.line.text, SHORT)
    return Piece("line", text, kept=False, reason=left.reason, rule=_decisive(rule) if rule else None)


def _dropped(dropped: Dropped, origins: Origins, places: Places) -> Piece:
    element = dropped.element
    rule = origins.of_element(dropped)
    return Piece(
        "element",
        shortened(_text(element), SHORT),
        kept=False,
        line=places.of_element(element),
        url=_address(element),
        element=_opening(element),
        reason=rule.value or None,
        rule=_decisive(rule),
    )


def _decisive(rule: Rule) -> Decisive:
    return Decisive(rule.property, rule.text, rule.profile)


def _text(element: _Element) -> str:
    """Return what a reader could have read; of a script or style, its source."""
    if element.tag in ("script", "style"):
        return fold(element.text or "")
    pieces = [element.text or ""]
    for child in element.iterdescendants():
        pieces.append(" " if child.tag in ("script", "style") else child.text or "")
        pieces.append(child.tail or "")
    return fold(" ".join(pieces)) or fold(element.get("alt") or "")


def _address(element: _Element) -> str | None:
    """Return the first address of a picture or player in an element, as written."""
    for each in element.iter("img", "amp-img", "iframe", "video", "audio", "embed"):
        for name, value in each.items():
            if name != "alt" and "/" in str(value) and name in ("src", "_src", "zoomfile", "file", "data-src"):
                return shortened(str(value).strip(), SHORT)
        for name, value in each.items():
            if str(name).startswith("data-") and "/" in str(value):
                return shortened(str(value).strip(), SHORT)
    return None


def _opening(element: _Element) -> str:
    """Write an element's tag with what rules mostly go by."""
    named = [f'{name}="{fold(str(element.get(name)))}"' for name in ("class", "id") if element.get(name)]
    return shortened(" ".join([f"<{element.tag}", *named]) + ">", 100)
