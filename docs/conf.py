"""Sphinx configuration."""
# ruff: noqa: A001, INP001  (Sphinx wants the name ``copyright``; docs are no package)

from importlib import metadata

project = "newsingest"
author = "The newsingest developers"
copyright = "2026, The newsingest developers"
release = metadata.version("newsingest")

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"newsingest {release}"
