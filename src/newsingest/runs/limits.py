"""What workers may take: cores, time, memory; and what becomes of a task that takes more."""

from __future__ import annotations

import math
import os
import sys

import msgspec

# Forking is quick and safe here, as this process has no threads; elsewhere systems advise against it.
START_METHOD = "fork" if sys.platform == "linux" else "spawn"


class Limits(msgspec.Struct, frozen=True):
    """What one task may take: seconds of time, bytes of address space. None is no limit."""

    seconds: float | None = None
    memory: int | None = None


class Lost(msgspec.Struct, frozen=True):
    """Why a task has no result, and what the user can do about it but leave it out."""

    reason: str
    remedy: str


class WorkersError(Exception):
    """Workers cannot be started."""


def available_cores() -> int:
    """Count the cores this process may use, by its affinity and its control group's quota."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not needed otherwise
            quota, period = file.read().split()
        return max(1, min(affinity, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no such control group, or no quota ("max")
        return max(1, affinity)
