"""Warnings about facts that may be right, but that a second look should confirm.

Each compares the facts of the files that are checked with those of other files, or looks at one
record alone. A warning refuses nothing: sources may differ, and names may look like one another.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby

from graph_builder.core.errors import Finding
from graph_builder.core.everyday_names import find_named_countries
from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import Ontology
from graph_builder.core.text import join_words, quote, shorten_id
from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.checked_facts import CheckedFact, collect_checked_facts
from graph_builder.ingest.consistency_checks import VOTES, may_be_at_once, may_be_equal
from graph_builder.ingest.datatypes import LANG_STRING
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.judgement_checks import find_ineffective_judgements
from graph_builder.ingest.language_hints import describe_other_language
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Entity
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.ingest.record_warnings import warn_of_entity, warn_of_facts, warn_of_source

#: From how many names on others have a list, so that a name which it lacks is worth a second look.
MIN_LIST = 5
#: By which factor a number of another day may differ without a warning.
MAX_GROWTH = 2
#: How many words two names of events of one day share that may be names of one event.
MIN_SHARED_WORDS = 2
_MAX_VALUES = 4
_PLACES = ("heldIn", "venue", "editionOf")
_PARTS = ("sideEventOf", "sessionOf")
#: Relations of days from which a term can be counted.
_STARTS_OF_TERMS = ("adoptedOn", "inForceOn", "startDate", "endDate")
_NUMBER = re.compile(r"[0-9]+")


def find_warnings(result: ReadResult, ontology: Ontology, files: Iterable[str]) -> list[Finding]:
    """Return the warnings about the sources, entities and facts of some YAML files, sorted."""
    return _WarningFinder(result, ontology, {*files}).find()


class _WarningFinder:
    """Compares the facts of some files with those of all others."""

    def __init__(self, result: ReadResult, ontology: Ontology, files: set[str]) -> None:
        self._result = result
        self._ontology = ontology
        self._files = files
        self._diagnostics = Diagnostics()
        facts = collect_checked_facts(result, ontology)
        self._every = [each for facts_of_file in facts.values() for each in facts_of_file]
        self._own = [each for path in facts if str(path) in files for each in facts[path]]
        ids = {document.path: name for name, document in result.documents.items()}
        self._others = [
            (ids.get(path, path.stem), each)
            for path in facts
            if str(path) not in files
            for each in facts[path]
        ]

    def find(self) -> list[Finding]:
        """Return all warnings."""
        self._warn_of_other_values()
        self._warn_of_unlisted_names()
        self._warn_of_denials()
        self._warn_of_same_events()
        self._warn_of_languages()
        self._warn_of_unused_entities()
        self._warn_of_records()
        self._warn_of_known_countries()
        self._warn_of_terms()
        self._warn_of_two_holders()
        self._warn_of_other_votes()
        ineffective = find_ineffective_judgements(self._own, self._every)
        return sorted({*self._diagnostics.findings, *ineffective.findings})

    def _warn_of_other_values(self) -> None:
        """Say what others give where a thing has one value, or one number on a day."""
        others: dict[tuple[str, str], list[tuple[str, CheckedFact]]] = defaultdict(list)
        for name, each in self._others:
            if each.is_affirmed and (each.relation.is_single_valued or each.relation.is_count):
                others[each.record.subject, each.record.relation].append((name, each))
        for each in (each for each in self._own if each.is_affirmed):
            found = others.get((each.record.subject, each.record.relation), [])
            differing = [(name, other) for name, other in found if _may_not_both_be(each, other)]
            values = [other.record.object for _, other in found]
            if differing and not any(may_be_equal(each.record.object, value) for value in values):
                message = f"other sources say {_format_values(differing)}; look it up once more"
                self._diagnostics.add(each.location, message, "object")

    def _warn_of_unlisted_names(self) -> None:
        """Say that others give a list without a name which a source mentions alone."""
        others, own = (defaultdict[tuple[str, str], set[str]](set) for _ in range(2))
        for lists, facts in ((others, [each for _, each in self._others]), (own, self._own)):
            for each in (each for each in facts if each.relation.lists_subjects):
                if each.is_affirmed:
                    lists[each.record.relation, each.record.object].add(each.record.subject)
        for each in self._own:
            key = each.record.relation, each.record.object
            listed = others.get(key, set())
            is_selection = len(own.get(key, ())) * 2 < len(listed)
            is_new = each.record.subject in own.get(key, ()) and each.record.subject not in listed
            is_denied = _get_terms(each) in self._denials
            if len(listed) >= MIN_LIST and is_selection and is_new and not is_denied:
                message = (
                    f"other sources name {len(listed)} for {each.record.relation} "
                    f"{shorten_id(each.record.object)}, and {shorten_id(each.record.subject)} is "
                    "not among them; look for a second source"
                )
                self._diagnostics.add(each.location, message, "subject")

    def _warn_of_denials(self) -> None:
        """Say that another source denies a fact, or that an actor declined."""
        for each in (each for each in self._own if each.is_affirmed):
            if name := self._denials.get(_get_terms(each), ""):
                message = f"the source {shorten_id(name)} says that this is not so"
                self._diagnostics.add(each.location, message, "relation")

    @cached_property
    def _denials(self) -> Mapping[tuple[str, str, str], str]:
        """The other source that denies a fact, by the three terms of the fact."""
        denied: dict[tuple[str, str, str], str] = {}
        for name, each in self._others:
            subject, relation, object_ = _get_terms(each)
            if each.is_affirmed and each.relation.refusal_of:
                relation = self._ontology.relations_by_iri[each.relation.refusal_of].name
            elif each.record.modality != "denied":
                continue
            denied.setdefault((subject, relation, object_), name)
        return denied

    def _warn_of_same_events(self) -> None:
        """Say that a declared event may be one that has another id."""
        finder = _SameEventFinder(self._result, self._every, self._ontology)
        for each in self._list_own_entities():
            if same := finder.find(each.record.id):
                message = (
                    f"{shorten_id(same)} is {finder.describe(each.record.id, same)}; "
                    "use its id if they are one event"
                )
                self._diagnostics.add(each.location, message, "id")

    def _warn_of_languages(self) -> None:
        """Say that a name does not look like its language; names of persons belong to none."""
        for each in (e for e in self._list_own_entities() if e.record.class_ != "Person"):
            for tag, label in each.record.label.items():
                if reason := describe_other_language(label, tag):
                    message = f"{quote(label)} is tagged {tag}, but {reason}; check the tag"
                    self._diagnostics.add(each.location, message, "label", tag)
        for fact in (each for each in self._own if LANG_STRING in each.relation.ranges):
            tag, text = fact.record.language or "", fact.record.object
            if reason := describe_other_language(text, tag):
                message = f"{quote(text)} is tagged {tag}, but {reason}; check the tag"
                self._diagnostics.add(fact.location, message, "language")

    def _warn_of_unused_entities(self) -> None:
        """Say that no fact names a thing, nor a theme leads to it."""
        used = {name for each in self._every for name in (each.record.subject, each.record.object)}
        used |= {name for each in self._result.entities for name in each.record.links}
        for document in self._result.documents.values():
            unused = [
                each
                for each in self._list_own_entities()
                if each.location.file == str(document.path) and each.record.id not in used
            ]
            if unused:
                message = f"no fact names {_list_names(unused)}; add a fact, or delete it"
                self._diagnostics.add(unused[0].location, message, "id")

    def _warn_of_records(self) -> None:
        """Say what is odd in a record by itself."""
        for document in self._result.documents.values():
            if str(document.path) in self._files:
                warn_of_source(document.source, document.location, self._diagnostics)
        for each in self._list_own_entities():
            warn_of_entity(each, self._diagnostics)
        warn_of_facts(self._own, self._every, self._diagnostics)

    def _warn_of_known_countries(self) -> None:
        """Say that a declared country has an id already, by a code that ISO 3166 leaves open."""
        for located in self._list_own_entities():
            names = located.record.label.values() if located.record.class_ == "Country" else ()
            meant = {each for name in names for each in find_named_countries(name)}
            if meant:
                message = f"{join_words(sorted(meant))} is the same country; use that id"
                self._diagnostics.add(
                    located.location, f"{message}, or facts of the two are counted apart", "id"
                )

    def _warn_of_terms(self) -> None:
        """Say that the day on which a term ends is missing, although that of its start is known."""
        affirmed = [each.record for each in self._every if each.is_affirmed]
        dated = {fact.subject for fact in affirmed if fact.relation == "dueOn"}
        starts: dict[str, set[str]] = defaultdict(set)
        for fact in affirmed:
            if fact.relation in _STARTS_OF_TERMS:
                starts[fact.subject].add(f"{fact.relation} {fact.object}")
        for each in (each for each in self._own if each.record.relation == "dueAfter"):
            fact = each.record
            if fact.subject not in dated and (known := sorted(starts[fact.object])):
                message = (
                    f"{shorten_id(fact.subject)} has no dueOn, although {shorten_id(fact.object)} "
                    f"has {', '.join(known)}; add dueOn with basis: inferred and the reason, "
                    "else it is never overdue"
                )
                self._diagnostics.add(each.location, message, "object")

    def _warn_of_two_holders(self) -> None:
        """Say that another person held a post before and after the day that a fact gives."""
        terms = _find_terms_of_office(self._every)
        for each in _iter_holders(self._own):
            dates = dict(each.list_dates())
            days = dates.values()
            for person, first, last in terms[each.record.object]:
                is_within = any(first.last < day.first and day.last < last.first for day in days)
                is_same_day = first == last == dates.get("as-of")
                if person != each.record.subject and (is_within or is_same_day):
                    when = f"as of {first.first}" if first == last else ""
                    message = (
                        f"{shorten_id(person)} held this post "
                        f"{when or f'from {first.first} to {last.last}'}; check the dates"
                    )
                    self._diagnostics.add(each.location, message, "subject")

    def _warn_of_other_votes(self) -> None:
        """Say that by another source an actor voted otherwise on a text, or brought it in."""
        votes: dict[tuple[str, str], list[tuple[str, CheckedFact]]] = defaultdict(list)
        for name, each in self._others:
            if each.is_affirmed and each.record.relation in VOTES:
                votes[each.record.subject, each.record.object].append((name, each))
        for each in (e for e in self._own if e.is_affirmed and e.record.relation in VOTES):
            for name, other in votes[each.record.subject, each.record.object]:
                is_other = VOTES[other.record.relation] != VOTES[each.record.relation]
                if is_other and may_be_at_once(each.record, other.record):
                    message = (
                        f"the source {shorten_id(name)} says {other.record.relation}; "
                        "look it up once more"
                    )
                    self._diagnostics.add(each.location, message, "relation")

    def _list_own_entities(self) -> list[LocatedRecord[Entity]]:
        """Return the entities of the files that are checked and that no other file declares."""
        elsewhere = {
            each.record.id
            for each in self._result.entities
            if each.location.file not in self._files
        }
        return [
            each
            for each in self._result.entities
            if each.complete
            and each.location.file in self._files
            and each.record.id not in elsewhere
        ]


class _SameEventFinder:
    """Finds events that may be one: of one day and place or of like names, or of one edition."""

    def __init__(
        self, result: ReadResult, facts: Iterable[CheckedFact], ontology: Ontology
    ) -> None:
        values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for each in (each for each in facts if each.is_affirmed):
            values[each.record.subject][each.record.relation].add(each.record.object)
        self._values = values
        self._names: dict[str, list[set[str]]] = defaultdict(list)
        for entity in (each.record for each in result.entities if each.complete):
            if ontology.is_a([NS + entity.class_], [NS + "Event"]):
                labels = [*entity.label.values(), *values[entity.id]["name"]]
                labels += values[entity.id]["altLabel"]
                self._names[entity.id] = [_list_words(label) for label in labels]

    def find(self, name: str) -> str:
        """Return another event that may be the one of an id, "" if there is none."""
        if name not in self._names:
            return ""
        others = (other for other in self._names if other != name)
        return next((other for other in others if self.describe(name, other)), "")

    def describe(self, name: str, other: str) -> str:
        """Return what two events have in common if they may be one, else ""."""
        here, there = self._values[name], self._values[other]
        if any(other in here[part] or name in there[part] for part in _PARTS):
            return ""
        series = here["editionOf"] & there["editionOf"]
        if number := series and here["editionNumber"] & there["editionNumber"]:
            return f"number {min(number)} of the same series"
        days = {day for day in here["startDate"] & there["startDate"] if DateRange.parse(day)}
        if not days:
            return ""
        shared = any(here[relation] & there[relation] for relation in _PLACES)
        if shared or self._have_like_names(name, other):
            return f"an event of the same day, {min(days)}, and of a like name or place"
        return ""

    def _have_like_names(self, name: str, other: str) -> bool:
        return any(
            len(one & another) >= MIN_SHARED_WORDS
            for one in self._names[name]
            for another in self._names[other]
        )


def _find_terms_of_office(
    facts: Iterable[CheckedFact],
) -> Mapping[str, list[tuple[str, DateRange, DateRange]]]:
    """Return who held each post from when to when, or on one day; several terms are left out."""
    found: dict[str, list[tuple[str, DateRange, DateRange]]] = defaultdict(list)
    starts, ends = (defaultdict[tuple[str, str], set[DateRange]](set) for _ in range(2))
    for each in _iter_holders(facts):
        dates, key = dict(each.list_dates()), (each.record.object, each.record.subject)
        for name, days in (("from", starts), ("to", ends)):
            days[key] |= {dates[name]} if name in dates else set()
        if (day := dates.get("as-of")) and day.first == day.last:
            found[each.record.object].append((each.record.subject, day, day))
    for (post, person), first in starts.items():
        last = ends[post, person]
        if len(first) == len(last) == 1:
            found[post].append((person, next(iter(first)), next(iter(last))))
    return found


def _iter_holders(facts: Iterable[CheckedFact]) -> Iterator[CheckedFact]:
    """Yield the facts by which a person holds a post."""
    return (each for each in facts if each.is_affirmed and each.record.relation == "holderOf")


def _list_names(entities: Sequence[LocatedRecord[Entity]]) -> str:
    """Return the ids of entities: the first ones, and how many more there are."""
    shown = [shorten_id(each.record.id) for each in entities[:_MAX_VALUES]]
    more = len(entities) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _get_terms(fact: CheckedFact) -> tuple[str, str, str]:
    return fact.record.subject, fact.record.relation, fact.record.object


def _list_words(label: str) -> set[str]:
    return {word for word in fold_words(label) if not _NUMBER.fullmatch(word)}


def _may_not_both_be(one: CheckedFact, other: CheckedFact) -> bool:
    """Return whether two values of a relation, or two numbers, can hardly both be right."""
    if not one.relation.is_count:
        return True
    first, second = one.record, other.record
    if None in (first.as_of, second.as_of) or first.as_of == second.as_of:
        return True
    numbers = sorted(int(each.object) for each in (first, second) if each.object.isdecimal())
    return len(numbers) == 2 and numbers[1] > MAX_GROWTH * numbers[0]  # noqa: PLR2004


def _format_values(found: Iterable[tuple[str, CheckedFact]]) -> str:
    """Return values, each with the sources that give it: ``2 (wam, pib-rt2)``."""
    pairs = sorted({(each.record.object, name) for name, each in found})
    shown = [
        f"{shorten_id(value)} ({', '.join(name for _, name in group)})"
        for value, group in groupby(pairs, key=lambda pair: pair[0])
    ]
    more = ["…"] if len(shown) > _MAX_VALUES else []
    return ", ".join([*shown[:_MAX_VALUES], *more])
