"""Headings that only their likeness tells: what lines share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.body.series import likeness, may_be_alike


@pytest.mark.parametrize(
    "text", ["误区一：烟越浓越好", "误区１：烟越浓越好", "Step 2", "◆ 要带什么", "【甲报】河湾修桥", "第٣步", "03"]
)
def test_these_are_like_others(text: str) -> None:
    assert likeness(text) is not None
    assert may_be_alike(text)


@given(st.text(st.sampled_from("误区步S .:：/1１٣一十◆#、【】"), min_size=1))
def test_no_line_that_is_like_others_is_passed_over(text: str) -> None:
    assert may_be_alike(text) or likeness(text) is None
