"""Checks of what facts say together: time, contradictions within a source, circles, double names.

Each check finds what no source can mean: a fact told as done after its source was written, an act
before its text existed, a body that is a part of itself. What two sources may well say differently
is no mistake here; ``aigg disagreements`` shows it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import Ontology, Relation
from graph_builder.core.text import quote, shorten
from graph_builder.core.validity_period import DateRange, is_finer_date
from graph_builder.core.vocabulary import NS, PREFIXES
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import UNDATED, Fact
from graph_builder.ingest.record_validation import LocatedRecord

#: Relations that lead from a thing to one it is a part of or comes after, and so never back to it.
ACYCLIC_RELATIONS = (
    *("parentBody", "locatedIn", "sideEventOf", "sessionOf", "editionOf"),
    *("follows", "buildsOn", "recalls"),
)
#: Modalities that name an act, and the relations whose facts may have them.
ACTS_OF_MODALITY = {
    "signed": {"signed", "adopted", "represented", "openedForSignatureAt"},
    "ratified": {"ratified"},
}
#: What may be a date in AI governance; the term is of 1956.
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
#: The most things of a circle that a message names.
MOST_SHOWN = 5
#: By how many facts endorsements outnumber signatures of a text that is not signed.
MIN_LEAD = 5
#: The largest numbers that a relation counts to, and any other one; and relations of amounts.
MOST = {"editionNumber": 999}
MOST_COUNTED = 999_999_999
AMOUNTS = ("budget",)
#: By how much sources may differ on when an event was held or a text adopted.
MARGIN = timedelta(days=7)
_DATE_KEYS = {"from": "from_", "to": "to", "as-of": "as_of"}
_EVENT = "event:"

LocatedFact = LocatedRecord[Fact]


def check_consistency(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Return a finding for each fact that cannot stand beside others or beside its source."""
    diagnostics = Diagnostics()
    checker = _ConsistencyChecker(result, ontology, diagnostics)
    for path, facts in result.facts.items():
        checker.check_file(str(path), facts)
    checker.check_cycles()
    for document in result.documents.values():
        issued = DateRange.parse_or_none(document.source.date)
        if issued and not _is_plausible(issued):
            message = f"{issued.first.year} is no year for this; check the date"
            diagnostics.add(document.location, message, "date")
    _check_labels(result, ontology, diagnostics)
    return diagnostics


class _ConsistencyChecker:
    """Checks facts against their source, the others of it, and the dates of their ends."""

    def __init__(self, result: ReadResult, ontology: Ontology, diagnostics: Diagnostics) -> None:
        self._ontology = ontology
        self._diagnostics = diagnostics
        self._issued = {
            str(document.path): document.source.date for document in result.documents.values()
        }
        self._facts = [each for facts in result.facts.values() for each in facts if each.complete]
        self._affirmed = [each for each in self._facts if self._is_affirmed(each.record)]
        starts = self._find_dates("startDate")
        self._starts = {thing: dates[0] for thing, dates in starts.items()}
        self._latest_starts = {thing: dates[-1] for thing, dates in starts.items()}
        self._ends = {thing: dates[-1] for thing, dates in self._find_dates("endDate").items()}
        self._beginnings = self._find_beginnings()
        self._classes = {each.record.id: each.record.class_ for each in result.entities}
        self._uses = Counter((each.record.relation, each.record.object) for each in self._affirmed)

    def check_file(self, path: str, facts: Iterable[LocatedFact]) -> None:
        """Check the facts of a source."""
        complete = [each for each in facts if each.complete]
        self._check_contradictions(complete)
        self._check_single_values(complete)
        issued = DateRange.parse_or_none(self._issued.get(path, UNDATED))
        for each in complete:
            self._check_modality(each)
            self._check_plausible_dates(each)
            self._check_plausible_number(each)
            self._check_commitment(each)
            if self._is_affirmed(each.record):
                self._check_done(each, issued)
                self._check_beginning(each)
                self._check_event_dates(each)
                self._check_order(each)
                self._check_signed_vs_endorsed(each)

    def check_cycles(self) -> None:
        """Report the relations that lead from a thing back to itself."""
        seen: set[frozenset[str]] = set()
        for name in ACYCLIC_RELATIONS:
            leads: dict[str, list[LocatedFact]] = defaultdict(list)
            for each in self._affirmed:
                is_self = each.record.subject == each.record.object
                if each.record.relation == name and not is_self:
                    leads[each.record.subject].append(each)
            for each in (each for found in [*leads.values()] for each in found):
                cycle = _find_cycle(each, leads)
                if cycle and frozenset(cycle) not in seen:
                    seen.add(frozenset(cycle))
                    message = f"{name} leads in a circle: {_format_path(cycle)}; delete a fact"
                    self._diagnostics.add(each.location, message, "object")

    def _is_affirmed(self, fact: Fact) -> bool:
        relation = self._get_relation(fact)
        return relation is not None and self._ontology.is_affirmed(fact.modality, relation)

    def _get_relation(self, fact: Fact) -> Relation | None:
        return self._ontology.relations.get(fact.relation)

    def _relation_is_a(self, fact: Fact, kind: str) -> bool:
        relation = self._get_relation(fact)
        return relation is not None and NS + kind in relation.kinds

    def _find_dates(self, relation: str) -> dict[str, list[DateRange]]:
        """Return the dates that sources give for each thing, the earliest first."""
        found: dict[str, list[DateRange]] = defaultdict(list)
        for fact in (each.record for each in self._affirmed):
            given = DateRange.parse_or_none(fact.object) if fact.relation == relation else None
            if given and _is_plausible(given):
                found[fact.subject].append(given)
        return {thing: sorted(dates, key=_get_first_day) for thing, dates in found.items()}

    def _find_beginnings(self) -> dict[str, DateRange]:
        """Return the earliest beginning of each thing that is no event, by any source."""
        found: dict[str, DateRange] = {}
        for fact in (each.record for each in self._affirmed):
            is_beginning = self._relation_is_a(fact, "BeginningRelation")
            if not is_beginning or fact.subject.startswith(_EVENT):
                continue
            given = DateRange.parse_or_none(fact.object) or DateRange.parse_or_none(
                fact.from_ or ""
            )
            given = given or self._starts.get(fact.object)
            if given:
                known = found.get(fact.subject, given)
                found[fact.subject] = min(known, given, key=_get_first_day)
        return found

    def _check_contradictions(self, facts: Iterable[LocatedFact]) -> None:
        """Report what one source says and denies, or says that an actor did and declined."""
        said: dict[tuple[str, str, str], LocatedFact] = {}
        refused: list[tuple[tuple[str, str, str], LocatedFact]] = []
        for each in facts:
            fact = each.record
            relation = self._get_relation(fact)
            if relation and self._is_affirmed(fact):
                said[fact.subject, fact.relation, fact.object] = each
                if relation.refusal_of:
                    name = self._ontology.relations_by_iri[relation.refusal_of].name
                    refused.append(((fact.subject, name, fact.object), each))
            elif fact.modality == "denied":
                refused.append(((fact.subject, fact.relation, fact.object), each))
        for key, each in refused:
            if (first := said.get(key)) and _may_be_at_once(first.record, each.record):
                message = f"the same source says the opposite in {first.location}; keep one of them"
                self._diagnostics.add(each.location, message, "relation")

    def _check_single_values(self, facts: Iterable[LocatedFact]) -> None:
        """Report two values of one source where a thing has one."""
        said: dict[tuple[str, str], LocatedFact] = {}
        for each in (each for each in facts if self._is_affirmed(each.record)):
            fact = each.record
            relation = self._get_relation(fact)
            if not (relation and relation.is_single_valued):
                continue
            first = said.setdefault((fact.subject, fact.relation), each)
            if not _may_be_equal(first.record.object, fact.object):
                message = (
                    f"the same source gives another value in {first.location}; keep one of them"
                )
                self._diagnostics.add(each.location, message, "object")
        self._check_end_after_start(said)

    def _check_end_after_start(self, single: Mapping[tuple[str, str], LocatedFact]) -> None:
        """Report an end before the start, given a source's single values by thing and relation."""
        for (thing, relation_name), each in single.items():
            start = single.get((thing, "startDate"))
            if relation_name == "endDate" and start:
                end, begin = (DateRange.parse_or_none(fact.record.object) for fact in (each, start))
                if end and begin and end.last < begin.first:
                    message = f"ends before it begins ({start.record.object})"
                    self._diagnostics.add(each.location, message, "object")

    def _check_modality(self, located: LocatedFact) -> None:
        fact = located.record
        relations = ACTS_OF_MODALITY.get(fact.modality)
        if relations and fact.relation not in relations:
            message = (
                f"the modality {fact.modality} does not fit {fact.relation}; "
                "write how the source says it: reported, agreed"
            )
            self._diagnostics.add(located.location, message, "modality")

    def _check_signed_vs_endorsed(self, located: LocatedFact) -> None:
        """Report a signature of a text that others endorse and nobody signs, and the like."""
        fact = located.record
        endorsed, signed = (self._uses[name, fact.object] for name in ("endorsed", "signed"))
        if fact.relation in ("signed", "ratified") and endorsed > signed + MIN_LEAD:
            message = (
                f"{shorten(fact.object)} has {endorsed} endorsers here, and hardly anybody signed "
                "it; write endorsed"
            )
            self._diagnostics.add(located.location, message, "relation")

    def _check_commitment(self, located: LocatedFact) -> None:
        """Report a commitment that a source only lists as a takeaway."""
        fact = located.record
        if fact.modality == "takeaway" and self._classes.get(fact.object) == "Commitment":
            message = f"{shorten(fact.object)} is a Commitment; a takeaway is none: see the classes"
            self._diagnostics.add(located.location, message, "object")

    def _check_plausible_dates(self, located: LocatedFact) -> None:
        fact = located.record
        for key, given in (*_list_dates(fact), *self._list_object_dates(fact)):
            if not _is_plausible(given):
                message = f"{given.first.year} is no year for this; check the date"
                self._diagnostics.add(located.location, message, key)

    def _check_plausible_number(self, located: LocatedFact) -> None:
        """Report a number that nothing can have, and an amount without a number."""
        fact = located.record
        relation = self._get_relation(fact)
        if relation and PREFIXES["xsd"] + "integer" in relation.ranges and _is_integer(fact.object):
            most = MOST.get(fact.relation, MOST_COUNTED)
            if not 0 <= int(fact.object) <= most:
                message = f"{shorten(fact.object)} is not a number from 0 to {most:,}; check it"
                self._diagnostics.add(located.location, message, "object")
        if fact.relation in AMOUNTS and not any(map(str.isdigit, fact.object)):
            message = (
                "an amount needs a number; write it in digits, with the currency: EUR 5 million"
            )
            self._diagnostics.add(located.location, message, "object")

    def _list_object_dates(self, fact: Fact) -> Iterator[tuple[str, DateRange]]:
        relation = self._get_relation(fact)
        is_date = relation is not None and PREFIXES["xsd"] + "date" in relation.ranges
        if is_date and (given := DateRange.parse_or_none(fact.object)):
            yield "object", given

    def _check_done(self, located: LocatedFact, issued: DateRange | None) -> None:
        """Report a fact that its source tells as done although it lies after the source."""
        fact = located.record
        is_act = self._relation_is_a(fact, "ActRelation") or fact.relation == "startDate"
        dates = [*_list_dates(fact), *self._list_object_dates(fact)] if is_act and issued else []
        for key, given in dates:
            if issued and key != "to" and given.first > issued.last:
                message = (
                    f"the source is of {issued.last} and cannot tell this as done; "
                    "write the modality intended or announced, or correct the date"
                )
                self._diagnostics.add(located.location, message, key)

    def _check_beginning(self, located: LocatedFact) -> None:
        """Report an act towards a text or body before it was there."""
        fact = located.record
        begun = self._beginnings.get(fact.object)
        done = DateRange.parse_or_none(fact.from_ or "")
        is_prospective = self._relation_is_a(fact, "ProspectiveRelation")
        if begun and done and not is_prospective and done.last < begun.first - MARGIN:
            message = f"{shorten(fact.object)} begins only on {begun.first}; correct the date"
            self._diagnostics.add(located.location, message, "from")

    def _check_event_dates(self, located: LocatedFact) -> None:
        """Report an act at an event on a day on which it was not held."""
        fact = located.record
        start, end = self._starts.get(fact.object), self._ends.get(fact.object)
        done = DateRange.parse_or_none(fact.from_ or "")
        if not (done and start and self._relation_is_a(fact, "ActRelation")):
            return
        if self._relation_is_a(fact, "ProspectiveRelation"):
            return
        last = max(start.last, end.last) if end else None
        if done.last < start.first - MARGIN or (last and done.first > last + MARGIN):
            held = f"{start.first} to {last}" if last else f"{start.first} on"
            message = f"{shorten(fact.object)} was held from {held}; correct the date"
            self._diagnostics.add(located.location, message, "from")

    def _check_order(self, located: LocatedFact) -> None:
        """Report an event that follows a later one."""
        fact = located.record
        if fact.relation != "follows":
            return
        here, before = self._latest_starts.get(fact.subject), self._starts.get(fact.object)
        if here and before and here.last < before.first:
            message = (
                f"{shorten(fact.object)} began on {before.first}, after {shorten(fact.subject)}; "
                "name an earlier event"
            )
            self._diagnostics.add(located.location, message, "object")


def _is_plausible(given: DateRange) -> bool:
    return given.last >= EARLIEST and given.first <= LATEST


def _get_first_day(given: DateRange) -> date:
    return given.first


def _list_dates(fact: Fact) -> list[tuple[str, DateRange]]:
    """Return the keys of a fact that hold a date, each with it."""
    given = ((key, getattr(fact, name) or "") for key, name in _DATE_KEYS.items())
    ranges = ((key, DateRange.parse_or_none(text)) for key, text in given)
    return [(key, each) for key, each in ranges if each]


def _may_be_equal(one: str, other: str) -> bool:
    """Return whether two values may be one: equal, or a date and its month or year."""
    return one == other or is_finer_date(one, other) or is_finer_date(other, one)


def _is_integer(text: str) -> bool:
    """Return whether a text is a whole number."""
    return text.removeprefix("-").isdecimal()


def _may_be_at_once(one: Fact, other: Fact) -> bool:
    """Return whether two facts may speak of the same time: unless both have other dates."""
    first, second = (each.from_ or each.as_of for each in (one, other))
    return not (first and second) or first == second


def _find_cycle(start: LocatedFact, leads: dict[str, list[LocatedFact]]) -> list[str]:
    """Return the things on a path from the object of a fact back to its subject, or none."""
    goal = start.record.subject
    paths = [[goal, start.record.object]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == goal:
            return path
        if path[-1] not in seen:
            seen.add(path[-1])
            paths += [[*path, each.record.object] for each in leads.get(path[-1], ())]
    return []


def _format_path(things: list[str]) -> str:
    """Return things with arrows between them, the first and the last ones of many."""
    shown = [shorten(thing) for thing in things]
    if len(shown) > MOST_SHOWN:
        shown = [*shown[: MOST_SHOWN - 1], "…", shown[-1]]
    return " > ".join(shown)


def _check_labels(result: ReadResult, ontology: Ontology, diagnostics: Diagnostics) -> None:
    """Report things of one kind that have the same label under two ids."""
    known: dict[tuple[str, str], str] = {
        ("actor", _fold(name)): f"actor:{country.alpha3}"
        for country in ontology.countries.values()
        for name in country.names.values()
    }
    for each in (each for each in result.entities if each.complete):
        entity = each.record
        for label in entity.label.values():
            if not _fold(label):
                message = "the label has no letters and no digits; write the name"
                diagnostics.add(each.location, message, "label")
                break
            key = entity.id.partition(":")[0], _fold(label)
            first = known.setdefault(key, entity.id)
            if first != entity.id:
                message = f"{shorten(first)} has the label {quote(label)} too; use its id"
                diagnostics.add(each.location, message, "label")
                break


def _fold(label: str) -> str:
    return "".join(fold_words(label))
