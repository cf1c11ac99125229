"""Selectors that tag and attributes decide are not asked of the tree: they must say what XPath would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsingest.body.selectors import Selection, compile_selector
from newsingest.body.tree import Body

LOCAL = [
    "p", "*", ".ad", "p.ad.box", "#a", "div#a", "[hidden]", "[class]", '[class="ad"]', '[class~="ad"]', '[class|="ad"]',
    '[class^="ad"]', '[class$="ad"]', '[class*="ad"]', '[class!="ad"]', '[class^=""]', '[class$=""]', '[class*=""]',
    '[class~=""]', '[class~="a d"]', '[class|=""]', '[class=""]', "p:not(.ad)", ":not(p)", "p:not([id])", ":not(p.ad)",
    "P.ad", "[CLASS]",
]  # fmt: skip
AROUND = ["div > p", "div p", "p + p", "p:first-child", "p:nth-child(2n)", "p:not(:first-child)"]

VALUES = st.lists(st.sampled_from(["ad", "box", "a", "ad-x", "bad", " ", "\t", "\u3000", "AD", "&", '"'])).map("".join)
ELEMENTS = st.tuples(
    st.sampled_from(["p", "div", "span"]), st.dictionaries(st.sampled_from(["class", "id", "hidden"]), VALUES)
)


@pytest.mark.parametrize("text", LOCAL)
def test_which_are_told_by_tag_and_attributes(text: str) -> None:
    assert all(selector.conditions is not None for selector in compile_selector(text))


@given(ELEMENTS, st.sampled_from(LOCAL))
def test_they_say_what_xpath_says(carries: tuple[str, dict[str, str]], text: str) -> None:
    tag, carried = carries
    element = etree.Element(tag, carried)
    for selector in compile_selector(text):
        assert selector.conditions is not None
        assert selector.fits(tag, carried) == (element in selector.select(element))
        assert Selection([selector]).here(tag, carried) == (element in selector.select(element))


@pytest.mark.parametrize("text", AROUND)
def test_the_others_look_through_the_tree(text: str) -> None:
    root = etree.fromstring("<div><p>1</p><p>2</p><b><p>3</p></b></div>")
    for selector in compile_selector(text):
        assert selector.conditions is None
        assert selector.select(root)
        assert Selection([selector]).around(Body(root)) == selector.select(root)


@given(st.lists(ELEMENTS, max_size=4))
def test_without_the_names_it_needs_nothing_is_selected(carry: list[tuple[str, dict[str, str]]]) -> None:
    root = etree.Element("body")
    for tag, carried in carry:
        etree.SubElement(root, tag, carried)
    xml = etree.tostring(root, encoding="unicode")
    for text in ("body > .ad", "body > #ad", "body > [hidden]", "p.ad + p[id]", "body > :not(.ad)", '* > [id!="a"]'):
        for selector in compile_selector(text):
            assert selector.may_select(xml) or not selector.select(root)
