"""What a record depends on besides its post, as a short text that is another one when any of it is."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from lxml import etree

from newsingest import __version__
from newsingest.record import SCHEMA

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from newsingest.parse_options import ParseOptions


def fingerprint(options: ParseOptions, form: str = "") -> str:
    """Name the tool, its version and the files it consists of, the schema, libraries, profiles, options and form."""
    libraries = [etree.LXML_VERSION, etree.LIBXML_VERSION, unicodedata.unidata_version]
    everything = [__version__, _own_files(), SCHEMA, libraries, asdict(options), form]
    return hashlib.sha256(json.dumps(everything, sort_keys=True, default=repr).encode()).hexdigest()[:32]


@cache
def _own_files() -> str:
    """Hash the package: whoever works on it does not change its version with every line."""
    digest = hashlib.sha256()
    folder = resources.files("newsingest")
    for part in (folder, folder.joinpath("profiles"), folder.joinpath("formats")):
        for each in sorted(part.iterdir(), key=_name):
            if each.name.endswith((".py", ".yaml")):
                digest.update(each.name.encode() + b"\0" + each.read_bytes())
    return digest.hexdigest()


def _name(each: Traversable) -> str:
    return each.name
