"""The pre-commit hook as docs/ci.md configures it, run by pre-commit itself in a scratch repository."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
import yaml

from scratch import ROOT, copy_project, edit, make_repository, pip_reaches_registry, run, yaml_block

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository to take the hook from: this project as it is now, under the tag the docs name."""
    if find_spec("pre_commit") is None:
        pytest.skip("pre-commit is not installed")
    folder = tmp_path_factory.mktemp("hooks")
    if reason := pip_reaches_registry(folder):
        pytest.skip(reason)
    source = copy_project(folder / "newsingest")
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "x"], ["tag", "v0.1.0"]):
        made = run("git", *arguments, cwd=source)
        assert made.returncode == 0, made.stderr
    return source


@pytest.fixture
def repository(tmp_path: Path, hooks: Path) -> Path:
    repository = make_repository(tmp_path / "repository")
    config = yaml_block("ci.md", "repos:").replace("https://github.com/OWNER/newsingest", str(hooks))
    assert str(hooks) in config
    (repository / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    run("git", "add", ".pre-commit-config.yaml", cwd=repository)
    return repository


def test_commits_fail_until_the_records_are_made_again(repository: Path, hooks: Path) -> None:
    home = {"PRE_COMMIT_HOME": str(hooks.parent / "home")}

    def commit(message: str) -> tuple[bool, str]:
        result = run("git", "commit", "-m", message, cwd=repository, **home)
        return result.returncode == 0, result.stdout + result.stderr

    installed = run("pre-commit", "install", "--install-hooks", cwd=repository, **home)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    passed, shown = commit("The hook")
    assert passed, shown
    assert "records are what the posts make" in shown

    edit(repository / "posts" / "ferry.md", "at seven", "at eight")
    run("git", "add", "posts", cwd=repository)
    passed, shown = commit("A later ferry")
    assert not passed
    assert "differs: records/ferry.json" in shown
    assert '+    "The ferry sails at eight.",' in shown

    run("newsingest", "parse", "posts", "-o", "records", cwd=repository)
    run("git", "add", "records", cwd=repository)
    passed, shown = commit("A later ferry")
    assert passed, shown

    run("git", "rm", "-q", "posts/ferry.md", cwd=repository)
    passed, shown = commit("No ferry")
    assert not passed, "a commit that only deletes a post is checked too"
    assert "left over: records/ferry.json" in shown


def test_the_hook_is_one_command_of_ours() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "newsingest-check"
    assert hook["pass_filenames"] is False
    assert yaml.safe_load(yaml_block("ci.md", "repos:"))["repos"][0]["hooks"][0]["args"] == hook["args"]
