"""Work in steps, so that many posts can take each step before any takes the next.

What a step needs, above all its code, then stays in the processor's caches.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")
Stepwise = Generator[None, None, Result]
"""Yields after each step but the last, and returns the result."""


def result_of(steps: Stepwise[Result]) -> Result:
    """Take all steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
