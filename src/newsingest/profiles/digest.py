"""The built-in profiles read beforehand, with their selectors, and what their line patterns need of a line.

Reading YAML and CSS and weighing patterns would cost each run as much as a few hundred posts.
``python -m newsingest.profiles.digest`` does it once, into a file beside the profiles. The digest is used only while
everything it was made of is unchanged: a changed profile costs time, never a wrong record.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec

from newsingest.body import needs, selectors
from newsingest.body.needs import Needs  # noqa: TC001 - msgspec reads the annotations
from newsingest.body.selectors import Selector  # noqa: TC001
from newsingest.profiles.profile import ProfileSpec, compile_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOME = os.path.dirname(__file__)
_FOLDER = os.path.join(_HOME, "builtin")
_FILE = os.path.join(_FOLDER, "digest.json")
_READERS = ("../body/css.py", "../body/needs.py", "../body/selectors.py", "profile.py", "file.py")


class _Digest(msgspec.Struct, frozen=True):
    made_of: str
    specs: list[ProfileSpec]
    selectors: dict[str, tuple[Selector, ...]]
    needs: dict[str, Needs]


def built_in_files() -> dict[str, bytes]:
    """Read the files of the built-in profiles, by name."""
    names = sorted(name for name in os.listdir(_FOLDER) if name.endswith(".yaml"))
    return {name: _read(os.path.join(_FOLDER, name)) for name in names}


def recall(files: Mapping[str, bytes]) -> list[ProfileSpec] | None:
    """Return what the files say, and remember their selectors and needs; None where the digest is out of date."""
    try:
        digest = msgspec.json.decode(_read(_FILE), type=_Digest)
    except (OSError, msgspec.DecodeError):
        return None
    if digest.made_of != _mark(files):
        return None
    selectors.told.update(digest.selectors)
    needs.told.update(digest.needs)
    return digest.specs


def make(files: Mapping[str, bytes]) -> bytes:
    """Write the digest of profiles, a line each profile, each selector and each pattern."""
    from newsingest.profiles.file import read_profile  # noqa: PLC0415 - only here

    specs = [read_profile(data, name).spec for name, data in files.items()]
    selectors.told.clear()
    needs.told.clear()
    for spec in specs:
        compile_profile([spec])  # asks for its selectors, and what its patterns need
    encode = msgspec.json.Encoder(order="deterministic").encode

    def lines(told: Mapping[str, object]) -> bytes:
        return b",\n".join(encode(text) + b":" + encode(found) for text, found in told.items())

    parts = (
        b'{"made_of":', encode(_mark(files)), b',\n"specs":[\n', b",\n".join(map(encode, specs)),
        b'\n],\n"selectors":{\n', lines(selectors.told), b'\n},\n"needs":{\n', lines(needs.told), b"\n}}\n",
    )  # fmt: skip
    return b"".join(parts)


def _mark(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for data in (*files.values(), *(_read(os.path.join(_HOME, name)) for name in _READERS)):
        digest.update(b"%d\n%b" % (len(data), data))
    return digest.hexdigest()


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    with open(_FILE, "wb") as out:
        out.write(make(built_in_files()))
