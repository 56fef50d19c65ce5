"""Checks of undertakings: sums without a currency, days in the wrong order, duties without a topic.

An undertaking is told by several facts, often of several sources, so these checks compare all of
them. Statuses of different sources may differ, and nothing is found in that.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from graph_builder.core.text import shorten_id
from graph_builder.core.validity_period import DateRange
from graph_builder.ingest.checked_facts import CheckedFact
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Fact

#: Relations of which none stands without the other, and what to add where the second is missing.
PAIRED_RELATIONS = (
    ("amount", "currency", "the code of its currency, such as USD"),
    ("currency", "amount", "the sum as a number, such as 200000000"),
    ("dueWithin", "dueAfter", "the event or text from which the term is counted"),
    ("dueAfter", "dueWithin", "the length of the term, such as P90D"),
    ("binds", "dutyTopic", "what the duty is about, such as topic:risk-assessment"),
    ("binds", "imposedBy", "the law that imposes the duty"),
)
#: Relations whose date is that on which an undertaking was made, and the status that tells it too.
MAKING_RELATIONS = ("madeBy", "madeAt", "imposedBy")
ANNOUNCED = "status:announced"
#: Statuses that nothing has before it was made.
LATER_STATUSES = (
    *("status:started", "status:partly-delivered", "status:delivered"),
    *("status:missed", "status:withdrawn"),
)
#: Ends of which an undertaking has one on a day.
EXCLUSIVE_ENDS = ("delivered", "missed", "withdrawn", "superseded")
_UNDERTAKING = "undertaking:"

_FactsByRelation = Mapping[str, Sequence[CheckedFact]]


def check_undertakings(facts: Iterable[CheckedFact], currencies: Container[str]) -> Diagnostics:
    """Return a finding for each fact of an undertaking that cannot be, or not beside its others.

    ``currencies`` are the codes that a currency may have.
    """
    diagnostics = Diagnostics()
    grouped: dict[str, dict[str, list[CheckedFact]]] = defaultdict(lambda: defaultdict(list))
    for each in facts:
        if each.is_affirmed and is_undertaking(each.record):
            grouped[each.record.subject][each.record.relation].append(each)
    for told in grouped.values():
        _check_pairs(told, diagnostics)
        _check_sums(told, currencies, diagnostics)
        _check_statuses(told, diagnostics)
        made = min(_list_days_of_making(told), key=lambda day: day.first, default=None)
        if made:
            _check_order(told, made, diagnostics)
    return diagnostics


def is_undertaking(fact: Fact) -> bool:
    """Return whether a fact is about an undertaking."""
    return fact.subject.startswith(_UNDERTAKING)


def _check_pairs(told: _FactsByRelation, diagnostics: Diagnostics) -> None:
    """Report a relation that says nothing without another one, which no source gives."""
    for relation, other, advice in PAIRED_RELATIONS:
        if relation in told and other not in told:
            first = told[relation][0]
            message = f"{shorten_id(first.record.subject)} has no {other}; add {advice}"
            diagnostics.add(first.location, message, "relation")


def _check_sums(
    told: _FactsByRelation, currencies: Container[str], diagnostics: Diagnostics
) -> None:
    """Report a sum of nothing or less, and a code that is of no currency."""
    for each in told.get("amount", ()):
        if re.fullmatch(r"-.*|[0.]+", each.record.object):
            message = (
                f"{shorten_id(each.record.object)} is no sum to undertake; it must be more than 0"
            )
            diagnostics.add(each.location, message, "object")
    for each in told.get("currency", ()):
        code = each.record.object
        if re.fullmatch("[A-Z]{3}", code) and code not in currencies:
            message = f"{code} is the code of no currency; use one of ISO 4217, such as USD"
            diagnostics.add(each.location, message, "object")


def _check_statuses(told: _FactsByRelation, diagnostics: Diagnostics) -> None:
    """Report a day missed before it came, and two ends that one source tells of one day."""
    days = [day for each in told.get("dueOn", ()) for day in _parse_day(each.record.object)]
    due = min(days, key=lambda day: day.first, default=None)
    ends: dict[tuple[str, str], str] = {}
    for each in told.get("hasStatus", ()):
        status = each.record.object.partition(":")[2]
        for day in _parse_day(each.record.from_):
            if status == "missed" and due and day.last < due.first:
                message = f"is missed before it was due ({due.first}); correct one of the dates"
                diagnostics.add(each.location, message, "from")
        if status in EXCLUSIVE_ENDS:
            key = each.file, each.record.from_ or each.record.as_of or ""
            other = ends.setdefault(key, status)
            if other != status:
                message = f"the same source says {other} of the same day; keep one of them"
                diagnostics.add(each.location, message, "object")


def _list_days_of_making(told: _FactsByRelation) -> Iterator[DateRange]:
    for relation in MAKING_RELATIONS:
        for each in told.get(relation, ()):
            yield from _parse_day(each.record.from_)
    for each in told.get("hasStatus", ()):
        if each.record.object == ANNOUNCED:
            yield from _parse_day(each.record.from_)


def _check_order(told: _FactsByRelation, made: DateRange, diagnostics: Diagnostics) -> None:
    """Report a day due, and a later status, before the undertaking was made."""
    for each in told.get("dueOn", ()):
        for due in _parse_day(each.record.object):
            if due.last < made.first:
                message = f"is due before it was made ({made.first}); correct one of the dates"
                diagnostics.add(each.location, message, "object")
    for each in told.get("hasStatus", ()):
        for day in _parse_day(each.record.from_):
            if each.record.object in LATER_STATUSES and day.last < made.first:
                status = each.record.object.partition(":")[2]
                message = f"is {status} before it was made ({made.first}); correct one of the dates"
                diagnostics.add(each.location, message, "from")


def _parse_day(text: str | None) -> Iterator[DateRange]:
    if day := DateRange.parse_or_none(text or ""):
        yield day
