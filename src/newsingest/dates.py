"""Dates as feeds and scrapers write them, as RFC 3339."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import msgspec

_MONTHS = {
    name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
# Zone names of RFC 5322 and those of East Asian and European feeds, minutes east of UTC. CST is left out:
# it is UTC-6 in America and UTC+8 in China.
_ZONES = {
    name: timezone(timedelta(minutes=minutes_east))
    for name, minutes_east in {
        "gmt": 0, "utc": 0, "ut": 0, "z": 0, "jst": 540, "kst": 540, "hkt": 480, "cet": 60, "cest": 120,
        "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    }.items()
}  # fmt: skip
_FORENOON, _AFTERNOON = "上午|午前|오전", "下午|午後|오후"
_HALF = rf"(?:{_FORENOON}|{_AFTERNOON})"
_CLOCK = (
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<after>[AaPp]\.?[Mm]\.?)(?![A-Za-z]))?"
)
_NOON = 12
_OFFSET = r"[+-](?:[01]\d|2[0-3]):?[0-5]\d"
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Za-z]{1,4})?"
_DAY_OF_ANY_MONTH = "(?:0[1-9]|1[0-9]|2[0-8])"
_YEAR = "[1-9][0-9]{3}"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
# Wed, 03 Nov 2021 00:13:22 GMT, as most feeds write it: a date and a time that there are, in UTC.
_GMT = re.compile(rf"[A-Z][a-z]{{2}}, ({_DAY_OF_ANY_MONTH}) ({'|'.join(_MONTHS).title()}) ({_YEAR}) ({_TIME}) GMT")
# 2021-10-10 11:06:15, as most others write it.
_ISO = re.compile(rf"({_YEAR}-(?:0[1-9]|1[0-2])-{_DAY_OF_ANY_MONTH}) ({_TIME})")
# The same with other zones, or none (RFC 5322)
_FEED = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?P<day>\d{1,2})[ -](?P<name>[A-Za-z]{3})[a-z]*[ -](?P<year>\d{4})"
    rf"(?:,?\s+{_CLOCK}{_ZONE})?"
)
# 2021-10-10 11:06:15, 2021-10-10T11:06:15+08:00, 2021/10/10, 2021年10月10日 11:06, 2021年10月10日下午3:06
_LOCAL = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    rf"(?:(?:[T\s]+|(?={_HALF})){_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A date as the record writes it, and whether its zone is known (a mere day has none)."""

    text: str
    zoned: bool


def read_date(text: str, assumed: tzinfo | None = None) -> Moment | None:
    """Read a date; None where it is none. ``assumed`` is the zone of dates that name none."""
    if gmt := _GMT.fullmatch(text):
        day, name, year, clock = gmt.groups()
        return Moment(f"{year}-{_MONTHS[name.lower()]:02}-{day}T{clock}Z", zoned=True)
    if assumed is None and (iso := _ISO.fullmatch(text)):
        return Moment(f"{iso[1]}T{iso[2]}", zoned=False)
    match = _FEED.fullmatch(text) or _LOCAL.fullmatch(text)
    return _moment(match, assumed) if match else None


def _moment(match: re.Match[str], assumed: tzinfo | None) -> Moment | None:
    month = _MONTHS.get(match["name"].lower()) if match.re is _FEED else int(match["month"])
    if month is None:
        return None
    year, day, minute, second, name = match.group("year", "day", "minute", "second", "zone")
    try:
        if match["hour"] is None:
            return Moment(date(int(year), month, int(day)).isoformat(), zoned=False)
        local = datetime(int(year), month, int(day), _hour(match), int(minute), int(second or 0))  # noqa: DTZ001 - follows
        zone = _zone(name, local, assumed) if name else assumed
        moment = local.replace(tzinfo=zone)
        if zone is None:
            return Moment(moment.isoformat(), zoned=False)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):  # a 30th of February, or the year 1 before UTC
        return None
    return Moment(moment.replace(tzinfo=None).isoformat() + "Z", zoned=True)


def _hour(match: re.Match[str]) -> int:
    """Return the hour of 24. ``18:30 PM`` is what it says; ``18:30 AM`` is none."""
    hour, half = int(match["hour"]), match["before"] or match["after"]
    if half is None:
        return hour
    if half[0] in "Pp" or re.fullmatch(_AFTERNOON, half):
        return hour % 12 + 12 if hour <= _NOON else hour
    if hour > _NOON:
        raise ValueError
    return hour % 12


def _zone(name: str, local: datetime, assumed: tzinfo | None) -> tzinfo | None:
    """Return the zone called so; CST is the assumed one's, where that is China's."""
    if name[0] in "+-":
        return _offset(name)
    if name.lower() in _ZONES:
        return _ZONES[name.lower()]
    return assumed if assumed is not None and assumed.tzname(local) == name.upper() else None


def _offset(name: str) -> tzinfo | None:
    if not re.fullmatch(_OFFSET, name):
        return None
    minutes_east = int(name[1:3]) * 60 + int(name[-2:])
    return timezone(timedelta(minutes=-minutes_east if name[0] == "-" else minutes_east))


def named_zone(name: str) -> tzinfo:
    """Return the zone of an IANA name or ``+08:00``. Raises ValueError with the reason."""
    if (offset := _offset(name)) is not None:
        return offset
    if name.lower() in _ZONES:
        return _ZONES[name.lower()]
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - few runs need it

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        meant = _near_zone(name)
        hint = f"did you mean {meant}? Write" if meant else "write"
        raise ValueError(f"no time zone is called {name!r}; {hint} an IANA name (Asia/Shanghai) or +08:00") from None


def _near_zone(name: str) -> str | None:
    """Find the zone that may have been meant."""
    import difflib  # noqa: PLC0415 - only where there is something wrong
    from zoneinfo import available_timezones  # noqa: PLC0415

    by_lower = {zone.lower(): zone for zone in sorted(available_timezones())}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.8)
    return by_lower[near[0]] if near else None
