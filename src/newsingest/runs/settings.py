"""What a run may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from newsingest.parsing.parse_options import ParseOptions
from newsingest.runs.limits import START_METHOD, Limits
from newsingest.runs.walk import Rules

if TYPE_CHECKING:
    from newsingest.runs.tasks import Parse

Prune = Literal["no", "yes", "force"]


class Settings(msgspec.Struct, frozen=True):
    """What a run may be told.

    How posts are read, which files are, which folder a walk leaves out; how many processes work and what one
    post may take; whether all is done again, what becomes of stale records and of those of vanished posts; the
    form records are written in.
    """

    options: ParseOptions = msgspec.field(default_factory=ParseOptions)
    rules: Rules = msgspec.field(default_factory=Rules)
    output: str | None = None
    parse: Parse | None = None  # in place of the tool's own
    jobs: int = 1
    limits: Limits = msgspec.field(default_factory=Limits)
    start_method: str = START_METHOD
    full: bool = False
    keep_stale: bool = False
    prune: Prune = "no"
    form: str = ""  # what records are written as, where that is not JSON
