"""The digest of the built-in profiles: always that of the files beside it, and never taken for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsingest.body import needs, selectors
from newsingest.body.css import read_selector
from newsingest.profiles import digest
from newsingest.profiles.choice import built_in
from newsingest.profiles.file import read_profile

FILE = Path(digest.__file__).parent / "builtin" / "digest.json"
FILES = digest.built_in_files()


def test_the_digest_is_up_to_date() -> None:
    assert digest.make(FILES) == FILE.read_bytes(), "run: python -m newsingest.profiles.digest"


def test_profiles_are_what_their_files_say() -> None:
    assert list(built_in().values()) == [read_profile(data, name).spec for name, data in FILES.items()]


def test_the_needs_of_a_pattern_are_as_weighed_anew() -> None:
    built_in()
    assert needs.told
    assert all(needs.needs(pattern) == needs.weigh(pattern) for pattern in needs.told)


def test_selectors_are_as_read_anew() -> None:
    built_in()
    assert selectors.told
    assert all(selectors.compile_selector(text) == read_selector(text) for text in selectors.told)


@pytest.mark.parametrize("change", [{"generic.yaml": b"name: generic\n"}, {"own.yaml": b"name: own\n"}])
def test_a_changed_profile_has_no_digest(change: dict[str, bytes]) -> None:
    assert digest.recall(FILES | change) is None


@pytest.mark.parametrize("data", [None, b"", b"{}", b'{"made_of":"", "specs":[], "selectors":{}, "needs":{}}'])
def test_without_a_digest_the_files_are_read(
    data: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if data is not None:
        (tmp_path / "digest.json").write_bytes(data)
    monkeypatch.setattr(digest, "_FILE", str(tmp_path / "digest.json"))
    before = dict(built_in())
    built_in.cache_clear()
    assert built_in() == before
