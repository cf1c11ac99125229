"""From bytes to a record: decode, split, read the front matter, read the body, assemble."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from newsingest.body.flow import read_flow
from newsingest.body.roles import read_roles
from newsingest.body.tree import read_body
from newsingest.dates import named_zone
from newsingest.parsing.assemble import assemble
from newsingest.parsing.decode import decode
from newsingest.parsing.front_matter import read_front_matter
from newsingest.parsing.parse_options import ParseOptions
from newsingest.parsing.stepwise import result_of
from newsingest.profiles.choice import profile_set
from newsingest.record import Source
from newsingest.text import fold

if TYPE_CHECKING:
    from newsingest.body.flow import Flow
    from newsingest.body.reading import Reading
    from newsingest.body.tree import Body
    from newsingest.parsing.front_matter import FrontMatter
    from newsingest.parsing.stepwise import Stepwise
    from newsingest.profiles.profile import Profile
    from newsingest.record import Record


class Steps(msgspec.Struct, frozen=True, gc=False):
    """What each step of reading a post gave, for those who ask why its record is as it is."""

    text: str
    head: FrontMatter
    profile: Profile
    body: Body
    flow: Flow
    reading: Reading
    record: Record


def parse(raw: bytes, path: str, options: ParseOptions = ParseOptions()) -> Record:  # noqa: B008 - frozen
    """Read one post.

    ``raw`` is the whole file, ``path`` its path below the source folder with ``/`` between parts. The result depends
    on the arguments only. Raises PostError where no record can be made, NotAPostError where the file is no post,
    ValueError for an option that means nothing, and TypeError for what is not bytes.
    """
    if not isinstance(raw, bytes):
        raise TypeError(f"a post is bytes, not {type(raw).__name__}: as read_bytes() gives them, or text.encode()")
    return read_steps(raw, path, options).record


def read_steps(raw: bytes, path: str, options: ParseOptions) -> Steps:
    """Read one post as ``parse`` does, and keep what each step gave."""
    return result_of(read_stepwise(raw, path, options))


def read_stepwise(raw: bytes, path: str, options: ParseOptions) -> Stepwise[Steps]:
    """Read one post as ``parse`` does, step by step."""
    decoded = decode(raw, path, options.encoding)
    head = read_front_matter(decoded.text, path)
    known = profile_set(options.profiles)
    profile = known.choose(head.fields, head.body) if options.profile is None else known.named(options.profile)
    title = _title(head, profile)
    source = Source(path, hashlib.sha256(raw).hexdigest(), len(raw), decoded.encoding, profile.name)
    yield
    body = read_body(head.body, path)
    yield
    flow = read_flow(body, profile)
    yield
    reading = read_roles(flow, title, profile)
    yield
    record = assemble(
        fields=head.fields,
        title=title,
        reading=reading,
        source=source,
        profile=profile,
        dropped_pictures=lambda: (*flow.hidden_pictures(), *(cut.media.url for cut in reading.cut)),
        assumed_zone=named_zone(options.assume_timezone) if options.assume_timezone else None,
        warnings=(*decoded.warnings, *head.warnings),
    )
    return Steps(decoded.text, head, profile, body, flow, reading, record)


def _title(head: FrontMatter, profile: Profile) -> str | None:
    """Return the title as one would print it."""
    written = head.fields.get("title")
    title = fold(written) if isinstance(written, str) else None
    return profile.repair_title(title) if title else None
