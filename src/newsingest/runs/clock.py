"""The time, as runs write it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def rfc3339(time: datetime, timespec: str = "seconds") -> str:
    """Write a time in UTC as RFC 3339."""
    return time.isoformat(timespec=timespec).replace("+00:00", "Z")
