"""Checks of dates: what a fact says against its source, and against the things that it joins."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from graph_builder.core.ontology import load_ontology
from graph_builder.core.text import shorten_id
from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.ingest.checked_facts import CheckedFact
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Fact

#: What may be a date in AI governance; the term is of 1956.
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
#: By how much sources may differ on when an event was held or a text adopted.
MARGIN = timedelta(days=7)
#: Acts of a thing that may come before its beginning: who organises an event, what founds a body.
PREPARING_ACTS = {"leadOrganizer", "coOrganizer", "legalBasis"}
#: Acts towards a text that come before it is adopted.
ACTS_ON_DRAFTS = {
    *("votedFor", "votedAgainst", "abstainedOn", "sponsored", "coSponsored", "approved", "adopted"),
}
#: Relations by which a text looks back: what it changes, rests on or names was there before it.
LOOKING_BACK = {"amends", "buildsOn", "cites", "implements", "madeUnder", "recalls", "repeals"}
#: Days of a text, or of what it imposes, that are not before it is adopted.
DAYS_AFTER_ADOPTION = {"inForceOn", "dueOn"}
#: Relations of days on which something came about, although they are no acts.
DAYS_OF_DEEDS = {"startDate", "adoptedOn", "inForceOn"}
#: Modalities of the day for which an event is planned.
PLANNED = {"intended", "announced"}
#: Relations with which other facts are compared, beside those of beginnings.
DATING_RELATIONS = (
    *("startDate", "endDate", "editionNumber", "editionOf", "imposedBy", "signed"),
    *("openedForSignatureAt", "hasStatus"),
)
_EVENT = "event:"
_DATE = PREFIXES["xsd"] + "date"


def is_dating(fact: CheckedFact) -> bool:
    """Return whether the checks of dates compare other facts with a fact."""
    is_begun = fact.record.relation in DATING_RELATIONS or fact.relation_is_a("BeginningRelation")
    return (fact.is_affirmed and is_begun) or fact.record.relation == "startDate"


class TimeChecker:
    """Checks the dates of facts against their source and the beginnings of things."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        """Begin without facts."""
        self._diagnostics = diagnostics
        self._planned_starts: dict[str, DateRange] = {}
        self._starts: dict[str, DateRange] = {}
        self._latest_starts: dict[str, DateRange] = {}
        self._ends: dict[str, DateRange] = {}
        self._beginnings: dict[str, DateRange] = {}
        self._openings: dict[str, DateRange] = {}
        self._signatures: dict[tuple[str, str], DateRange] = {}
        self._dissolved: dict[str, DateRange] = {}
        self._revivals: dict[str, list[DateRange]] = defaultdict(list)
        self._numbers: dict[str, set[str]] = defaultdict(set)
        self._series: dict[str, set[str]] = defaultdict(set)
        self._imposing: dict[str, set[str]] = defaultdict(set)
        #: Things with the event at which they begin, or a date by which they do.
        self._begun: list[tuple[str, DateRange | str]] = []
        self._opened: list[tuple[str, DateRange | str]] = []
        readers: tuple[Callable[[Fact], None], ...] = (
            self._add_start,
            partial(self._add_date, dates=self._ends, is_better=_ends_later),
            partial(_add_value, values=self._numbers),
            partial(_add_value, values=self._series),
            partial(_add_value, values=self._imposing),
            self._add_signature,
            self._add_opening,
            self._add_status,
        )
        self._readers = dict(zip(DATING_RELATIONS, readers, strict=True))

    def add(self, fact: CheckedFact) -> None:
        """Keep when things begin and end by a fact."""
        record = fact.record
        if record.relation == "startDate" and record.modality in PLANNED:
            self._add_date(record, self._planned_starts, _is_earlier)
        if fact.is_affirmed and record.relation in self._readers:
            self._readers[record.relation](record)
        if not fact.is_affirmed or not fact.relation_is_a("BeginningRelation"):
            return
        if not record.subject.startswith(_EVENT):
            texts = (record.object, record.from_ or "")
            given = next(filter(None, map(DateRange.parse_or_none, texts)), None)
            self._begun.append((record.subject, given or record.object))

    def finish(self) -> None:
        """Compute what needs all facts: what begins with an event, and which bodies ended."""
        for found, places in ((self._beginnings, self._begun), (self._openings, self._opened)):
            for thing, place in places:
                begun = self._starts.get(place) if isinstance(place, str) else place
                if begun:
                    found[thing] = min(found.get(thing, begun), begun, key=_get_first_day)
            places.clear()
        for body, revivals in self._revivals.items():
            ended = self._dissolved.get(body)
            if ended and any(day.last > ended.last for day in revivals):
                del self._dissolved[body]

    def check(self, fact: CheckedFact) -> None:
        """Report the dates of a fact that cannot be."""
        self._check_plausible_dates(fact)
        self._check_day_after_adoption(fact)
        if fact.is_affirmed:
            self._check_done(fact)
            self._check_beginning(fact)
            self._check_event_dates(fact)
            self._check_subject(fact)
            self._check_order(fact)
            self._check_session(fact)
            self._check_earlier_text(fact)
            self._check_signature(fact)
            self._check_ratification(fact)

    def _add_date(
        self,
        fact: Fact,
        dates: dict[str, DateRange],
        is_better: Callable[[DateRange, DateRange], bool],
    ) -> None:
        """Keep the date that a fact gives a thing if there is none, or no better one."""
        given = DateRange.parse_or_none(fact.object)
        if given and _is_plausible(given):
            known = dates.get(fact.subject)
            if known is None or is_better(given, known):
                dates[fact.subject] = given

    def _add_start(self, fact: Fact) -> None:
        self._add_date(fact, self._starts, _is_earlier)
        self._add_date(fact, self._latest_starts, _is_not_earlier)

    def _add_opening(self, fact: Fact) -> None:
        """Keep when a text was opened for signature, or at which event."""
        day = DateRange.parse_or_none(fact.from_ or "")
        self._opened.append((fact.subject, day or fact.object))

    def _add_signature(self, fact: Fact) -> None:
        """Keep the earliest day on which a source has an actor sign a text."""
        if signed := DateRange.parse_or_none(fact.from_ or ""):
            pair = fact.subject, fact.object
            known = self._signatures.get(pair, signed)
            self._signatures[pair] = min(known, signed, key=_get_first_day)

    def _add_status(self, fact: Fact) -> None:
        """Keep when a body was dissolved, by the latest day of a source, and when it was not."""
        start, end = (DateRange.parse_or_none(text or "") for text in (fact.from_, fact.to))
        body = fact.subject
        if start and fact.object == "status:dissolved":
            known = self._dissolved.get(body, start)
            self._dissolved[body] = max(known, start, key=_get_last_day)
            self._revivals[body] += [end] if end else []
        elif start and fact.object in ("status:active", "status:established"):
            self._revivals[body].append(start)

    def _check_plausible_dates(self, fact: CheckedFact) -> None:
        for key, given in (*fact.list_dates(), *_list_object_dates(fact)):
            check_plausible_year(given, fact.location, key, self._diagnostics)

    def _check_done(self, fact: CheckedFact) -> None:
        """Report a fact that its source tells as done although it lies after the source."""
        if not fact.issued:
            return
        for key, given in list_days_of_deed(fact):
            if given.first > fact.issued.last:
                message = (
                    f"the source is of {fact.issued.last} and cannot tell this as done; "
                    "write the modality intended or announced, or correct the date"
                )
                self._diagnostics.add(fact.location, message, key)

    def _check_beginning(self, fact: CheckedFact) -> None:
        """Report an act towards a text or body before it was there."""
        begun = self._beginnings.get(fact.record.object)
        if fact.record.relation in ACTS_ON_DRAFTS:
            return
        if begun and not fact.relation_is_a("ProspectiveRelation"):
            name = shorten_id(fact.record.object)
            self._check_not_before(fact, begun, f"{name} begins only on {begun.first}")

    def _check_event_dates(self, fact: CheckedFact) -> None:
        """Report an act at an event on a day on which it was not held."""
        if fact.relation_is_a("ProspectiveRelation") or not fact.relation_is_a("ActRelation"):
            return
        start = self._starts.get(fact.record.object)
        if not start:
            self._check_planned_event(fact, fact.record.object)
            return
        end = self._ends.get(fact.record.object)
        last = _find_last_day(start, end)
        what = f"{shorten_id(fact.record.object)} was held from {_format_days(start, last)}"
        self._check_not_before(fact, start, what)
        done = DateRange.parse_or_none(fact.record.from_ or "")
        if done and last and done.first > last + MARGIN:
            self._diagnostics.add(fact.location, f"{what}; correct the date", "from")

    def _check_planned_event(self, fact: CheckedFact, event: str) -> None:
        """Report an act at an event that all sources only plan, for a day after its source."""
        planned = self._planned_starts.get(event)
        is_preparing = fact.record.relation in PREPARING_ACTS
        if planned and not is_preparing and fact.issued and fact.issued.last < planned.first:
            message = (
                f"the source is of {fact.issued.last}, and {shorten_id(event)} is only planned, "
                f"for {planned.first}; write the modality intended or announced"
            )
            self._diagnostics.add(fact.location, message, "modality")

    def _check_subject(self, fact: CheckedFact) -> None:
        """Report what an event or body did before it was there."""
        name = fact.record.subject
        if fact.record.object == "status:held" and name not in self._starts:
            self._check_planned_event(fact, name)
        self._check_not_after_end(fact)
        begun = self._starts.get(name) or self._beginnings.get(name)
        if not begun or not fact.relation_is_a("ActRelation"):
            return
        is_preparing = fact.record.relation in PREPARING_ACTS or any(
            map(fact.relation_is_a, ("ProspectiveRelation", "BeginningRelation"))
        )
        if not is_preparing:
            self._check_not_before(fact, begun, f"{shorten_id(name)} begins only on {begun.first}")

    def _check_not_after_end(self, fact: CheckedFact) -> None:
        """Report what a body did after it was dissolved."""
        if not fact.relation_is_a("ActRelation") or fact.record.relation == "hasStatus":
            return
        ended = self._dissolved.get(fact.record.subject) or self._find_end_of_country(fact)
        done = DateRange.parse_or_none(fact.record.from_ or "")
        if ended and done and done.first > ended.last + MARGIN:
            message = f"{shorten_id(fact.record.subject)} was dissolved on {ended.last}"
            self._diagnostics.add(fact.location, f"{message}; correct the date", "from")

    def _find_end_of_country(self, fact: CheckedFact) -> DateRange | None:
        """Return when ISO 3166-3 withdrew the code of the former country that a fact is of."""
        country = load_ontology().countries.get(fact.record.subject.removeprefix("actor:"))
        return DateRange.parse_or_none(country.until) if country else None

    def _check_not_before(self, fact: CheckedFact, begun: DateRange, what: str) -> None:
        """Report a fact that was so before something began: by its dates, else by its source's.

        ``what`` says when it began.
        """
        dates = dict(fact.list_dates())
        key = next((each for each in ("from", "as-of") if each in dates), None)
        done = dates[key] if key else fact.issued
        if not done or done.last >= begun.first - MARGIN:
            return
        if key:
            self._diagnostics.add(fact.location, f"{what}; correct the date", key)
        else:
            message = (
                f"the source is of {done.last}, and {what}; "
                "write the modality intended or announced"
            )
            self._diagnostics.add(fact.location, message, "modality")

    def _check_order(self, fact: CheckedFact) -> None:
        """Report an event that follows a later one."""
        if fact.record.relation != "follows":
            return
        here = self._latest_starts.get(fact.record.subject)
        before = self._starts.get(fact.record.object)
        if here and before and here.last < before.first:
            other, name = (shorten_id(each) for each in (fact.record.object, fact.record.subject))
            message = f"{other} began on {before.first}, after {name}; name an earlier event"
            self._diagnostics.add(fact.location, message, "object")
        else:
            self._check_order_of_editions(fact)

    def _check_order_of_editions(self, fact: CheckedFact) -> None:
        """Report an edition that follows one with a higher number."""
        here, before = fact.record.subject, fact.record.object
        numbers, others = ([*map(int, self._numbers.get(each, ()))] for each in (here, before))
        is_same_series = self._series.get(here, set()) & self._series.get(before, set())
        if is_same_series and numbers and others and max(numbers) <= min(others):
            message = (
                f"{shorten_id(here)} is number {max(numbers)} and {shorten_id(before)} number "
                f"{min(others)} of the series; name an earlier event"
            )
            self._diagnostics.add(fact.location, message, "object")

    def _check_earlier_text(self, fact: CheckedFact) -> None:
        """Report a text that changes, rests on or names what came after it."""
        if fact.record.relation not in LOOKING_BACK:
            return
        name, other = fact.record.subject, fact.record.object
        here = self._beginnings.get(name)
        event = self._starts.get(other) if fact.record.relation != "cites" else None
        there = self._beginnings.get(other) or event
        if here and there and here.last < there.first - MARGIN:
            message = (
                f"{shorten_id(other)} is of {there.first}, after {shorten_id(name)} of {here.last}"
                "; name an earlier one"
            )
            self._diagnostics.add(fact.location, message, "object")

    def _check_day_after_adoption(self, fact: CheckedFact) -> None:
        """Report a law in force, or a duty due, before the law was adopted."""
        name, relation = fact.record.subject, fact.record.relation
        is_duty = relation == "dueOn"
        if relation not in DAYS_AFTER_ADOPTION or not (is_duty or fact.is_affirmed):
            return
        texts = sorted(self._imposing.get(name, ())) if is_duty else [name]
        adoptions = [(self._beginnings[each], each) for each in texts if each in self._beginnings]
        day = DateRange.parse_or_none(fact.record.object)
        if not day or not adoptions or len(adoptions) < len(texts):
            return
        first, text = min(adoptions, key=lambda adoption: _get_first_day(adoption[0]))
        if day.last < first.first - MARGIN:
            message = f"{shorten_id(text)} was adopted only on {first.first}; correct the date"
            self._diagnostics.add(fact.location, message, "object")

    def _check_signature(self, fact: CheckedFact) -> None:
        """Report a signature before the text was opened for it."""
        opened = self._openings.get(fact.record.object)
        if opened and fact.record.relation == "signed":
            what = f"{shorten_id(fact.record.object)} was opened for signature on {opened.first}"
            self._check_not_before(fact, opened, what)

    def _check_ratification(self, fact: CheckedFact) -> None:
        """Report a ratification before the signature of the same actor."""
        if fact.record.relation != "ratified":
            return
        signed = self._signatures.get((fact.record.subject, fact.record.object))
        ratified = DateRange.parse_or_none(fact.record.from_ or "")
        if signed and ratified and ratified.last < signed.first:
            message = f"ratified before it was signed ({signed.first}); correct the date"
            self._diagnostics.add(fact.location, message, "from")

    def _check_session(self, fact: CheckedFact) -> None:
        """Report a session that was held before its event began or after it ended."""
        if fact.record.relation != "sessionOf":
            return
        first, last = (
            days.get(fact.record.subject) for days in (self._starts, self._latest_starts)
        )
        start, end = (days.get(fact.record.object) for days in (self._starts, self._ends))
        if not (first and last and start):
            return
        ended = _find_last_day(start, end)
        is_after = ended is not None and first.first > ended + MARGIN
        if is_after or last.last < start.first - MARGIN:
            message = (
                f"{shorten_id(fact.record.subject)} began on {first.first}, but "
                f"{shorten_id(fact.record.object)} was held from {_format_days(start, ended)}; "
                "name another event"
            )
            self._diagnostics.add(fact.location, message, "object")


def check_plausible_year(
    given: DateRange, location: Location, key: str, diagnostics: Diagnostics
) -> None:
    """Report a date, under a key of a record, that nothing in the graph can have."""
    if not _is_plausible(given):
        message = f"{given.first.year} is no year for this; check the date"
        diagnostics.add(location, message, key)


def _find_last_day(start: DateRange, end: DateRange | None) -> date | None:
    """Return the last day of an event, None if no source gives its end."""
    return max(start.last, end.last) if end else None


def _format_days(start: DateRange, last: date | None) -> str:
    return f"{start.first} to {last}" if last else f"{start.first} on"


def _is_plausible(given: DateRange) -> bool:
    return given.last >= EARLIEST and given.first <= LATEST


def _add_value(fact: Fact, values: dict[str, set[str]]) -> None:
    """Keep the value that a fact gives a thing; of numbers, those in digits."""
    if fact.relation != "editionNumber" or fact.object.isdecimal():
        values[fact.subject].add(fact.object)


def _is_earlier(given: DateRange, known: DateRange) -> bool:
    return given.first < known.first


def _is_not_earlier(given: DateRange, known: DateRange) -> bool:
    return given.first >= known.first


def _ends_later(given: DateRange, known: DateRange) -> bool:
    """Return whether a date ends later than another one, or as late and is less precise."""
    return given.last > known.last or (given.last == known.last and given.first < known.first)


def list_days_of_deed(fact: CheckedFact) -> list[tuple[str, DateRange]]:
    """Return the keys with a day by which what the fact says is done, each with that day."""
    is_act = fact.relation_is_a("ActRelation") or fact.record.relation in DAYS_OF_DEEDS
    of_object = _list_object_dates(fact) if is_act else []
    return [(key, given) for key, given in (*fact.list_dates(), *of_object) if key != "to"]


def _list_object_dates(fact: CheckedFact) -> list[tuple[str, DateRange]]:
    given = DateRange.parse_or_none(fact.record.object) if _DATE in fact.relation.ranges else None
    return [("object", given)] if given else []


def _get_first_day(given: DateRange) -> date:
    return given.first


def _get_last_day(given: DateRange) -> date:
    return given.last
