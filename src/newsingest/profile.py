"""Profiles: what is known of a publisher's markup, as data, compiled once."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from newsingest.media import ImageRules
from newsingest.selectors import Selection, compile_selector
from newsingest.stylesheet import ClassWords, Rule, Ruling, StockMark, Stylesheet
from newsingest.triggers import beginnings, triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class StockSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a CMS marks stock mentions: ``pattern`` has a group ``code``; ``prefix`` stands before a bare number."""

    selector: str
    attribute: str
    pattern: str
    prefix: str = ""


class TitleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repair of titles: what ``pattern`` finds becomes ``replace``."""

    pattern: str
    replace: str = ""


class AppliesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a profile is used: any one sign is enough, within the dates.

    ``categories``, ``authors``, ``hosts`` (of pictures and links) and the values of ``front_matter`` are globs,
    ``markup`` is text that stands in the body.
    """

    categories: list[str] = []
    authors: list[str] = []
    hosts: list[str] = []
    markup: list[str] = []
    front_matter: dict[str, str] = {}
    since: dt.date | None = msgspec.field(default=None, name="from")
    until: dt.date | None = None


class FieldsSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Selectors of elements whose text is a field of the record."""

    byline: list[str] = []
    editor: list[str] = []
    outlet: list[str] = []
    original_title: list[str] = []
    date: list[str] = []


class ImagesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules for pictures; all but ``attributes`` are patterns on addresses or alt texts."""

    attributes: list[str] = []
    proxies: list[str] = []
    blank: list[str] = []
    skip: list[str] = []
    skip_alt: list[str] = []
    emoticons: list[str] = []
    placeholders: list[str] = []
    smallest: int | None = None


class LinesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns on whole lines.

    ``fields`` have groups named as FieldsSpec's keys; ``bylines`` may have them too, with a group ``byline`` where
    only a part of the line is one; ``signatures`` are bylines at the end of the text only; ``captions`` count below
    a picture only; ``labels`` head lists of related links (or hold one, in a group ``rest``); ``furniture`` is
    dropped above the text only; ``not_headings`` are short lines that introduce nothing; ``end`` ends the article.
    The others are looked for anywhere in a line: ``adverts`` tell a quoted line with a link for an advert,
    ``reports`` a line of the article from a standing notice that ``drop`` would take it for.
    ``notices`` are no patterns: a line of any length that begins with one is dropped.
    """

    fields: list[str] = []
    bylines: list[str] = []
    signatures: list[str] = []
    captions: list[str] = []
    labels: list[str] = []
    drop: list[str] = []
    furniture: list[str] = []
    not_headings: list[str] = []
    adverts: list[str] = []
    reports: list[str] = []
    notices: list[str] = []
    end: list[str] = []


class ProfileSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A profile as its file says it; lists stand before those of the profile it extends."""

    name: str
    extends: str | None = None
    applies: AppliesSpec = AppliesSpec()
    drop: list[str] = []
    keep: list[str] = []
    unwrap: list[str] = []
    block: list[str] = []
    bold: list[str] = []
    centred: list[str] = []
    caption: list[str] = []
    heading: list[str] = []
    drop_words: list[str] = []
    caption_words: list[str] = []
    fields: FieldsSpec = FieldsSpec()
    titles: list[TitleSpec] = []
    stocks: list[StockSpec] = []
    images: ImagesSpec = ImagesSpec()
    lines: LinesSpec = LinesSpec()
    video: list[str] = []


class LineMatch(msgspec.Struct, frozen=True):
    """What a pattern made of a whole line: its kind and the named groups it found."""

    kind: str
    groups: dict[str, str]
    pattern: str


class _LinePattern(NamedTuple):
    """One pattern on whole lines and what it says of a line that it fits."""

    kind: str
    text: str
    expression: re.Pattern[str]


class _TriggerIndex:
    """Tells which patterns are worth asking of a text, as bits of a number: the lowest stands for the first."""

    def __init__(self, patterns: Sequence[tuple[bool, re.Pattern[str]]]) -> None:
        asked = [(1 << rank, expression) for rank, (wanted, expression) in enumerate(patterns) if wanted]
        self._always, self._bits = _filed((bit, triggers(expression)) for bit, expression in asked)
        self._any_beginning, self._beginnings = _filed((bit, beginnings(expression)) for bit, expression in asked)
        # An expression finds the characters in a third of the time a set takes: it makes no string of each other one.
        self._chars = re.compile(f"[{re.escape(''.join(sorted(self._bits)))}]" if self._bits else r"(?!)")

    def ranks(self, text: str) -> list[int]:
        """List the patterns to ask, in their order."""
        bits = self._always
        by_char = self._bits
        for char in self._chars.findall(text):
            bits |= by_char[char]
        bits &= self._any_beginning | self._beginnings.get(text[:1], 0)
        ranks = []
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            ranks.append(lowest.bit_length() - 1)
        return ranks


def _filed(bits: Iterable[tuple[int, frozenset[str] | None]]) -> tuple[int, dict[str, int]]:
    """File patterns under characters; those that have none come first, for every text."""
    of_all = 0
    by_char: dict[str, int] = defaultdict(int)
    for bit, chars in bits:
        if chars is None:
            of_all |= bit
        else:
            for char in chars:
                by_char[char] |= bit
    return of_all, by_char


# What a line can be depends on its length and on whether it is prose: two sentences are no field and no label.
_ALL_KINDS = ("fields", "bylines", "drop", "labels", "furniture", "not_headings")
_KINDS_OF_LONG_LINES = ("fields", "bylines", "drop", "labels", "furniture")
_KINDS_OF_PROSE = ("bylines", "drop")
_LONG_LINE = 64
_SENTENCE = re.compile(r"[。！？]|[.!?] ")


def _kinds_of(text: str) -> tuple[str, ...]:
    if len(text) <= _LONG_LINE:
        return _ALL_KINDS
    if _SENTENCE.search(text, 0, len(text) - 1):
        return _KINDS_OF_PROSE
    return _KINDS_OF_LONG_LINES


class LinePatterns:
    """A profile's line patterns, filed so that a line is asked about few of them."""

    def __init__(self, spec: LinesSpec) -> None:
        self._captions = line_pattern(spec.captions)
        self._signatures = line_pattern(spec.signatures)
        self._adverts = _any(spec.adverts)
        self._reports = _any(spec.reports)
        self._notices = tuple(spec.notices)
        self._notice_beginnings = frozenset(notice[:1] for notice in spec.notices)
        self._ends = [(text, line_pattern([text])) for text in spec.end]
        self._patterns = [
            _LinePattern(kind, text, expression)
            for kind in _ALL_KINDS
            for text in getattr(spec, kind)
            if (expression := line_pattern([text])) is not None
        ]
        self._index: dict[tuple[str, ...], _TriggerIndex] = {
            kinds: _TriggerIndex([(pattern.kind in kinds, pattern.expression) for pattern in self._patterns])
            for kinds in (_ALL_KINDS, _KINDS_OF_LONG_LINES, _KINDS_OF_PROSE)
        }

    def is_caption(self, text: str) -> bool:
        """Whether a line has the form of a caption."""
        return self._captions is not None and self._captions.match(text) is not None

    def is_signature(self, text: str) -> bool:
        """Whether a line at the end of the text names who wrote it."""
        return self._signatures is not None and self._signatures.match(text) is not None

    def is_notice(self, text: str) -> bool:
        """Whether a line of any length is a standing notice, by its first words."""
        return text[:1] in self._notice_beginnings and text.startswith(self._notices)

    def is_advert(self, text: str) -> bool:
        """Whether a line has the words of an advert."""
        return self._adverts is not None and self._adverts.search(text) is not None

    @property
    def has_end(self) -> bool:
        """Whether any line could end the article."""
        return bool(self._ends)

    def end(self, text: str) -> LineMatch | None:
        """Return what says that a line ends the article."""
        found = (pattern for pattern, compiled in self._ends if compiled is not None and compiled.match(text))
        return next((LineMatch("end", {}, pattern) for pattern in found), None)

    def match(self, text: str) -> LineMatch | None:
        """Return what the first pattern that fits the whole line says."""
        for rank in self._index[_kinds_of(text)].ranks(text):
            kind, pattern, expression = self._patterns[rank]
            match = expression.match(text)
            if match is None:
                continue
            if kind == "drop" and self._reports is not None and self._reports.search(text):
                return None
            groups = {key: found.strip() for key, found in match.groupdict().items() if found}
            return LineMatch(kind, groups, pattern)
        return None


class Profile:
    """A compiled profile. Immutable but for what its stylesheet remembers, which changes no result."""

    def __init__(self, spec: ProfileSpec, rulings: Iterable[Ruling], chain: Iterable[ProfileSpec]) -> None:
        self.name = spec.name
        # What the files say, from the profile's own down to the base: for telling in which of them a rule stands.
        self.chain = tuple(chain)
        self.sheet = Stylesheet(rulings, ClassWords(_words(spec.drop_words), _words(spec.caption_words)), spec.name)
        images = spec.images
        self.images = ImageRules(
            attributes=tuple(dict.fromkeys(images.attributes)),
            proxies=tuple(re.compile(pattern) for pattern in images.proxies),
            blank=_on_addresses(images.blank),
            skip=_on_addresses(images.skip),
            skip_alt=_any(images.skip_alt),
            smallest=images.smallest or 0,
        )
        self.placeholders = _any(images.placeholders)
        self.video = _any(spec.video)
        self.lines = LinePatterns(spec.lines)
        self._titles = [(re.compile(title.pattern), title.replace) for title in spec.titles]
        self.emoticons = Selection(each for text in images.emoticons for each in compile_selector(text))

    def repair_title(self, title: str) -> str:
        """Take from a title what is not the article's, such as the name of the site."""
        repaired = title
        for pattern, replacement in self._titles:
            repaired = pattern.sub(replacement, repaired)
        return " ".join(repaired.split()) or title


# Characters that line patterns write in simplified form and lines may hold in traditional or Japanese form.
_VARIANTS = {
    forms[0]: forms
    for forms in (
        "编編 辑輯 责責 来來 图圖図 摄攝 资資 关關関 阅閱 读讀読 标標 题題 报報 导導 采採 访訪 视視 频頻 译譯訳 闻聞 "
        "链鏈 连連 实實 习習 声聲 权權権 扫掃 维維 码碼 载載 订訂 专專 荐薦 热熱 门門 转轉転 讯訊 员員 制製 综綜 时時 "
        "间間 发發 记記 见見 驻駐 统統 终終 审審 监監 华華 杂雜 网網 点點 击擊 蓝藍 获獲 单單 众眾 号號 评評 论論 览覽 "
        "浏瀏 请請 经經 许許 复復 购購 领領 费費 开開 户戶 为為 国國 体體"
    ).split()
}  # fmt: skip


def _with_variants(pattern: str) -> str:
    """Let a pattern in simplified Chinese fit the same words in traditional Chinese."""
    out: list[str] = []
    inside = False
    for index, char in enumerate(pattern):
        escaped = pattern[index - 1 : index] == "\\"
        if char in "[]" and not escaped:
            inside = char == "["
        forms = _VARIANTS.get(char)
        out.append(char if forms is None else forms if inside else f"[{forms}]")
    return "".join(out)


def line_pattern(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns of which one must fit the whole line."""
    return re.compile(rf"(?:{'|'.join(map(_with_variants, patterns))})\Z", re.IGNORECASE) if patterns else None


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None


def _on_addresses(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns for addresses in lower case; those in lower case themselves are much faster without a flag."""
    is_lower = not any(char.isupper() for pattern in patterns for char in re.sub(r"\\.", "", pattern))
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(whole, re.NOFLAG if is_lower else re.IGNORECASE) if patterns else None


def _words(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns on the words of class and id names."""
    return re.compile(rf"-(?:{'|'.join(patterns)})-") if patterns else None


Spec = TypeVar("Spec", bound=msgspec.Struct)
PROPERTIES = ("keep", "drop", "unwrap", "block", "bold", "centred", "caption", "heading")


def _rulings(spec: ProfileSpec) -> Iterable[Ruling]:
    for kind in PROPERTIES:
        for text in getattr(spec, kind):
            yield from (Ruling(each, Rule(kind, text, spec.name), None) for each in compile_selector(text))
    for field in spec.fields.__struct_fields__:
        for text in getattr(spec.fields, field):
            rule = Rule("field", text, spec.name, field)
            yield from (Ruling(each, rule, None) for each in compile_selector(text))
    for stock in spec.stocks:
        mark = StockMark(stock.attribute, re.compile(stock.pattern), stock.prefix)
        rule = Rule("stock", stock.selector, spec.name)
        yield from (Ruling(each, rule, mark) for each in compile_selector(stock.selector))


def _laid_over(spec: Spec, base: Spec) -> Spec:
    """Lay a spec over the one it extends: lists are joined, the rest is the spec's own where it says something."""
    values: dict[str, object] = {}
    for name in spec.__struct_fields__:
        own, inherited = getattr(spec, name), getattr(base, name)
        if isinstance(own, list):
            values[name] = [*own, *(each for each in inherited if each not in own)]
        elif isinstance(own, msgspec.Struct):
            values[name] = _laid_over(own, inherited)
        else:
            values[name] = inherited if own is None else own
    return type(spec)(**values)


def merged(chain: Sequence[ProfileSpec]) -> ProfileSpec:
    """Merge a profile with those it extends, itself first; when it applies is its own matter."""
    own = spec = chain[0]
    for base in chain[1:]:
        spec = _laid_over(spec, base)
    return msgspec.structs.replace(spec, name=own.name, extends=None, applies=own.applies)


def compile_profile(chain: Sequence[ProfileSpec]) -> Profile:
    """Compile a profile and those it extends, itself first."""
    return Profile(merged(chain), [ruling for spec in chain for ruling in _rulings(spec)], chain)
