"""Profiles and options in files, as users meet them: real processes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command_line import as_any_user, command, make, on_terminal, records, said
from newsingest.profiles.choice import ProfileSet
from newsingest.profiles.file import check_rules, read_profile
from newsingest.profiles.profile import merged

if TYPE_CHECKING:
    from pathlib import Path

POST = (
    "---\ntitle: {title}\ndate: 2024-05-01 08:00:00\nauthor: Pier\n---\n"
    "<p class='x'>Buy now</p><p>The harbour reopens on Monday.</p>\n"
)
PIER = "name: pier\nextends: generic\napplies: {authors: [Pier]}\ndrop: [.x, .never]\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    make(tmp_path / "posts", "a.md", post=POST)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "pier.yaml").write_text(PIER)
    (tmp_path / "own" / ".#pier.yaml").write_text("an editor's own")
    return tmp_path


def parsed(place: Path, *args: str) -> tuple[str, list[str]]:
    result = command("parse", "posts", "-o", "out", *args, cwd=place)
    assert result.returncode == 0, result.stderr
    record = records(place / "out")["a.json"]
    return record["source"]["profile"], record["paragraphs"]


@pytest.mark.parametrize(
    ("args", "profile"),
    [
        ([], "generic"),
        (["--profile", "own/pier.yaml"], "pier"),
        (["--profiles", "own"], "pier"),
        (["--profiles", "own", "--profile", "pier"], "pier"),
        (["--profiles", "own", "--profile", "own/pier.yaml"], "pier"),
        (["--profiles", "own", "--profile", "generic"], "generic"),
        (["--profile", "sina-finance"], "sina-finance"),
    ],
)
def test_the_profile_a_user_names(place: Path, args: list[str], profile: str) -> None:
    used, paragraphs = parsed(place, *args)
    assert used == profile
    assert ("Buy now" in paragraphs) is (profile != "pier")


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--profile", "peir", "--profiles", "own"], "Did you mean `pier`?"),
        (["--profile", "own/peir.yaml"], "own/peir.yaml: cannot be read: No such file"),
        (["--profiles", "posts"], "posts: no profile in this folder"),
        (["--profiles", "bad"], "bad/b.yaml: line 2: unknown key `drp`. Did you mean `drop`?"),
    ],
)
def test_wrong_usage_of_profiles(place: Path, args: list[str], word: str) -> None:
    (place / "bad").mkdir()
    (place / "bad" / "b.yaml").write_text("name: b\ndrp: [.x]\n")
    result = command("parse", "posts", "-o", "out", *args, cwd=place)
    assert result.returncode == 2
    assert word in said(result)[-1]
    assert not (place / "out").exists()


CONFIG = 'profiles = "../own"\nassume-timezone = "+08:00"\nexclude = ["z.md"]\n'


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("posts/newsingest.toml", CONFIG),
        ("newsingest.toml", CONFIG.replace("../own", "own")),
        ("pyproject.toml", "[tool.newsingest]\n" + CONFIG.replace("../own", "own")),
        ("posts/newsingest.toml", "profile = 'PIER.YAML'\nassume-timezone = '+08:00'"),
        ("posts/pyproject.toml", "[tool.newsingest]\nprofile = '../own/pier.yaml'\nassume-timezone = '+08:00'"),
    ],
)
def test_options_in_a_file(place: Path, file: str, text: str) -> None:
    (place / file).write_text(text)
    (place / "posts" / "PIER.YAML").write_text(PIER)
    assert parsed(place, "--exclude", "*.[tY]*") == ("pier", ["The harbour reopens on Monday."])
    assert records(place / "out")["a.json"]["date"] == "2024-05-01T00:00:00Z"
    result = command("parse", "posts", "-o", "again", "-v", "--assume-timezone", "UTC", cwd=place)
    assert said(result)[0] == f"options from {file}"
    assert records(place / "again")["a.json"]["date"] == "2024-05-01T08:00:00Z", "the command line wins"
    assert parsed(place, "--no-config")[0] == "generic"


def test_a_file_beside_the_source_hides_the_one_in_the_current_folder(place: Path) -> None:
    (place / "newsingest.toml").write_text('profile = "sina-finance"\n')
    (place / "pyproject.toml").write_text("[tool.other]\n")
    assert parsed(place)[0] == "sina-finance"
    (place / "posts" / "newsingest.toml").write_text("strict = true\n")
    result = command("parse", "posts", "-o", "out", cwd=place)
    assert result.returncode == 1
    assert parsed(place, "--no-strict")[0] == "generic"
    make(place / "more", "b.md", post=POST)
    command("parse", "posts", "more", "-o", "both", cwd=place)
    assert records(place / "both")["posts/a.json"]["source"]["profile"] == "sina-finance"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            "encodng = 'gb18030'",
            "newsingest.toml: unknown key 'encodng'. Did you mean 'encoding'? Allowed: assume-timezone,",
        ),
        ("output = 'x'", "unknown key 'output'"),
        ("report = 'x'", "unknown key 'report'"),
        ("quiet = true", "unknown key 'quiet'"),
        ("verbose = true", "unknown key 'verbose'"),
        ("no-config = true", "unknown key 'no-config'"),
        ("strict = 'yes'", "strict: must be true or false, not 'yes'"),
        ("include = '*.md'", "include: must be a list of texts, not '*.md'"),
        ("encoding = ['a']", "encoding: must be a text or a number"),
        ("encoding = 'klingon'", "newsingest.toml: encoding: "),
        ("max-bytes = '16 miles'", "newsingest.toml: max-bytes: '16 miles' is no size"),
        ("jobs = 2.5", "newsingest.toml: jobs: must be a whole number, not 2.5"),
        ("prune = true", "newsingest.toml: prune: must be one of 'no', 'yes', 'force', not True"),
        ("profile = 'pierr'", "no profile is called 'pierr'"),
        ("profile = ''", "newsingest.toml: profile: The name is empty."),
        ("profiles = ''", "newsingest.toml: profiles: The name is empty."),
        ("a = ", "newsingest.toml: not TOML: "),
        pytest.param("a = " + "[" * 5000, "newsingest.toml: nested too deep.", id="deep"),
    ],
)
def test_a_file_of_options_that_is_wrong(place: Path, text: str, word: str) -> None:
    (place / "newsingest.toml").write_text(text)
    result = command("parse", "posts", "-o", "out", cwd=place)
    assert result.returncode == 2
    assert word in " ".join(said(result)[-1].split())
    assert not (place / "out").exists()
    assert command("parse", "--help", cwd=place).returncode == 0


@pytest.mark.parametrize("text", ["[tool]\nnewsingest = 3\n", "[[tool.newsingest]]\nstrict = true\n"])
def test_options_of_a_project_stand_in_a_table(place: Path, text: str) -> None:
    (place / "pyproject.toml").write_text(text)
    result = command("parse", "posts", "-o", "out", cwd=place)
    assert result.returncode == 2
    assert said(result)[-1].startswith("Error: pyproject.toml: tool.newsingest: must be one table, not ")


def test_profiles_are_listed_in_the_order_they_are_asked(place: Path) -> None:
    result = command("profiles", "list", "--profiles", "own", cwd=place)
    rows = [line.split("\t") for line in result.stdout.decode().splitlines()]
    assert [row[:4] for row in rows] == [
        ["name", "from", "extends", "own"],
        ["pier", "own/pier.yaml", "generic", "3"],
        ["sina-finance", "built in", "generic", rows[2][3]],
        ["generic", "built in", "", rows[3][4]],
    ]
    listed = json.loads(command("profiles", "list", "--profiles", "own", "--json", cwd=place).stdout)
    assert [row["name"] for row in listed] == ["pier", "sina-finance", "generic"]
    assert listed[0]["all"] > listed[2]["all"] > 100


def test_a_terminal_gets_a_table(place: Path) -> None:
    status, shown = on_terminal("profiles", "list", cwd=place)
    assert status == 0
    assert "sina-finance" in shown
    assert "\t" not in shown
    assert "\x1b[1m" in shown, "the head is bold"


@pytest.mark.parametrize("name", ["generic", "sina-finance"])
def test_a_profile_shown_is_the_profile(place: Path, name: str) -> None:
    result = command("profiles", "show", name, cwd=place)
    assert result.returncode == 0
    shown = read_profile(result.stdout, "shown.yaml")
    check_rules(shown)
    assert shown.spec == merged(ProfileSet(()).chain(name))


def test_check_says_what_matches_and_what_never_fires(place: Path) -> None:
    (place / "posts" / "newsingest.toml").write_text("strict = true\n")
    result = command("profiles", "check", "own/pier.yaml", "posts", cwd=place)
    assert (result.returncode, said(result)) == (0, [])
    assert result.stdout.decode().splitlines() == [
        "own/pier.yaml: good: pier, extends generic, 3 rules of its own",
        "matches 1 of 1 post",
        "  posts/a.md",
        "fired\tkey\trule",
        "1\tapplies.authors\tPier",
        "1\tdrop\t.x",
        "never\tdrop\t.never",
    ]


def test_check_fails_for_a_bad_profile_and_for_one_without_posts(place: Path) -> None:
    (place / "own" / "quay.yaml").write_text("name: quay\napplies: {authors: [Quay]}\n")
    (place / "own" / "bad.yaml").write_text("name: bad\nkeep: ['a >']\n")
    (place / "posts" / "broken.md").write_bytes(b"---\ntitle: x\n---\n\xff\xfe\x81")
    (place / "posts" / "photo.md").write_bytes(b"\x89PNG\r\n\x1a\n")
    nowhere = command("profiles", "check", "own/quay.yaml", "posts", cwd=place)
    assert nowhere.returncode == 1
    assert b"matches 0 of 1 post" in nowhere.stdout
    assert [line.split(": ")[:2] for line in said(nowhere)] == [
        ["left out", "posts/broken.md"],
        ["left out", "posts/photo.md"],
    ]
    bad = command("profiles", "check", "own/bad.yaml", "posts", cwd=place)
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert said(bad)[0].startswith("own/bad.yaml: line 2: not a CSS selector: 'a >'")
    assert command("profiles", "check", "own/quay.yaml", cwd=place).returncode == 0
    for args in (["own/quay.yaml", "gone"], []):
        assert command("profiles", "check", *args, cwd=place).returncode == 2


def test_check_reads_folders_of_one_name_and_each_only_once(place: Path) -> None:
    make(place / "more" / "posts", "b.md", post=POST)
    result = command("profiles", "check", "own/pier.yaml", "posts", "more/posts", "./posts", cwd=place)
    assert (result.returncode, said(result)) == (0, [])
    assert result.stdout.decode().splitlines()[1:4] == ["matches 2 of 2 posts", "  posts/a.md", "  more/posts/b.md"]


def test_check_takes_the_options_that_its_complaints_name(place: Path) -> None:
    (place / "posts" / "b.md").write_bytes("---\ntitle: 港\nauthor: Pier\n---\n<p>码头</p>".encode("gb18030"))
    for options, matched in (["--encoding", "gb18030"], 2), (["--exclude", "b.md"], 1), (["--include", "a.*"], 1):
        result = command("profiles", "check", "own/pier.yaml", "posts", *options, cwd=place)
        assert f"matches {matched} of {matched} post" in result.stdout.decode()
        assert said(result) == []
    result = command("profiles", "check", "own/pier.yaml", "posts", "--max-bytes", "20", cwd=place)
    assert [line.partition(" (")[0] for line in said(result)] == [
        f"left out: posts/{name}: above --max-bytes" for name in ("a.md", "b.md")
    ]


def test_check_names_a_folder_it_cannot_read(place: Path) -> None:
    shut = make(place / "posts" / "shut")
    shut.chmod(0)
    try:
        result = command("profiles", "check", "own/pier.yaml", "posts", cwd=place, before=as_any_user)
    finally:
        shut.chmod(0o755)
    assert result.returncode == 0
    assert said(result) == ["left out: posts/shut: a folder that cannot be read: Permission denied."]
    assert "matches 1 of 1 post" in result.stdout.decode()


@pytest.mark.parametrize("args", [[], ["list"], ["show"], ["check"]])
def test_help_fits_a_terminal(place: Path, args: list[str]) -> None:
    result = command("profiles", *args, "--help", cwd=place)
    assert result.returncode == 0
    assert max(map(len, result.stdout.decode().splitlines())) <= 80


def test_a_check_of_no_posts_says_so(place: Path) -> None:
    result = command("profiles", "check", "own/pier.yaml", "posts", "--include", "*.zzz", cwd=place)
    assert result.returncode == 1
    assert result.stdout.decode().splitlines()[1:] == ["matches 0 of 0 posts: none was found"]


def test_a_check_without_a_match_shows_the_signs(place: Path) -> None:
    (place / "own" / "pier.yaml").write_text(PIER.replace("[Pier]", "[Quay]"))
    result = command("profiles", "check", "own/pier.yaml", "posts", cwd=place)
    assert result.returncode == 1
    assert result.stdout.decode().splitlines()[1:] == [
        "matches 0 of 1 post",
        "fired\tkey\trule",
        "never\tapplies.authors\tQuay",
    ]
