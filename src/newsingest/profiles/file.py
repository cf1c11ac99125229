"""Profile files: YAML read so that every fault is told with its line and with what is allowed there."""

from __future__ import annotations

import difflib
import re
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec
import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from newsingest.errors import ProfileError
from newsingest.profiles.profile import ProfileSpec
from newsingest.profiles.rules import find_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yaml.nodes import Node

MAX_BYTES = 1024 * 1024

_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 6  # a profile needs four levels; composing deeper ones costs stack
_TAG = "tag:yaml.org,2002:"
# What YAML takes a plain text for; here it is the text as typed.
_PLAIN = frozenset(f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value"))
_NAME = re.compile(r"[\w][\w.-]*")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_PLACE = re.compile(r"(.*) - at `(\$.*)`", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_KINDS = {
    "array": "a list (`- …` lines, or […])",
    "object": "a map (`key: value` lines)",
    "str": "a text",
    "int": "a whole number",
    "date": "a date like 2021-11-03",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A profile, the file it was read from, and the line of each of its values by path (``$.lines.drop[3]``)."""

    spec: ProfileSpec
    file: str
    lines: Mapping[str, int]

    def error(self, path: str, reason: str, remedy: str) -> ProfileError:
        """Make the error of one place of the file."""
        return ProfileError(self.file, self.lines.get(path), reason, remedy)


def read_profile(data: bytes, file: str) -> ProfileFile:
    """Read a profile and check the type of all it says. Raises ProfileError."""
    root = _compose(_decode(data, file), file)
    reader = _Reader(file)
    value = reader.value(root, "$")
    if not isinstance(value, dict):
        raise ProfileError(file, _line(root), "a profile is a map of `key: value` lines", "Begin with `name: …`")
    try:
        spec = msgspec.convert(value, ProfileSpec, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(str(error), value, reader) from None
    if not _NAME.fullmatch(spec.name):
        raise ProfileError(
            file,
            reader.lines["$.name"],
            f"the name {spec.name!r} cannot be used",
            "A name has letters, digits, `-`, `_` and `.`, and begins with a letter or digit",
        )
    return ProfileFile(spec, file, reader.lines)


def check_rules(profile: ProfileFile) -> None:
    """Check every selector and pattern of a profile. Raises ProfileError."""
    problem = find_problem(profile.spec)
    if problem is not None:
        raise profile.error(*problem)
    applies = profile.spec.applies
    if applies.since and applies.until and applies.since > applies.until:
        raise profile.error("$.applies.until", "`until` is before `from`", "No post could match: exchange the two")
    signs = (applies.categories, applies.authors, applies.hosts, applies.markup, applies.front_matter)
    if (applies.since or applies.until) and not any(signs):
        key = "from" if applies.since else "until"
        raise profile.error(
            f"$.applies.{key}",
            "a date without a sign of whose post it is",
            "Add `hosts`, `authors`, `categories`, `markup` or `front_matter`: dates only narrow what these find",
        )


def suggestion(word: str, known: Iterable[str]) -> str:
    """Write what may have been meant, and all that is allowed."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return (f"Did you mean `{near[0]}`? " if near else "") + f"Allowed: {', '.join(names)}"


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise ProfileError(file, None, f"larger than {MAX_BYTES:,} bytes", "A profile is a short file of rules")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProfileError(file, line, "not UTF-8", "Save the file as UTF-8") from None


def _compose(text: str, file: str) -> Node:
    """Parse YAML, refusing what could make a small file large or deep before it is built."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if isinstance(event, AliasEvent):
                raise ProfileError(file, _line(event), "an alias (`*name`)", "Write out what it stands for")
            if depth > _DEEPEST:
                raise ProfileError(file, _line(event), "nested too deep", "A rule stands at most three levels deep")
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        raise ProfileError(
            file,
            None if mark is None else mark.line + 1,
            f"not YAML: {reason}",
            "Put texts that hold `: `, ` #` or begin with [ { * & ! | > % @ in single quotes",
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ProfileError(file, line, f"not YAML: {error.reason}", "Take the character out") from None
    if root is None:
        raise ProfileError(file, None, "an empty file", "A profile has at least `name: …`")
    return root


def _line(thing: Any) -> int:  # noqa: ANN401 - nodes and events share no type but this attribute
    line: int = thing.start_mark.line
    return line + 1


class _Reader:
    """Makes plain values of nodes, each scalar as typed, and notes the line of every one."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}

    def value(self, node: Node, path: str) -> Any:  # noqa: ANN401 - what YAML holds
        self.lines.setdefault(path, _line(node))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._map(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(each, f"{path}[{index}]") for index, each in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _PLAIN:
            return None if node.tag == f"{_TAG}null" else node.value
        raise ProfileError(self.file, _line(node), f"the tag {node.tag}", "Profiles hold texts, lists and maps only")

    def _map(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, key = _line(key_node), key_node.value
            if not isinstance(key, str):
                raise ProfileError(self.file, line, "a key that is no text", "Write `key: value`")
            place = f"{path}.{key}"
            if place in self.lines:
                reason = f"the key `{key}` stands twice, first in line {self.lines[place]}"
                raise ProfileError(self.file, line, reason, "Join the two")
            self.lines[place] = line
            value = self.value(value_node, place)
            if value is not None:  # a key whose items are all commented out
                values[key] = value
        return values


def _explain(message: str, value: dict[str, Any], reader: _Reader) -> ProfileError:
    """Say in words what msgspec says of a value, and where."""
    found = _PLACE.fullmatch(message)
    problem, path = (found[1], found[2]) if found else (message, "$")
    if unknown := _UNKNOWN.fullmatch(problem):
        line = reader.lines.get(f"{path}.{unknown[1]}")
        known = _keys(path)
        return ProfileError(reader.file, line, f"unknown key `{unknown[1]}`", suggestion(unknown[1], known))
    if missing := _MISSING.fullmatch(problem):
        line = reader.lines.get(path)
        return ProfileError(reader.file, line, f"the key `{missing[1]}` is missing", f"Write `{missing[1]}: …`")
    if path.endswith("[...]"):
        path = _odd_one(path.removesuffix("[...]"), value)
    problem = problem.replace("Invalid RFC3339 encoded date", "Expected `date`")
    reason = re.sub(r"`([^`]+)`", lambda found: " or ".join(_KINDS.get(k, k) for k in found[1].split(" | ")), problem)
    reason = reason[:1].lower() + reason[1:]
    key = path.removeprefix("$.")
    return ProfileError(
        reader.file, reader.lines.get(path), f"`{key}`: {reason}", "See `newsingest profiles show generic`"
    )


def _odd_one(path: str, value: Any) -> str:  # noqa: ANN401 - what YAML holds
    """Find the item of a map of texts that is no text: msgspec does not name it."""
    for step, _ in _STEP.findall(path):
        value = value[step]
    return next((f"{path}.{key}" for key, each in value.items() if not isinstance(each, str)), path)


def _keys(path: str) -> list[str]:
    """List the keys allowed at a place."""
    kind: Any = ProfileSpec
    for step, _ in _STEP.findall(path):
        if step:
            by_name = {field.encode_name: field.name for field in msgspec.structs.fields(kind)}
            kind = get_type_hints(kind)[by_name[step]]
            kind = (
                next((each for each in get_args(kind) if each is not types.NoneType), kind)
                if get_origin(kind)
                else kind
            )
    return [field.encode_name for field in msgspec.structs.fields(kind)]
