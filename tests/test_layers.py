"""Imports point one way: each package knows those named beside it and no other, whatever is said for type checkers."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import newsingest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(newsingest.__file__).parent
KNOWS = {
    "body": set[str](),
    "profiles": {"body"},
    "parsing": {"profiles", "body"},
    "runs": {"parsing", "profiles"},
    "formats": {"runs"},
    "corpora": {"formats", "runs"},
    "explaining": {"parsing", "profiles", "body"},
    "commands": {"explaining", "corpora", "formats", "runs", "parsing", "profiles"},
}
# Beside the packages: what all may know, and what knows the packages.
SHARED = {"dates", "engine", "errors", "expressions", "kept", "paths", "record", "text", "urls"}
ENTRIES = {"__init__", "__main__", "api", "cli"}


def packages_imported(file: Path) -> set[str]:
    """Return the packages and modules of newsingest that a file imports, at its top or when it runs."""
    if file.suffix == ".py":
        names = {name for node in at_run_time(ast.parse(file.read_text())) for name in names_of(node)}
    else:
        found = re.findall(r"^from (newsingest\S*) import (\w+)", file.read_text(), re.MULTILINE)
        names = {f"{module}.{name}" for module, name in found}
    return {name.split(".")[1] for name in names if name.startswith("newsingest.")}


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those below ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from at_run_time(child)


def names_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{each.name}" for each in node.names]
    return [each.name for each in node.names] if isinstance(node, ast.Import) else []


def files_of(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix in {".py", ".pyx", ".pxi"})


def test_every_package_has_its_place() -> None:
    assert KNOWS.keys() == {file.parent.name for file in SOURCE.glob("*/__init__.py")}
    assert {file.stem for file in SOURCE.glob("*.py")} == SHARED | ENTRIES


@pytest.mark.parametrize("package", KNOWS)
def test_a_package_imports_only_what_it_may_know(package: str) -> None:
    allowed = KNOWS[package] | {package, "__version__"} | SHARED
    wrong = {file.name: more for file in files_of(SOURCE / package) if (more := packages_imported(file) - allowed)}
    assert wrong == {}


def test_what_all_may_know_knows_no_package() -> None:
    shared = [file for file in files_of(SOURCE) if file.stem not in ENTRIES]
    wrong = {file.name: more for file in shared if (more := packages_imported(file) - SHARED - {"_json"})}
    assert wrong == {}


def test_the_packages_stand_in_a_line_without_circles() -> None:
    settled = set[str]()
    for package, known in KNOWS.items():
        assert known <= settled, f"{package} comes before what it knows"
        settled.add(package)


@pytest.mark.parametrize("package", sorted(KNOWS.keys() - {"commands"}))  # there, a module is named after its command
def test_the_map_of_a_package_names_all_its_modules(package: str) -> None:
    docstring = ast.get_docstring(ast.parse((SOURCE / package / "__init__.py").read_text()))
    modules = {file.stem for file in (SOURCE / package).glob("*.py") if file.stem != "__init__"}
    assert modules == modules & set(re.findall(r"``(\w+)[`.]", docstring or ""))
