"""What the figures were found on."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

from newsingest.engine import engine

_SHOWN = ("newsingest", "lxml", "msgspec", "orjson", "PyYAML")


def describe_machine() -> dict[str, str]:
    """Return processor, cores, system and Python, as far as they can be known."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _processor(),
        "cores": str(cores),
        "system": f"{platform.system()} {platform.release()}",
        "engine": engine(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def describe_versions() -> dict[str, str]:
    """Return the versions of what newsingest and the floor stand on."""
    known = {}
    for name in _SHOWN:
        try:
            known[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return known


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
