"""Whether a fact holds on a day, as far as its dates tell: yes, no, or not known.

Dates are as precise as their sources: a month is known by its first and its last day. The answer
is three-valued (S. C. Kleene, Introduction to Metamathematics, 1952, section 64): what the dates
do not decide is not known, and nothing is concluded from the day on which a source reports.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from graph_builder.core.errors import QueryError
from graph_builder.core.text import quote

_DECEMBER = 12


class TruthValue(StrEnum):
    """Whether a fact holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class DateRange:
    """A day, month or year as its first and its last day."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the span of ``2025-02-10``, ``2025-02`` or ``2025``; raises QueryError."""
        if found := cls.read(text):
            return found
        raise QueryError(f"{quote(text)} is no date; write 2025-02-10, 2025-02 or 2025")

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the span of a date, or None for any other text."""
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
    """When a fact holds by its source, which speaks at ``said``; what it does not say is None."""

    start: DateRange | None = None
    end: DateRange | None = None
    as_of: DateRange | None = None
    said: DateRange | None = None

    def state(self, day: DateRange) -> TruthValue:
        """Return whether a state holds throughout a day.

        From its start on a state holds at least until its source speaks, unless it ends before.
        """
        if self.as_of:
            exact = self.as_of.first == self.as_of.last or self.as_of == day
            within = self.as_of.first <= day.first and day.last <= self.as_of.last
            return TruthValue.YES if within and exact else TruthValue.UNKNOWN
        if (self.start and day.last < self.start.first) or (self.end and self.end.last < day.first):
            return TruthValue.NO
        until = self.end or self.said
        surely = self.start and until and self.start.last <= day.first and day.last <= until.first
        return TruthValue.YES if surely else TruthValue.UNKNOWN

    def act(self, day: DateRange) -> TruthValue:
        """Return whether an act has been done by a day; 'as of' says that it was done by then."""
        done = self.start or self.as_of
        if done and done.last <= day.first:
            return TruthValue.YES
        return TruthValue.NO if self.start and day.last < self.start.first else TruthValue.UNKNOWN
