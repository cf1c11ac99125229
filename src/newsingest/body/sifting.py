"""The sieve and the looks at lines: compiled where they were built, else the same in Python."""

from __future__ import annotations

from newsingest.body.looks import below_media, may_be_headings, not_text, repeated_title, take, with_breaks
from newsingest.body.sieve import Sieve
from newsingest.engine import engine

if engine() == "compiled":
    from newsingest.body._sieve import Sieve, below_media, may_be_headings, not_text, repeated_title, take, with_breaks

__all__ = ["Sieve", "below_media", "may_be_headings", "not_text", "repeated_title", "take", "with_breaks"]
