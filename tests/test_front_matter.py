"""How a post's text is split, and what its header means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from newsingest.errors import NotAPostError, PostError
from newsingest.parsing import header_yaml
from newsingest.parsing.decode import decode
from newsingest.parsing.front_matter import FrontMatter, read_front_matter

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"


def read(text: str) -> FrontMatter:
    return read_front_matter(text, "a.md")


def value(yaml_text: str) -> Any:
    return read(f"---\nkey: {yaml_text}\n---\n").fields["key"]


def codes(post: FrontMatter) -> list[str]:
    return [warning.code for warning in post.warnings]


@pytest.fixture(params=["C", "pure"])
def _each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(header_yaml, "_LOADER", yaml.BaseLoader)


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize("typed", ["12:30", "no", "007", "2021-11-03", "1e3", "~", "null", "a:b", "0x1F"])
def test_values_stay_what_the_author_typed(typed: str) -> None:
    assert value(typed) == typed


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", None),
        ("''", ""),
        ("' '", " "),
        ("'it''s'", "it's"),
        ('"a\\tb"', "a\tb"),
        ('"\\ud800"', "\\ud800"),
        ('"\\ufffd"', "\\ufffd"),
        ('"\\UFFFFFFFF"', "\\UFFFFFFFF"),
        ("[a, 1, no]", ["a", "1", "no"]),
        ("{a: {b: 1}}", {"a": {"b": "1"}}),
        ("[]", []),
        ("\n  - a\n  -\n", ["a", None]),
        ("|\n  a\n\n  b", "a\n\nb\n"),
        (">\n  a\n  b", "a b\n"),
        ("a\n\n  b", "a\nb"),
        ("!!python/name:os.system x", "x"),
        ("'&#123;a&#125;'", "{a}"),
        ("['&#123;', b]", ["{", "b"]),
    ],
)
def test_yaml_keeps_its_meaning(typed: str, meant: object) -> None:
    assert value(typed) == meant


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize("key", ["title", "author", "date"])
@pytest.mark.parametrize(
    "typed",
    ["Foo # 1", "# 1", "[快讯]", "{a: 1}", "&x y", "!x", "*x", "|", ">", "'A' # 1", "[a] # b", "C# 入门 # 1"],
)
def test_text_that_yaml_would_lose_is_kept(key: str, typed: str) -> None:
    post = read(f"---\n{key}: {typed}\nlast: x\n---\n")
    assert post.fields == {key: typed, "last": "x"}
    assert codes(post) == ["front-matter-repaired"]


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize("typed", ["# 1", "[a]", "a: b", "? a", "- a", "a:", "&x y", "*x", "@a", "%a"])
def test_a_category_is_text(typed: str) -> None:
    post = read(f"---\ncategories:\n - {typed}\n - b\nlast: x\n---\n")
    assert post.fields == {"categories": [typed, "b"], "last": "x"}
    assert codes(post) == ["front-matter-repaired"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("# 1\n  more", "# 1 more"), ("a\n  # 1", "a # 1"), ("\n  # 1\n  a", "# 1 a"), ("'a'#b", "'a'#b")],
)
def test_a_title_over_several_lines_keeps_its_signs(typed: str, meant: str) -> None:
    post = read(f"---\ntitle: {typed}\n# a real comment\nlast: x\n---\n")
    assert post.fields["last"] == "x"
    assert str(post.fields["title"]).startswith(meant)


def test_comment_lines_and_maps_over_several_lines_stay_yaml() -> None:
    post = read("---\n# note\ntags:\n # note\n - a: 1\n   b: 2\n---\n")
    assert (post.fields, post.warnings) == ({"tags": [{"a": "1", "b": "2"}]}, ())


def test_keys_are_text_and_braces_return_in_them() -> None:
    assert read("---\n1: a\n'&#123;': b\n<<: c\n---\n").fields == {"1": "a", "{": "b", "<<": "c"}


def test_the_last_of_two_values_counts() -> None:
    post = read("---\ntitle: a\nseo:\n  x: 1\n  x: 2\ntitle: b\n---\n")
    assert post.fields == {"title": "b", "seo": {"x": "2"}}
    assert [(w.code, w.message[:6]) for w in post.warnings] == [
        ("duplicate-key", "line 5"),
        ("duplicate-key", "line 6"),
    ]


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ("---\n---\n", {}, ""),
        ("---\n---", {}, ""),
        ("---\n\n---\nb", {}, "b"),
        ("---\n# only a note\n---\nb", {}, "b"),
        ("\n \n---\na: b\n---\nc", {"a": "b"}, "c"),
        ("\ufeff\n---\na: b\n---\nc", {"a": "b"}, "c"),
        ("---  \na: b\n---\t\nc", {"a": "b"}, "c"),
        ("---\na: b\n...\nc", {"a": "b"}, "c"),
        ("---\r\na: b\r\n---\r\nc\r\rd\r\n", {"a": "b"}, "c\n\nd\n"),
        ("---\na: b\n---\n\n\u3000c\n---\nd  \n", {"a": "b"}, "\n\u3000c\n---\nd  \n"),
        ("---\na: b\n---\n&#123;\n", {"a": "b"}, "&#123;\n"),
        ("---\na: b\n\nc: d\n---\n", {"a": "b", "c": "d"}, ""),
    ],
)
def test_header_and_body_are_parted(text: str, fields: dict[str, Any], body: str) -> None:
    post = read(text)
    assert (post.fields, post.body, post.warnings) == (fields, body, ())


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ("---\na: b", {"a": "b"}, ""),
        ("---\na: b\n<div>c\n---\n", {"a": "b"}, "<div>c\n---\n"),
        ("---\na: b\n\nprose\n", {"a": "b"}, "\nprose\n"),
        ("---\na: b\n\nprose\n---\nmore", {"a": "b"}, "\nprose\n---\nmore"),
        ("---\na: b\n  \n  c\nd: e\n\n<p>", {"a": "b\nc", "d": "e"}, "\n<p>"),
    ],
)
def test_a_header_that_never_closes_ends_at_the_body(text: str, fields: dict[str, Any], body: str) -> None:
    post = read(text)
    assert post.fields == fields
    assert post.body.strip() == body.strip()
    assert codes(post) == ["front-matter-unclosed"]


@pytest.mark.parametrize("text", ["", "prose", "<div>---</div>", "x\n---\na: b\n---\n", "----\n"])
def test_a_text_without_a_header_is_no_post(text: str) -> None:
    with pytest.raises(NotAPostError, match="no front matter"):
        read(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---", 1),
        ("\n---\n<div>", 2),
        ("---\n- a\n---\n", 2),
        ("---\nprose\n---\n", 2),
        ("---\na: &a [*a]\n---\n", 2),
        ("---\na: 1\nb:\n" + " - x\n" * 10_001 + "---\n", 9_999),
    ],
)
def test_a_header_that_says_nothing_fails_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PostError) as caught:
        read(text)
    assert caught.value.line == line


def test_a_billion_laughs_fail_at_once() -> None:
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(PostError, match="10,000 values"):
        read("---\n" + "\n".join(lines) + "\n---\n")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_deep_nesting_is_text(opening: str) -> None:
    deep = (opening * 100_000).strip()
    assert value(deep) == deep


def test_other_documents_and_directives_lose_no_key() -> None:
    assert read("---\n%YAML 1.2\na: b\n--- c\nd: e\n---\n").fields == {"a": "b --- c", "d": "e"}


SIMPLE = st.text("ab:# -'\"[]{}&*!|>%@`,?\t\n.\\~中", max_size=60)


@given(st.text() | SIMPLE.map(lambda text: f"---\n{text}\n---\n") | SIMPLE.map(lambda t: f"---\na: {t}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        post = read(text)
    except PostError:
        return
    json.dumps(post.fields, ensure_ascii=False).encode()
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    assert body.endswith(post.body)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.text(), max_size=5))
def test_the_pure_parser_reads_the_same(fields: dict[str, str]) -> None:
    text = "".join(f"{key}: {json.dumps(text)}\n" for key, text in fields.items())
    with pytest.MonkeyPatch.context() as patch:
        fast = read(f"---\n{text}---\n")
        patch.setattr(header_yaml, "_LOADER", yaml.BaseLoader)
        assert read(f"---\n{text}---\n") == fast


def fold(text: str | None) -> str:
    return " ".join((text or "").split())


@pytest.mark.parametrize("path", sorted(CORPUS.glob("raw/*")) or [None], ids=lambda path: getattr(path, "stem", ""))
def test_real_headers_read_as_checked_by_hand(path: Path | None) -> None:
    if path is None:
        pytest.skip("the corpus of real posts is not beside the project")
    meta = json.loads((CORPUS / "gold" / f"{path.stem}.json").read_text("utf-8"))["meta"]
    fields = read(decode(path.read_bytes(), path.name).text).fields
    assert fold(fields["title"]) == fold(meta["title"])  # type: ignore[arg-type]  # text by contract
    assert (fields["author"], fields["categories"]) == (meta["author"], meta["categories"])


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r")))
def test_the_body_is_untouched(body: str) -> None:
    assume("\ufffd" not in body)
    assert read(f"---\na: b\n---\n{body}").body == body
