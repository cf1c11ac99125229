"""Regular expressions of profiles, translated once and kept: to compile them takes a run as long as many posts.

What Python's ``re`` makes of an expression is a list of numbers for its own engine. The numbers are kept, so that
only the last and quick step of compiling is left for the next run. Where a Python has not the parts that are used
here, which it promises to nobody, ``re`` compiles.
"""

from __future__ import annotations

import re
from array import array
from typing import Any

from newsingest.kept import shelf

try:
    from re import _compiler, _parser  # type: ignore[attr-defined]

    _engine: Any = _compiler._sre  # noqa: SLF001
    _encode: Any = _compiler._code  # noqa: SLF001
except (ImportError, AttributeError):
    _engine = None

_Translated = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
_NUMBERS = "I"  # of four bytes, as the engine's own


def compiled(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return what ``re.compile`` returns. Raises ``re.error`` as it does."""
    if _engine is None:
        return re.compile(text, flags)
    key = ("expression", text, int(flags))
    known: _Translated | None = shelf().get(key)
    if known is None:
        known = _translate(text, int(flags))
        shelf().put(key, known)
    all_flags, code, groups, places, names = known
    pattern: re.Pattern[str] = _engine.compile(text, all_flags, array(_NUMBERS, code).tolist(), groups, places, names)
    return pattern


def _translate(text: str, flags: int) -> _Translated:
    """Do what ``re`` does up to its engine."""
    parsed = _parser.parse(text, flags)
    code = _encode(parsed, flags)
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, place in state.groupdict.items():
        names[place] = name
    return (
        int(flags | state.flags), array(_NUMBERS, map(int, code)).tobytes(), state.groups - 1,
        dict(state.groupdict), tuple(names),
    )  # fmt: skip
