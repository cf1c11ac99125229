"""Every rule of a profile: where it stands, what kind of text it is, and whether it can be compiled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from newsingest.body.patterns import line_pattern
from newsingest.body.selectors import compile_selector
from newsingest.profiles.profile import PROPERTIES, FieldsSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.profiles.profile import ProfileSpec

FIELD_GROUPS = FieldsSpec.__struct_fields__
# Groups a pattern may have, by the key it stands under; True where it must have one of them.
_GROUPS: dict[str, tuple[tuple[str, ...], bool]] = {
    "lines.fields": (FIELD_GROUPS, True),
    "lines.bylines": (FIELD_GROUPS, False),
    "lines.labels": (("rest",), False),
    "images.proxies": (("url",), True),
    "stocks.pattern": (("code",), True),
}
_SELECTORS = {*PROPERTIES, "images.emoticons", "stocks.selector", *(f"fields.{name}" for name in FIELD_GROUPS)}
_PATTERNS = {
    "drop_words",
    "caption_words",
    "video",
    "titles.pattern",
    "stocks.pattern",
    "lines.adverts",
    "lines.reports",
    "images.proxies",
} | {f"images.{name}" for name in ("blank", "skip", "skip_alt", "placeholders")}
# Patterns that are searched for, so that one that fits nothing at all fits everything.
_SEARCHED = _PATTERNS - {"titles.pattern", "drop_words", "caption_words"}
_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[1-9]|\(\?P=|\(\?\()")
# Lines of no language, as short and as long as a line may be: what fits them all fits every line. The long one comes
# last, so that few patterns are tried on it: one may take forever.
_ODD_LINES = ("\u2d5e", "\u2d5e 7~\u16a0;" + 8 * "\u13a3", "\u2d5e 7~\u16a0;" + 194 * "\u13a3")
# Where a pattern for every line may be meant, as it takes away nothing.
_MAY_FIT_ALL = {"lines.captions", "lines.makers", "lines.not_headings"}
# (a+)+ takes twice as long for each character more, and a post is not worth a night.
_NESTED = re.compile(r"(?<!\\)\((?:\?:)?(?:\\.|\[[^\]]+\]|[^\\()\[\]])[*+]\)[*+]")


class RuleText(NamedTuple):
    """One rule: the key it stands under (``lines.drop``), its path in the file (``$.lines.drop[3]``), its text."""

    key: str
    path: str
    text: str


class RuleProblem(NamedTuple):
    """A rule that cannot be used: where it stands, why, and what is allowed."""

    path: str
    reason: str
    remedy: str


def rules(spec: ProfileSpec) -> Iterator[RuleText]:
    """List what a profile says itself, in the order of its keys."""
    yield from _rules(spec, "", "$")


def _rules(spec: msgspec.Struct, key: str, path: str) -> Iterator[RuleText]:
    for field in msgspec.structs.fields(spec):
        value = getattr(spec, field.name)
        own_key, own_path = f"{key}{field.encode_name}", f"{path}.{field.encode_name}"
        if isinstance(value, msgspec.Struct):
            yield from _rules(value, f"{own_key}.", own_path)
        elif isinstance(value, dict):
            yield from (RuleText(f"{own_key}.{name}", f"{own_path}.{name}", text) for name, text in value.items())
        elif isinstance(value, list):
            for index, each in enumerate(value):
                if isinstance(each, msgspec.Struct):
                    yield from _rules(each, f"{own_key}.", f"{own_path}[{index}]")
                else:
                    yield RuleText(own_key, f"{own_path}[{index}]", each)
        elif key in ("stocks.", "titles."):
            yield RuleText(own_key, own_path, value)


def effective(spec: ProfileSpec) -> list[RuleText]:
    """List the rules that can fire: a stock mark or a title repair is one rule, not one for each of its parts."""
    parts = ("stocks.attribute", "stocks.pattern", "stocks.prefix", "titles.replace")
    return [rule for rule in rules(spec) if rule.key not in parts]


def find_problem(spec: ProfileSpec) -> RuleProblem | None:
    """Compile every rule, used or not, and return what is wrong with the first bad one."""
    for rule in rules(spec):
        if (problem := _problem(rule)) is not None:
            return RuleProblem(rule.path, *problem)
    return None


def _problem(rule: RuleText) -> tuple[str, str] | None:
    if rule.key == "titles.replace":
        return _replacement_problem(rule)
    if not rule.text.strip() and rule.key != "stocks.prefix":  # where any text will do, none as well
        return f"an empty text below `{rule.key}`", "Write the rule, or take the item out"
    if rule.key == "applies.hosts":
        return _host_problem(rule.text)
    if rule.key in _SELECTORS:
        return _selector_problem(rule.text)
    if rule.key != "lines.notices" and (rule.key.startswith("lines.") or rule.key in _PATTERNS):
        return _pattern_problem(rule)
    return None


def _host_problem(text: str) -> tuple[str, str] | None:
    if "/" in text or ":" in text:
        return f"the host {text!r} holds a `/` or a `:`", "Write the host alone, like `*.example.com`"
    return None


def _selector_problem(text: str) -> tuple[str, str] | None:
    try:
        compile_selector(text)
    except ValueError as error:
        return (
            str(error) if text in str(error) else f"not a CSS selector: {text!r} ({error})",
            'Write one like `div.promo`, `#share`, `[data-ad]`, `div.box > a` or `span[id^="ad_"]`',
        )
    return None


def _replacement_problem(rule: RuleText) -> tuple[str, str] | None:
    if "\\" in rule.text:
        return "a backslash in `replace`", "Write the text itself; what stood in the title cannot be referred to"
    return None


def _pattern_problem(rule: RuleText) -> tuple[str, str] | None:
    bad = f"not a pattern: {rule.text!r}"
    try:
        compiled = re.compile(rule.text)
    except re.error as error:
        where = "" if error.pos is None else f" at character {error.pos + 1}"
        return f"{bad} ({error.msg}{where})", "See https://docs.python.org/3/library/re.html; a literal sign takes a \\"
    except (OverflowError, RecursionError):
        return f"{bad} (too large)", "Write a simpler one"
    return _group_problem(rule, compiled) or _joint_problem(rule, bad)


def _group_problem(rule: RuleText, compiled: re.Pattern[str]) -> tuple[str, str] | None:
    allowed, needed = _GROUPS.get(rule.key, ((), False))
    named = [name for name in compiled.groupindex if name not in allowed]
    listed = ", ".join(allowed)
    if named:
        remedy = f"Groups allowed in `{rule.key}`: {listed or 'none, write (?:…)'}"
        return f"the group {named[0]!r} in {rule.text!r} means nothing here", remedy
    if needed and not compiled.groupindex:
        return (
            f"{rule.text!r} has no named group",
            f"Mark what is to be taken as (?P<{allowed[0]}>…); allowed: {listed}",
        )
    return None


def _joint_problem(rule: RuleText, bad: str) -> tuple[str, str] | None:
    """Say what is wrong with a pattern among others, with which it becomes one expression."""
    if _REFERENCE.search(rule.text):
        return (
            f"{bad} (it refers to a group)",
            "Patterns are joined into one expression: write it without \\1 or (?P=…)",
        )
    if _NESTED.search(rule.text):
        return f"{bad} (a repeated repetition, which may take forever)", "Write `a+` for `(a+)+`"
    if _fits_everything(rule):
        return f"the pattern {rule.text!r} fits everything", "Write one that says what is in the text it is for"
    try:
        re.compile(f"(?:{rule.text})")
        if rule.key.startswith("lines."):
            line_pattern([rule.text])
    except re.error as error:
        return f"{bad} ({error.msg})", "Write flags for a part only, as (?i:…); letters are of either case anyway"
    return None


def _fits_everything(rule: RuleText) -> bool:
    if rule.key in _SEARCHED:
        return re.search(rule.text, "") is not None
    if not rule.key.startswith("lines.") or rule.key in _MAY_FIT_ALL:
        return False
    return all(re.fullmatch(rule.text, line) for line in _ODD_LINES)
