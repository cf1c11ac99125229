"""Labels of related links: "Related", "More on the harbour" above a list, or with their one link beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.lines import line_behind
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch
    from newsingest.body.lines import Line
    from newsingest.body.prose import Prose

_MOST_OF_REST = 0.6  # so much of what follows a label must be linked


def is_link_label(line: Line, match: LineMatch | None, items: Sequence[Item], index: int, prose: Prose) -> bool:
    """Whether a line, the item of this number, heads a list of related links, or is a label and its one link."""
    if match is None or match.kind != "labels":
        return False
    # In "More on the harbour" the topic belongs to the label, and may be the link.
    rest = match.groups.get("rest", "")
    covered = sum(span.end - span.start for span in line.spans if not span.stock)
    if covered and covered >= _MOST_OF_REST * len(rest):
        # Each item of a digest may have a bare pointer, too.
        return has_word(line.text[: len(line.text) - len(rest)]) or (
            not line.level and prose.is_above() and not prose.is_below_each(line.text[:1])
        )
    if rest:
        return False
    following = line_behind(items, index)
    return following.linked if following is not None else index + 1 == len(items)
