"""Which profile a post is read with: the first that says the post is its own, the most special asked first."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING

from newsingest.dates import read_date
from newsingest.expressions import compiled
from newsingest.profiles.digest import built_in_files, recall
from newsingest.profiles.profile import compile_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from newsingest.profiles.profile import AppliesSpec, Profile, ProfileSpec

BASE = "generic"
_WILD = re.compile(r"[*?[]")
_HOST = re.compile(r"//(?:[^/@\s\"'<>]*@)?([\w.-]+)")
_KEPT_SETS = 8


@cache
def built_in() -> dict[str, ProfileSpec]:
    """Read the built-in profiles, by name. Tests check them, so this need not."""
    files = built_in_files()
    specs = recall(files)
    if specs is None:
        from newsingest.profiles.file import read_profile  # noqa: PLC0415 - mostly the digest serves

        specs = [read_profile(data, name).spec for name, data in files.items()]
    return {spec.name: spec for spec in specs}


class Evidence:
    """What a post shows of whose it is: its front matter, its body, and the hosts named there, found once."""

    def __init__(self, fields: Mapping[str, object], body: str) -> None:
        self.fields = fields
        self.body = body

    @cached_property
    def hosts(self) -> str:
        """The hosts after any ``//``, in lower case, one a line: much shorter to search than the body."""
        return "\n".join(set(_HOST.findall(self.body))).lower()


class Applies:
    """The signs by which a profile knows its posts, compiled."""

    def __init__(self, spec: AppliesSpec) -> None:
        self._categories = _globs(spec.categories)
        self._authors = _globs(spec.authors)
        self._front_matter = [(key, _globs([glob])) for key, glob in spec.front_matter.items()]
        self._markup = spec.markup
        self._hosts = [(glob, max(re.split(r"[*?]", glob.lower()), key=len), _host(glob)) for glob in spec.hosts]
        self._since = spec.since.isoformat() if spec.since else None
        self._until = spec.until.isoformat() if spec.until else None

    def fits(self, post: Evidence) -> bool:
        """Whether a post bears one of the signs and its date is within the dates."""
        return next(self.signs(post), None) is not None and self._is_in_time(post.fields.get("date"))

    def signs(self, post: Evidence) -> Iterator[tuple[str, str]]:
        """Yield the signs a post bears: their key and their text. Cheap ones first."""
        fields, body = post.fields, post.body
        if self._categories:
            yield from _fitting("categories", self._categories, fields.get("categories"))
        if self._authors:
            yield from _fitting("authors", self._authors, fields.get("author"))
        for key, globs in self._front_matter:
            yield from _fitting(f"front_matter.{key}", globs, fields.get(key))
        for glob, part, pattern in self._hosts:
            if part in post.hosts and pattern.search(body):
                yield "hosts", glob
        for sign in self._markup:
            if sign in body:
                yield "markup", sign

    def _is_in_time(self, date: object) -> bool:
        """Whether a date is within the dates; one that cannot be read is."""
        if self._since is None and self._until is None:
            return True
        moment = read_date(date.strip()) if isinstance(date, str) else None
        if moment is None:
            return True
        day = moment.text[:10]
        return (self._since is None or self._since <= day) and (self._until is None or day <= self._until)


class ProfileSet:
    """The profiles that a run knows: the user's and the built-in ones, each compiled when first used."""

    def __init__(self, own: tuple[ProfileSpec, ...]) -> None:
        self._specs = built_in() | {spec.name: spec for spec in own}
        mine = {spec.name for spec in own}
        # The user's before the built-in ones, what extends before what is extended, then by name.
        order = sorted(self._specs, key=lambda name: (name not in mine, -len(self.chain(name)), name))
        self._applies = [(name, Applies(self._specs[name].applies)) for name in order]
        self._compiled: dict[str, Profile] = {}

    @property
    def names(self) -> list[str]:
        """The names in the order in which they are asked."""
        return [name for name, _ in self._applies]

    def chain(self, name: str) -> list[ProfileSpec]:
        """Return a profile and those it extends, itself first. Raises ValueError for a name that is none."""
        chain: list[ProfileSpec] = []
        wanted: str | None = name
        while wanted is not None:
            if wanted not in self._specs or self._specs[wanted] in chain:
                raise ValueError(f"no profile is called {wanted!r}, or it extends itself")
            chain.append(self._specs[wanted])
            wanted = chain[-1].extends
        return chain

    def named(self, name: str) -> Profile:
        """Return a profile by name, compiled. Raises ValueError for a name that is none."""
        profile = self._compiled.get(name)
        if profile is None:
            profile = self._compiled[name] = compile_profile(self.chain(name))
        return profile

    def choose(self, fields: Mapping[str, object], body: str) -> Profile:
        """Return the first profile that says a post is its own, or the generic one."""
        post = Evidence(fields, body)
        return self.named(next((name for name, applies in self._applies if applies.fits(post)), BASE))


_sets: list[tuple[tuple[ProfileSpec, ...], ProfileSet]] = []
_making = Lock()


def profile_set(own: tuple[ProfileSpec, ...]) -> ProfileSet:
    """Return the set of these profiles and the built-in ones, made once: comparing is cheap, compiling is not."""
    known = _known_set(own)
    if known is None:
        with _making:  # msgspec crashes where two threads are the first to decode a type
            known = _known_set(own)
            if known is None:
                known = ProfileSet(own)
                _sets[:] = [(own, known), *_sets[: _KEPT_SETS - 1]]
    return known


def _known_set(own: tuple[ProfileSpec, ...]) -> ProfileSet | None:
    for specs, known in _sets:
        if specs is own or specs == own:
            return known
    return None


def _globs(globs: list[str]) -> list[tuple[str, Callable[[str], object]]]:
    # Most are no patterns but names, for which to compare is much cheaper.
    return [(glob, compiled(translate(glob)).match if _WILD.search(glob) else glob.__eq__) for glob in globs]


def _fitting(key: str, globs: list[tuple[str, Callable[[str], object]]], value: object) -> Iterator[tuple[str, str]]:
    values = value if isinstance(value, list) else [value]
    texts = [str(each) for each in values if isinstance(each, (str, int, float))]
    return ((key, glob) for glob, match in globs if any(map(match, texts)))


def _host(glob: str) -> re.Pattern[str]:
    """Compile a glob to find its hosts in the address of an attribute, even after that of a proxy."""
    # A host ends where the glob does: `*` must not run on into the path.
    host = "".join({"*": r"[\w.-]*", "?": r"[\w-]"}.get(piece, re.escape(piece)) for piece in re.split(r"([*?])", glob))
    return compiled(
        rf"""(?:=\s*["']?\s*|[?=&])(?:https?:)?//(?:[^/@\s"'<>]*@)?{host}(?=[/:?#"'\s>&]|\Z)""", re.IGNORECASE
    )
