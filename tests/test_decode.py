"""How bytes become text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.errors import PostError
from newsingest.parsing.decode import decode, looks_binary

CHINESE = "---\ntitle: 港口的新航线\n---\n<div>这家公司的船在上海出发，他们说明年会有更多的人来工作。</div>\n"
TRADITIONAL = "---\ntitle: 港口的新航線\n---\n<div>這家公司的船在上海出發，他們說明年會有更多的人來工作。</div>\n"


def codes(raw: bytes, encoding: str | None = None) -> list[str]:
    return [warning.code for warning in decode(raw, "a.md", encoding).warnings]


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("中文".encode(), "中文", "utf-8"),
        ("\ufeff中文".encode(), "中文", "utf-8"),
        (b"\xff\xfe" + "中文".encode("utf-16-le"), "中文", "utf-16-le"),
        (b"\xfe\xff" + "中文".encode("utf-16-be"), "中文", "utf-16-be"),
        (b"\xff\xfe\0\0" + "中文".encode("utf-32-le"), "中文", "utf-32-le"),
        (b"", "", "utf-8"),
    ],
)
def test_unicode_is_read_with_and_without_mark(raw: bytes, text: str, encoding: str) -> None:
    decoded = decode(raw, "a.md")
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, encoding, ())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "gb18030"), (TRADITIONAL, "big5")],
)
def test_chinese_is_guessed_with_a_warning(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding), "a.md")
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert [warning.code for warning in decoded.warnings] == ["encoding-guessed"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("---\nencoding: euc_jp\n---\nカタカナと漢字\n", "euc_jp"),
        ('---\ntitle: x\n---\n<meta charset="shift_jis">カタカナ\n', "shift_jis"),
        ("# coding: cp1251\nНовости порта\n", "cp1251"),
    ],
)
def test_a_declared_encoding_needs_no_guess(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding), "a.md")
    assert (decoded.text, decoded.warnings) == (text, ())


def test_an_old_name_declares_its_superset() -> None:
    text = "---\ncharset: gb2312\n---\n朱镕基 €\n"
    assert decode(text.encode("gb18030"), "a.md").text == text


def test_the_user_overrules_the_declaration() -> None:
    raw = "---\nencoding: cp1251\n---\nÜbergröße\n".encode("latin-1")
    assert "Übergröße" in decode(raw, "a.md", "latin-1").text


@pytest.mark.parametrize("encoding", ["iso2022_jp", "utf-16-le"])
def test_the_user_may_name_an_encoding_that_looks_like_ascii(encoding: str) -> None:
    assert decode("港の船".encode(encoding), "a.md", encoding).text == "港の船"


def test_a_mark_of_utf_8_is_believed_whatever_the_user_names() -> None:
    assert decode(b"\xef\xbb\xbfabc", "a.md", "utf-16").text == "abc"


@pytest.mark.parametrize("name", ["no-such", "rot13", "hex", "unicode_escape", "undefined", "a\0b", ""])
def test_an_unknown_name_is_the_users_mistake(name: str) -> None:
    with pytest.raises(ValueError, match="no text encoding"):
        decode(b"plain", "a.md", name)


def test_an_unknown_declared_name_is_passed_over() -> None:
    assert codes(("encoding: klingon\n" + CHINESE).encode("gb18030")) == ["encoding-guessed"]


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        (CHINESE.encode() + "中".encode()[:2], len(CHINESE.encode())),
        (CHINESE.encode() + b"\xff" + CHINESE.encode(), len(CHINESE.encode())),
        ("中".encode() + "中".encode()[:2], 3),
        (b"<meta charset=gbk>" + CHINESE.encode() + b"\xd6\xd0", 18 + len(CHINESE.encode())),
        ("カタカナと漢字の文章です".encode("euc_jp"), 0),
        ("カタカナと漢字の文章です".encode("shift_jis"), 0),
        ("Новости порта, корабли".encode("cp1251"), 0),
        ("Übergröße".encode("latin-1"), 0),
        (b"abc\x80", 3),
        (b"\xff\xfea", 2),
    ],
)
def test_what_cannot_be_read_fails_with_its_place(raw: bytes, offset: int) -> None:
    with pytest.raises(PostError, match="--encoding") as caught:
        decode(raw, "a.md")
    assert caught.value.offset == offset


def test_characters_lost_before_are_counted_and_left_out() -> None:
    decoded = decode("a\ufffdb\0c\ufffd".encode(), "a.md")
    assert decoded.text == "abc"
    assert [w.code for w in decoded.warnings] == ["replacement-character", "control-character"]
    assert decoded.warnings[0].message.startswith("2 ")


@pytest.mark.parametrize(
    ("head", "binary"),
    [
        (b"\x89PNG\r\n\x1a\n", True),
        (b"\xff\xd8\xff\xe0", True),
        (b"RIFF\x10\x20\x30\x40WEBPVP8 ", True),
        (b"%PDF-1.7", True),
        (b"PK\x03\x04", True),
        (b"\x7fELF", True),
        (b"\x1f\x8b\x08\0\0\0\0\0", True),
        (b"SQLite format 3\0\x10\0", True),
        (b"text\0", True),
        (b"----\0", True),
        ("---\ntitle: x\n---\n".encode("utf-16-le"), True),  # without its mark
        (b"---\ntitle: x\n---\na\0b", False),
        (b"\xef\xbb\xbf\r\n---\r\ntitle: x\0\r\n---\r\n", False),
        (b"x" * 8192 + b"\0", False),
        (b"\xff\xfea\0", False),
        (CHINESE.encode("gb18030"), False),
        (b"", False),
    ],
)
def test_binary_files_are_told_from_text(head: bytes, binary: bool) -> None:  # noqa: FBT001 - a table's column
    assert looks_binary(head) is binary


ENCODINGS = [None, "gb18030", "utf-16", "latin-1", "utf-7", "shift_jis"]


@given(st.binary() | st.text().map(lambda text: text.encode("gb18030")), st.sampled_from(ENCODINGS))
def test_any_bytes_are_read_or_refused(raw: bytes, encoding: str | None) -> None:
    try:
        text = decode(raw, "a.md", encoding).text
    except PostError:
        return
    text.encode()
    assert "\ufffd" not in text
    assert "\0" not in text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffd\ufeff")))
def test_utf8_is_never_changed(text: str) -> None:
    assert decode(text.encode(), "a.md").text == text
