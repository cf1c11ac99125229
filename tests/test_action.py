"""The GitHub action's steps, run as the shell would run them, with the inputs that docs/ci.md shows; GitLab's too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scratch import ROOT, copy_project, edit, make_repository, pip_reaches_registry, run, yaml_block

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
DEFAULTS = {name: value["default"] for name, value in ACTION["inputs"].items()}
WORKFLOW: dict[str, Any] = yaml.safe_load(yaml_block("ci.md", "name: records"))
GITLAB: dict[str, Any] = yaml.safe_load(yaml_block("ci.md", "records:"))["records"]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What GitHub keeps beside a repository: the action's own files, and a folder for temporary ones."""
    folder = tmp_path_factory.mktemp("runner")
    if reason := pip_reaches_registry(folder):
        pytest.skip(reason)
    copy_project(folder / "action")
    (folder / "temp").mkdir()
    installed = step("Install newsingest", DEFAULTS, runner=folder, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def step(name: str, inputs: dict[str, str], *, runner: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does for ``shell: bash``."""
    [found] = [step for step in STEPS if step["name"] == name]
    assert found["shell"] == "bash"
    assert "${{" not in found["run"], "inputs reach the shell as variables, never as code"
    context = {f"inputs.{key}": value for key, value in inputs.items()} | {"github.action_path": f"{runner}/action"}

    def evaluate(expression: re.Match[str]) -> str:
        values = [context[name.strip()] for name in expression[1].split("||")]
        return next((value for value in values if value), "")

    env = {key: re.sub(r"\$\{\{(.*?)\}\}", evaluate, value) for key, value in found["env"].items()}
    script = runner / "step.sh"
    script.write_text(found["run"], encoding="utf-8")
    shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", script)
    return run(*shell, cwd=cwd, RUNNER_TEMP=f"{runner}/temp", **env)


def test_the_check_as_documented(runner: Path, repository: Path) -> None:
    steps = WORKFLOW["jobs"]["check"]["steps"]
    assert [step["uses"].partition("@")[0] for step in steps] == ["actions/checkout", "OWNER/newsingest"]
    assert set(steps[1]["with"]) <= set(DEFAULTS)
    inputs = DEFAULTS | steps[1]["with"]
    passed = step("Check the records", inputs, runner=runner, cwd=repository)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    edit(repository / "posts" / "ferry.md", "08:00:00Z", "08:00:00")
    failed = step("Check the records", inputs, runner=runner, cwd=repository)
    assert failed.returncode == 1
    assert '-  "date": "2024-05-01T08:00:00Z",\n+  "date": "2024-05-01T00:00:00Z",\n' in failed.stdout


def test_several_sources_and_names_with_spaces(runner: Path, repository: Path) -> None:
    (repository / "posts" / "港口").rename(repository / "old posts")
    made = run("newsingest", "parse", "posts", "old posts", "-o", "my records", cwd=repository)
    assert made.returncode == 0
    inputs = DEFAULTS | {"source": "posts\nold posts\n", "records": "my records"}
    assert step("Check the records", inputs, runner=runner, cwd=repository).returncode == 0
    failed = step("Check the records", inputs | {"diff-lines": "1", "source": "posts"}, runner=runner, cwd=repository)
    assert "left over: my records/old posts/开港.json" in failed.stdout


def test_every_input_has_its_row_and_python_is_set_up_on_request_only() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) ?\|", page, re.MULTILINE))
    assert {name: value.strip("`") for name, value in rows.items()} == DEFAULTS
    [setup] = [step for step in STEPS if "uses" in step]
    assert setup["uses"].startswith("actions/setup-python@v")
    assert setup["if"] == "inputs.python-version != ''"


def test_the_gitlab_job(runner: Path, repository: Path) -> None:
    script = "set -e\n" + "\n".join(GITLAB["script"])
    assert GITLAB["variables"]["NEWSINGEST"].startswith("newsingest==")
    shell = ("bash", "-c", script)
    passed = run(*shell, cwd=repository, NEWSINGEST=f"{runner}/action")
    assert passed.returncode == 0, passed.stderr
    (repository / "records" / "ferry.json").unlink()
    assert run(*shell, cwd=repository, NEWSINGEST=f"{runner}/action").returncode == 1
