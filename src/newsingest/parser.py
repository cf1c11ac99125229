"""From bytes to a record: decode, split, read the front matter, read the body, assemble."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from newsingest.assemble import assemble
from newsingest.dates import named_zone
from newsingest.decode import decode
from newsingest.errors import PostError
from newsingest.flow import read_flow
from newsingest.front_matter import read_front_matter
from newsingest.media import read_picture
from newsingest.parse_options import ParseOptions
from newsingest.profile_choice import profile_set
from newsingest.record import Source
from newsingest.roles import read_roles
from newsingest.stepwise import result_of
from newsingest.stylesheet import FALLBACK
from newsingest.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from newsingest.flow import Dropped, Flow
    from newsingest.front_matter import FrontMatter
    from newsingest.profile import Profile
    from newsingest.reading import Reading
    from newsingest.record import Record
    from newsingest.stepwise import Stepwise

__all__ = ["ParseOptions", "Steps", "parse", "read_steps", "read_stepwise", "read_tree"]

# libxml2 stops reading at this depth, even of huge trees. With html and body, a body of fewer tags cannot reach it.
_DEEPEST = 2048
_FEWEST = _DEEPEST - 3
# The HTML parser ends at </html>, where a scraped page may go on.
_PAGE_TAGS = re.compile(rb"</?(?:html|body)(?![\w\x80-\xff])[^>]*>", re.IGNORECASE)


class Steps(msgspec.Struct, frozen=True):
    """What each step of a post's reading gave: for those who ask why the record is as it is."""

    text: str
    head: FrontMatter
    profile: Profile
    root: _Element
    flow: Flow
    reading: Reading
    record: Record


def parse(raw: bytes, path: str, options: ParseOptions = ParseOptions()) -> Record:  # noqa: B008 - frozen
    """Read one post.

    ``raw`` is the whole file, ``path`` its path below the source folder with ``/`` between parts. The result depends
    on the arguments only. Raises PostError where no record can be made, NotAPostError where the file is no post, and
    ValueError for an option that means nothing.
    """
    return read_steps(raw, path, options).record


def read_steps(raw: bytes, path: str, options: ParseOptions) -> Steps:
    """Read one post as ``parse`` does, and keep what each step gave."""
    return result_of(read_stepwise(raw, path, options))


def read_stepwise(raw: bytes, path: str, options: ParseOptions) -> Stepwise[Steps]:
    """Read one post as ``parse`` does, step by step."""
    decoded = decode(raw, path, options.encoding)
    head = read_front_matter(decoded.text, path)
    title = head.fields.get("title")
    known = profile_set(options.profiles)
    profile = known.choose(head.fields, head.body) if options.profile is None else known.named(options.profile)
    source = Source(path, hashlib.sha256(raw).hexdigest(), len(raw), decoded.encoding, profile.name)
    yield
    root = read_tree(head.body, path)
    yield
    flow = read_flow(root, profile)
    yield
    reading = read_roles(flow.items, profile.repair_title(fold(title)) if isinstance(title, str) else None, profile)
    yield
    record = assemble(
        fields=head.fields,
        reading=reading,
        source=source,
        profile=profile,
        dropped_pictures=lambda: (*_pictures(flow.dropped, profile), *(cut.url for cut in reading.cut)),
        assumed_zone=named_zone(options.assume_timezone) if options.assume_timezone else None,
        warnings=(*decoded.warnings, *head.warnings),
    )
    return Steps(decoded.text, head, profile, root, flow, reading, record)


def read_tree(body: str, path: str) -> _Element:
    """Parse a body. No network, no entities, no comments; a tree too deep to hold is an error, not cut."""
    raw = body.encode()  # in which looking for something is cheaper
    if b"</html" in raw or b"</body" in raw or b"</HTML" in raw or b"</BODY" in raw:
        raw = _PAGE_TAGS.sub(b"", raw)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    root = etree.fromstring(raw, parser) if raw and not raw.isspace() else None
    if root is None:
        return etree.Element("body")
    if raw.count(b"<") >= _FEWEST and any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise PostError(
            path,
            f"the markup is nested more than {_DEEPEST - 1} levels deep",
            "Close the tag that is opened again and again, or leave the file out with --exclude",
        )
    return root


def _pictures(dropped: list[Dropped], profile: Profile) -> Iterator[str]:
    """Yield the addresses of pictures that were left out, but for those that stand for another one."""
    for each in dropped:
        if each.rule is FALLBACK:
            continue
        for element in each.element.iter("img"):
            picture = read_picture(element, profile.images)
            if not isinstance(picture, str):
                yield picture.url
