"""Dates as people and programs write them: what they may mean in ISO 8601, and the way out.

The format of facts knows days, months and years. What office programs write instead has one or
several readings. What the Extended Date/Time Format (EDTF, ISO 8601-2) says beyond them, such as
seasons and uncertain dates, has a sentence that says where else to write it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from graph_builder.core.text import join_alternatives, quote

#: Forms of days and months, as `datetime.strptime` reads them, with spaces for each separator.
_DAY_FORMS = ("%Y %m %d", "%d %m %Y", "%m %d %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_DAY_FORMS_OF_OTHER_ORDER = {"day-first": "%m %d %Y", "month-first": "%d %m %Y"}
_MONTH_FORMS = ("%Y %m", "%m %Y", "%B %Y", "%b %Y", "%Y %B", "%Y %b")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _WEEKDAYS)})\b,?")
_TIME = re.compile(
    r"(?<=\d)(?:t|,? )(\d\d?:\d\d(?::\d\d)?)(?:\.0+)?(?: ?[ap]m)?(?:z|[+-]\d\d:?\d\d)?"
)
_MIDNIGHT = re.compile(r"0?0:00(:00)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MAX_CHARACTERS = 60
_EXAMPLES = "2025-02-10, 2025-02 or 2025"
_NOTE = "in the note"
_ISO = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_APPROXIMATE = (
    r"(?:circa|ca\.?|c\.?|about|around|approx\.?|approximately|probably|perhaps|~) ?"
    rf"((?P<iso>{_ISO})|.*)"
)
_MARKED = r"(?=.*[?~%])[?~%]?[0-9]{4}[?~%]?(?:-[?~%]?[0-9]{2}[?~%]?){0,2}"
_PART = r"(?:spring|summer|autumn|fall|winter|early|mid|late|quarter|half|q[1-4]|h[12]|w[0-9]{2})"
_RANGE = r"(?:-|\u2013|\u2014|/|to|and|&)"
_SEVERAL = f"names several dates; write the one that is meant, or write all {_NOTE} alone"
_PERIOD = "is a period; write one date here: a fact has the keys from and to for a period"
_COARSER = f"is not a day, month or year; write {{year}} here, and the rest {_NOTE}"
_LIMIT = r"before|after|by|prior to|earlier than|later than|no later than|not before|<|>"
#: Patterns of what the format has no date for, and the way out of each; the first one counts.
_ADVICE = {
    r"(?P<year>[0-9]{4})-(?:xx|uu|00)(?:-(?:xx|uu|00))?": "has no known month; write {year}",
    r"(?P<month>[0-9]{4}-[0-9]{2})-(?:xx|uu|00)": "has no known day; write {month}",
    r"(?=.*[xu])[0-9xu]{4}(?:-[0-9xu]{2}){0,2}|(?:the )?[0-9]{3}0'?s": (
        f"is no date but a range of dates; leave the date out, and write it {_NOTE}"
    ),
    rf"(?P<first>{_ISO}) ?(?:/|\.\.|\u2013|\u2014| - |to|until) ?(?P<last>{_ISO})": (
        "is a period; write one date here: a fact has the keys from ({first}) and to ({last})"
    ),
    r"[0-9]{4}-[0-9]{4}": _PERIOD,
    rf"[0-9]{{1,2}}\.? ?{_RANGE} ?[0-9]{{1,2}}\.? {_MONTH},? [0-9]{{4}}": _PERIOD,
    rf"{_MONTH} [0-9]{{1,2}} ?{_RANGE} ?[0-9]{{1,2}},? [0-9]{{4}}": _PERIOD,
    rf"(?P<date>{_ISO}) ?/(?:\.\.)?|(?:since|from) (?P<other>{_ISO})(?: on(?:wards)?)?": (
        "is a beginning; a fact has it under from: {date}{other}"
    ),
    rf"(?:\.\.)?/ ?(?P<date>{_ISO})|(?:until|till|up to) (?P<other>{_ISO})": (
        "is an end; a fact has it under to: {date}{other}"
    ),
    rf"(?:{_LIMIT}) ?.*[0-9].*|.*[0-9] (?:or )?(?:earlier|later|before|after)": (
        f"is a limit and no date; leave the date out, and write the limit {_NOTE}"
    ),
    r"[\[{].*[0-9].*[\]}]": _SEVERAL,
    r".*[0-9].* or .*[0-9].*": _SEVERAL,
    r".*[0-9].*/.*[0-9].*[?~%x.].*|.*[?~%x.].*/.*[0-9].*": _PERIOD,
    rf".*{_PART}.*?(?P<year>[0-9]{{4}})": _COARSER,
    rf"(?P<year>[0-9]{{4}}).*{_PART}.*": _COARSER,
    r"(?P<year>[0-9]{4})-(?:2[1-9]|3[0-9]|4[01])": (
        f"has no such month; for a season or quarter, write {{year}} here, and the rest {_NOTE}"
    ),
    r"y?[-+][0-9]+|y[0-9]+|[0-9]+ (?:bc|bce|ad|ce)|[0-9]{5,}e?": (
        f"is not a date of the years 0001 to 9999; write {_EXAMPLES}"
    ),
    r"unknown|n\.? ?d\.?|none|n/a|\?+|x{4}|tb[ad]|-+": (
        "is no date; leave the key out (a source has the date undated)"
    ),
    r"present|now|today|ongoing|current|open|\.\.": (
        "is no date; leave the key out, as what has not ended has none"
    ),
    rf"[0-9]{{1,2}}([-/. ])(?:[0-9]{{1,2}}|{_MONTH})\1[0-9]{{2}}": (
        "has a year of two digits; write it with four, as in 2025-02-10"
    ),
    rf"{_MONTH}[-/. ']{{1,2}}[0-9]{{2}}|[0-9]{{2}}[-/. ]{_MONTH}": (
        "has a year of two digits; write it with four, as in 2025-02"
    ),
    r".*[0-9][t ][0-9]{1,2}:[0-9]{2}.*": (
        "has a time of day; write the day alone, as in 2025-02-10"
    ),
}
#: Spreadsheets count days from here; the numbers of the years 1954 to 2119.
_DAY_ZERO = date(1899, 12, 30)
_DAY_NUMBERS = range(20_000, 80_000)


def find_date_readings(text: str, order: str = "") -> list[str]:
    """Return the dates in ISO 8601 that a text in another form may mean, sorted.

    ``13/04/2025`` and ``April 2025`` have one reading, ``03/04/2025`` has two, of which an
    ``order``, ``day-first`` or ``month-first``, leaves one; what has a time of day other than
    midnight has none.
    """
    plain = text.strip().lower()
    time = _TIME.search(plain)
    if time:
        plain = plain.replace(time[0], "") if _MIDNIGHT.fullmatch(time[1]) else ""
    weekday = _WEEKDAY.search(plain)
    plain = _WEEKDAY.sub("", plain)
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b|\bof\b|\bthe\b", "", plain)
    plain = _COMPACT_DAY.sub(r"\1 \2 \3", plain) if _COMPACT_DAY.fullmatch(plain) else plain
    plain = re.sub(r"\bsept\b", "sep", re.sub(r"\s*[-/.,\s]\s*", " ", plain)).strip()
    if not plain.isascii() or not _FOUR_DIGITS.search(plain):
        return []
    forms = (form for form in _DAY_FORMS if form != _DAY_FORMS_OF_OTHER_ORDER.get(order))
    days = {found.date() for found in _iter_parsed(plain, forms)}
    if weekday:
        days = {day for day in days if _WEEKDAYS[day.weekday()].startswith(weekday[1][:3])}
    months = {found.strftime("%Y-%m") for found in _iter_parsed(plain, _MONTH_FORMS)}
    return sorted({*map(str, days), *(months if not weekday else ())})


def _iter_parsed(text: str, forms: Iterable[str]) -> Iterator[datetime]:
    for form in forms:
        try:
            yield datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue


def explain_date(text: str) -> str:
    """Return what to write instead of a text that is no date in ISO 8601."""
    if readings := find_date_readings(text):
        meant = join_alternatives([format_date(each) for each in readings])
        return f"{quote(text)} is {meant}; write {join_alternatives(readings)}"
    plain = " ".join(text.lower().split())[:_MAX_CHARACTERS]
    return f"{quote(text)} {_advise(plain) or f'is not a date; write {_EXAMPLES}'}"


def explain_missing_date(iso: str) -> str:
    """Return what to write instead of a date in ISO 8601 that no calendar has: 2025-02-30."""
    advice = _advise(iso)
    return f"{quote(iso)} {advice}" if advice else f"there is no date {iso} in the calendar"


def _advise(plain: str) -> str:
    """Return the way out for a text that the format has no date for, or ""."""
    if approximate := re.fullmatch(_APPROXIMATE, plain):
        found = [approximate["iso"]] if approximate["iso"] else find_date_readings(approximate[1])
        if found:
            advice = f"write {join_alternatives(found)}, and {_NOTE} that it is not exact"
            return f"is an approximate date; {advice}"
    if re.fullmatch(_MARKED, plain) and _is_date(unmarked := re.sub("[?~%]", "", plain)):
        return f"is an uncertain date; write {unmarked}, and {_NOTE} that it is not certain"
    if re.fullmatch(r"[0-9]{5}", plain) and int(plain) in _DAY_NUMBERS:
        day = _DAY_ZERO + timedelta(days=int(plain))
        return f"may be a spreadsheet's number of {format_date(str(day))}; write {day} if it is"
    matches = ((re.fullmatch(pattern, plain), advice) for pattern, advice in _ADVICE.items())
    match, advice = next(((found, text) for found, text in matches if found), (None, ""))
    named = {key: found or "" for key, found in match.groupdict().items()} if match else {}
    return advice.format(**named) if all(map(_is_date, filter(None, named.values()))) else ""


def _is_date(iso: str) -> bool:
    """Return whether a year, month or day is in the calendar."""
    try:
        date.fromisoformat(iso + "-01-01"[len(iso) - 4 :])
    except ValueError:
        return False
    return True


def format_date(iso: str) -> str:
    """Return a day or month in words: ``3 April 2025``, ``April 2025``."""
    year, month, *day = map(int, iso.split("-"))
    words = f"{date(2000, month, 1):%B} {year:04}"
    return f"{day[0]} {words}" if day else words
