"""The floor: the least a program in Python with lxml does. ``python -m benchmarks.floor POSTS OUTPUT``.

Walk the tree, read each file, split off the header, take the title's line from it as it stands, parse the body with
lxml, take all its text, encode both with orjson, write one file a post, plainly (no temporary name, no flush).
"""

from __future__ import annotations

import sys

import orjson
from lxml import etree

from benchmarks.posts import read_posts, write_record


def main(source: str, output: str) -> None:
    """Do it for all posts below ``source``."""
    parser = etree.HTMLParser(encoding="utf-8")
    for relative, header, body in read_posts(source):
        title = next((line[7:] for line in header.splitlines() if line.startswith("title: ")), "")
        text = etree.tostring(etree.fromstring(body.encode(), parser), method="text", encoding="unicode")
        write_record(output, relative, orjson.dumps({"title": title, "text": text}))


if __name__ == "__main__":
    main(*sys.argv[1:])
