"""The user's profiles on disk: one file with what it extends, or a folder of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsingest.errors import ProfileError
from newsingest.paths import text
from newsingest.profiles.choice import built_in
from newsingest.profiles.file import MAX_BYTES, ProfileFile, check_rules, read_profile, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsingest.profiles.profile import ProfileSpec

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class UserProfiles:
    """The profiles a user brings, by name; ``forced`` is the one to be used for every post."""

    files: dict[str, ProfileFile]
    forced: str | None = None

    @property
    def specs(self) -> tuple[ProfileSpec, ...]:
        """What the files say, for ParseOptions."""
        return tuple(each.spec for each in self.files.values())


def load(profile: str | None = None, folder: str | None = None) -> UserProfiles:
    """Load what ``--profile NAME|FILE`` and ``--profiles DIR`` name, checked. Raises ProfileError."""
    files = _read_folder(folder) if folder is not None else []
    forced = profile
    if profile is not None and is_file(profile, {each.spec.name for each in files} | built_in().keys()):
        own = _read(profile)
        same = [each for each in files if os.path.realpath(each.file) == os.path.realpath(profile)]
        files = [own, *(each for each in files if each not in same)]
        files += _siblings(files)
        forced = own.spec.name
    by_name = _by_name(files)
    for each in files:
        check_rules(each)
        _check_extends(each, by_name)
    known = by_name.keys() | built_in().keys()
    if forced is not None and forced not in known:
        remedy = f"{suggestion(forced, known)}, or the path of a file that ends in .yaml"
        raise ProfileError("profiles", None, f"no profile is called '{text(forced)}'", remedy)
    return UserProfiles(by_name, forced)


def is_file(given: str, names: Iterable[str]) -> bool:
    """Whether ``--profile`` means a file: by its looks, or because no profile has the name and a file does."""
    if os.sep in given or given.lower().endswith(SUFFIXES):
        return True
    return given not in names and os.path.isfile(given)


def _read(path: str) -> ProfileFile:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        remedy = "Name a profile's file, or a built-in one: " + ", ".join(sorted(built_in()))
        raise ProfileError(text(path), None, f"cannot be read: {error.strerror}", remedy) from None
    return read_profile(data, text(path))


def _read_folder(folder: str) -> list[ProfileFile]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIXES) and name[0] != ".")
    except OSError as error:
        remedy = "--profiles names a folder of profiles"
        raise ProfileError(text(folder), None, f"cannot be read: {error.strerror}", remedy) from None
    if not names:
        raise ProfileError(text(folder), None, "no profile in this folder", "Profiles are files that end in .yaml")
    return [_read(os.path.join(folder, name)) for name in names]


def _siblings(files: list[ProfileFile]) -> list[ProfileFile]:
    """Read the files beside the first one that its chain of ``extends`` names."""
    names = {each.spec.name for each in files} | built_in().keys()
    found: list[ProfileFile] = []
    last = files[0]
    while last.spec.extends is not None and last.spec.extends not in names:
        stem = os.path.join(os.path.dirname(last.file), last.spec.extends)
        path = next((stem + suffix for suffix in SUFFIXES if os.path.isfile(stem + suffix)), None)
        if path is None:
            break
        last = _read(path)
        found.append(last)
        names.add(last.spec.name)
    return found


def _by_name(files: list[ProfileFile]) -> dict[str, ProfileFile]:
    by_name: dict[str, ProfileFile] = {}
    for each in files:
        name = each.spec.name
        if name in built_in():
            raise each.error(
                "$.name", f"'{name}' is a built-in profile", f"Choose another name, and write `extends: {name}`"
            )
        if name in by_name:
            raise each.error(
                "$.name", f"{by_name[name].file} has the name '{name}' too", "Give each profile its own name"
            )
        by_name[name] = each
    return by_name


def _check_extends(profile: ProfileFile, by_name: dict[str, ProfileFile]) -> None:
    """Follow ``extends`` to its end. Raises ProfileError for a name that is none, and for a circle."""
    seen: list[str] = []
    at = profile
    while True:
        seen.append(at.spec.name)
        base = at.spec.extends
        if base is None or base in built_in():
            return
        if base in seen:
            raise at.error(
                "$.extends", f"a circle: {' → '.join((*seen, base))}", "One of them must extend another, or none"
            )
        if base not in by_name:
            known = (by_name.keys() | built_in().keys()) - {at.spec.name}
            raise at.error("$.extends", f"no profile is called '{base}'", suggestion(base, known))
        at = by_name[base]
