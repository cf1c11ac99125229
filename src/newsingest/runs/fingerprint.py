"""What a record depends on besides its post, as a short text that changes when any of it does."""

# ruff: noqa: PTH118, PTH120, PTH123 - this runs at each start, and Path is slow to import

from __future__ import annotations

import hashlib
import os
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from newsingest import __version__
from newsingest.record import SCHEMA

if TYPE_CHECKING:
    from newsingest.parsing.parse_options import ParseOptions

# Packages that only read records, or talk to people.
_OF_NO_RECORD = {"commands", "corpora", "explaining", "__pycache__"}


def fingerprint(options: ParseOptions, form: str = "") -> str:
    """Name the tool, its version and the files it consists of, the schema, libraries, profiles, options and form."""
    libraries = [etree.LXML_VERSION, etree.LIBXML_VERSION, unicodedata.unidata_version]
    everything = [__version__, _own_files(), SCHEMA, libraries, options, form]
    return hashlib.sha256(msgspec.json.encode(everything, enc_hook=repr, order="sorted")).hexdigest()[:32]


@cache
def _own_files() -> str:
    """Hash the code that makes records: whoever works on it does not raise the version with every line."""
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(os.path.dirname(os.path.dirname(__file__))):
        folders[:] = sorted({*folders} - _OF_NO_RECORD)
        for name in sorted(names):
            if name.endswith((".py", ".pyx", ".pxi", ".yaml")):
                with open(os.path.join(folder, name), "rb") as file:
                    digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()
