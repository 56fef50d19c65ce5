"""Dates of limited precision, and three-valued logic for whether a fact holds on a day.

Dates are as precise as their sources: a month is a range from its first to its last day. The answer
is yes, no or not known (S. C. Kleene, Introduction to Metamathematics, 1952, section 64). What the
dates do not decide is not known; the day on which a source reports decides nothing.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Self

from graph_builder.core.date_forms import explain_date, explain_missing_date
from graph_builder.core.errors import QueryError
from graph_builder.core.text import quote

#: A day, month or year as text.
DATE_PATTERN = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_DECEMBER = 12


class TruthValue(StrEnum):
    """Whether a fact holds: yes, no or not known; of what no source speaks, not recorded."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"
    NOT_RECORDED = "not recorded"


def check_date(value: str) -> str:
    """Return a day, month or year as it is; raises ValueError if there is no such date."""
    if not DATE_PATTERN.fullmatch(value):
        raise ValueError(explain_date(value))
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise ValueError(explain_missing_date(value)) from error
    return value


def is_finer_date(fine: str, coarse: str) -> bool:
    """Return whether a date, as text, is within the month or year that another one names."""
    are_dates = DATE_PATTERN.fullmatch(fine) and DATE_PATTERN.fullmatch(coarse)
    return bool(are_dates) and fine.startswith(coarse + "-")


@dataclass(frozen=True)
class DateRange:
    """A day, month or year, given by its first and last day."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the range of ``2025-02-10``, ``2025-02`` or ``2025``; raises QueryError."""
        if date_range := cls.parse_or_none(text):
            return date_range
        raise QueryError(f"{quote(text)} is not a date; write 2025-02-10, 2025-02 or 2025")

    @classmethod
    @lru_cache(maxsize=4096)  # few dates stand in many facts
    def parse_or_none(cls, text: str) -> Self | None:
        """Return the range of a date, or None for any other text."""
        try:
            first = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            return None
        if first.isoformat()[: len(text)] != text:
            return None
        last = {4: (_DECEMBER, 31), 7: (first.month, monthrange(first.year, first.month)[1])}
        month, day = last.get(len(text), (first.month, first.day))
        return cls(first, first.replace(month=month, day=day))


@dataclass(frozen=True)
class ValidityPeriod:
    """When a fact holds by its source, which is ``issued`` at a date; None means not stated."""

    start: DateRange | None = None
    end: DateRange | None = None
    as_of: DateRange | None = None
    issued: DateRange | None = None

    def state_holds(self, day: DateRange) -> TruthValue:
        """Return whether a state holds throughout a day (or month, or year).

        A state that has begun holds at least until its source is issued, unless it ends before.
        """
        if self.as_of:
            is_exact = self.as_of.first == self.as_of.last or self.as_of == day
            includes_day = self.as_of.first <= day.first and day.last <= self.as_of.last
            return TruthValue.YES if includes_day and is_exact else TruthValue.UNKNOWN
        if (self.start and day.last < self.start.first) or (self.end and self.end.last < day.first):
            return TruthValue.NO
        until = self.end or self.issued
        is_certain = (
            self.start and until and self.start.last <= day.first and day.last <= until.first
        )
        return TruthValue.YES if is_certain else TruthValue.UNKNOWN

    def act_is_done(self, day: DateRange) -> TruthValue:
        """Return whether an act is done by a day; an 'as of' date means done by then."""
        done = self.start or self.as_of
        if done and done.last <= day.first:
            return TruthValue.YES
        return TruthValue.NO if self.start and day.last < self.start.first else TruthValue.UNKNOWN
