"""Checks what fact files refer to: ids, classes, relations, dates, strengths, doubles."""

from collections.abc import Iterable
from functools import cached_property

from graph_builder.core.errors import suggest_similar
from graph_builder.core.ontology import Ontology, Relation
from graph_builder.core.text import quote, shorten
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.datatypes import LANG_STRING, find_datatype
from graph_builder.ingest.entity_types import (
    ABSTRACT_CLASSES,
    CLASSES_OF_KIND,
    format_class_names,
    get_scheme_file,
    join_alternatives,
    list_declarable_classes,
)
from graph_builder.ingest.epistemic_status import check_epistemic_status
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Entity, Fact
from graph_builder.ingest.reader import Located, ReadResult
from graph_builder.ingest.source_independence import check_origins

_MAX_COUNTRY_CODE = 3


class IdIndex:
    """The ids of what has been read and of the ontology, each with the IRIs of its classes."""

    def __init__(self, reading: ReadResult, vocabulary: Ontology) -> None:
        """Take in concepts, countries and entities; of unread entities no class is known."""
        self.reading = reading
        self.countries = vocabulary.countries
        self.schemes = {name.partition(":")[0] for name in vocabulary.concepts}
        self.classes = {name: set(iris) for name, iris in vocabulary.concepts.items()}
        self.classes |= {f"actor:{code}": {NS + "Country"} for code in self.countries}
        for entity in (located.record for located in reading.entities if located.record.id):
            known = vocabulary.superclasses.keys() & {f"{NS}{entity.class_}"}
            self.classes.setdefault(entity.id, known)
        for name in reading.unread:
            self.classes.setdefault(name, set())

    def complaint(self, name: str) -> str | None:
        """Return what is wrong with an id, or None if it is known or an unread file may hold it."""
        kind, _, local = name.rpartition(":")
        if name in self.classes:
            return None
        if (
            kind in ("", "actor")
            and local.isalpha()
            and local.isupper()
            and len(local) <= _MAX_COUNTRY_CODE
        ):
            return self.country(local)
        if kind and kind not in {*CLASSES_OF_KIND, *self.schemes}:
            return f"unknown kind {quote(kind)}{suggest_similar(kind, CLASSES_OF_KIND)}"
        if kind not in self.schemes and not self.reading.whole:
            return None
        return f"unknown id {quote(name)}{self._advice(kind, local)}"

    def country(self, code: str) -> str:
        """Return what to write for a country's code."""
        if code in self.countries:
            name = self.countries[code].names["en"]
            return f"countries need no declaration; actor:{code} is {name}"
        same = [c for c in self.countries.values() if c.alpha2 == code]
        if same:
            return f"{code!r} is no id; {same[0].names['en']} is actor:{same[0].alpha3}"
        near = suggest_similar(code, self.countries)
        return f"unknown country code {quote(code)}{near} (ISO 3166 alpha-3)"

    def _advice(self, kind: str, local: str) -> str:
        """Return the id that is called so, or those that come near, or what else to do."""
        if called := self._called.get(local.replace("-", " ").casefold()):
            return suggest_similar(called, [called])
        start = f"{kind}:" if kind else ""
        known = self.classes.keys() - self.reading.unread
        alike = (name.removeprefix(start) for name in known if name.startswith(start))
        near = suggest_similar(local, alike, start)
        if kind in self.schemes:
            return near or f"; it is not in the concept scheme {get_scheme_file(kind)}"
        return (
            f"{near} If not, declare it under entities" if near else "; declare it under entities"
        )

    @cached_property
    def _called(self) -> dict[str, str]:
        """What countries and entities are called in any language, without capitals."""
        entities = (each.record for each in self.reading.entities if each.whole)
        named = {
            **{f"actor:{country.alpha3}": country.names for country in self.countries.values()},
            **{entity.id: entity.label for entity in entities},
        }
        return {label.casefold(): id_ for id_, labels in named.items() for label in labels.values()}


def check_references(reading: ReadResult, vocabulary: Ontology) -> Diagnostics:
    """Return a finding for all that entities and facts refer to and that is not there."""
    ids = IdIndex(reading, vocabulary)
    checker = _FactChecker(ids, vocabulary)
    for facts in reading.facts.values():
        checker.facts(facts)
    entities = check_entities(reading, ids, vocabulary)
    found = (entities, checker.findings, check_origins(reading))
    return Diagnostics([finding for each in found for finding in each.found])


class _FactChecker:
    def __init__(self, ids: IdIndex, vocabulary: Ontology) -> None:
        self.ids = ids
        self.vocabulary = vocabulary
        self.findings = Diagnostics()

    def facts(self, facts: Iterable[Located[Fact]]) -> None:
        seen: dict[Fact, Location] = {}
        for located in facts:
            self._fact(located)
            if not located.whole:
                continue
            passage = located.record.model_copy(
                update=dict.fromkeys(("note", "reason", "modality", "basis", "verification"))
            )
            if passage in seen:
                first = seen[passage]
                self._add(located.place, f"the same fact as in {first}")
            seen.setdefault(passage, located.place)

    def _fact(self, located: Located[Fact]) -> None:
        fact, place = located.record, located.place
        relation = self.vocabulary.relations.get(fact.relation)
        if relation is None:
            if fact.relation:
                near = suggest_similar(fact.relation, self.vocabulary.relations)
                self._add(place, f"unknown relation {quote(fact.relation)}{near}", "relation")
            self._known(fact.subject, place, "subject")
            if (fact.object or "").partition(":")[0] in {*CLASSES_OF_KIND, *self.ids.schemes}:
                self._known(fact.object, place, "object")
        else:
            self._end(fact.subject, relation.domains, place, "subject", relation)
            if fact.object:
                self._object(fact, place, relation)
        check_epistemic_status(fact, place, self.vocabulary, self.findings)

    def _object(self, fact: Fact, place: Location, relation: Relation) -> None:
        if fact.language and LANG_STRING not in relation.ranges:
            self._add(place, f"{relation.name!r} leads to no words in a language", "language")
        if not relation.literal:
            self._end(fact.object, relation.ranges, place, "object", relation)
            if fact.object == fact.subject:
                self._add(place, "the object is the subject itself; name two things", "object")
            return
        try:
            find_datatype(fact.object, relation)
        except ValueError as error:
            self._add(place, str(error), "object")

    def _end(
        self, name: str, wanted: frozenset[str], place: Location, field: str, relation: Relation
    ) -> None:
        classes = self._known(name, place, field)
        if classes and not self.vocabulary.is_a(classes, wanted):
            is_, should = (format_class_names(iris) for iris in (classes, wanted))
            message = f"{shorten(name)} is {is_}; the {field} of {relation.name!r} is {should}"
            self._add(place, message, field)

    def _known(self, name: str, place: Location, field: str) -> set[str]:
        if name and (message := self.ids.complaint(name)):
            self._add(place, message, field)
        return self.ids.classes.get(name, set())

    def _add(self, place: Location, message: str, *path: str) -> None:
        self.findings.add(place, message, *path)


def check_entities(reading: ReadResult, ids: IdIndex, vocabulary: Ontology) -> Diagnostics:
    """Return a finding for each entity that cannot be, or is another thing elsewhere."""
    checker = _EntityChecker(ids, vocabulary)
    for located in reading.entities:
        checker.check(located)
    return checker.findings


class _EntityChecker:
    def __init__(self, ids: IdIndex, vocabulary: Ontology) -> None:
        self.ids = ids
        self.vocabulary = vocabulary
        self.findings = Diagnostics()
        self._declared: dict[str, Located[Entity]] = {}
        self._labels: dict[tuple[str, str], Located[Entity]] = {}

    def check(self, located: Located[Entity]) -> None:
        entity, place = located.record, located.place
        if entity.class_ and NS + entity.class_ not in self.vocabulary.superclasses:
            self._unknown_class(entity, place)
        elif entity.class_ and entity.id:
            self._fits(entity, place)
        if entity.id and located.whole:
            self._once(located, self._declared.setdefault(entity.id, located))

    def _unknown_class(self, entity: Entity, place: Location) -> None:
        fitting = list_declarable_classes((entity.id or "").partition(":")[0], self.vocabulary)
        near = suggest_similar(entity.class_, fitting or self.vocabulary.classes())
        advice = near or (f"; write {join_alternatives(fitting)}" if fitting else "")
        self.findings.add(place, f"unknown class {quote(entity.class_)}{advice}", "class")

    def _fits(self, entity: Entity, place: Location) -> None:
        """Add a finding unless a thing of this class may be declared under this id."""
        kind, _, local = entity.id.partition(":")
        class_ = NS + entity.class_
        if kind in self.ids.schemes:
            message = f"concepts are not declared here but in {get_scheme_file(kind)}"
            self.findings.add(place, message, "id")
        elif kind not in CLASSES_OF_KIND:
            near = suggest_similar(kind, CLASSES_OF_KIND)
            self.findings.add(place, f"{quote(kind)} is no kind of entity{near}", "id")
        elif entity.class_ == "Country" or local in self.ids.countries:
            self.findings.add(place, self.ids.country(local), "id")
        elif not self.vocabulary.is_a([class_], [NS + c for c in CLASSES_OF_KIND[kind]]):
            self.findings.add(
                place, f"{format_class_names([class_])} has no id of the kind {kind!r}", "id"
            )
        elif entity.class_ in ABSTRACT_CLASSES:
            narrower = join_alternatives(list_declarable_classes(kind, self.vocabulary))
            message = f"{entity.class_} is too wide; write what it is: {narrower}"
            self.findings.add(place, message, "class")

    def _once(self, located: Located[Entity], first: Located[Entity]) -> None:
        """Add a finding if an id stands for two things, or twice in a file.

        Another file may declare the same thing again, and add names in other languages.
        """
        entity, place = located.record, located.place
        if located is not first and place.file == first.place.file:
            message = f"the id {quote(entity.id)} stands twice (first in {first.place})"
            self.findings.add(place, message, "id")
        elif entity.class_ != first.record.class_:
            other = f"is of the class {quote(first.record.class_)} in {first.place}"
            message = f"{shorten(entity.id)} {other}; give another thing another id"
            self.findings.add(place, message, "class")
        else:
            self._called_the_same(located)

    def _called_the_same(self, located: Located[Entity]) -> None:
        entity = located.record
        for language, label in entity.label.items():
            named = self._labels.setdefault((entity.id, language), located)
            if (shown := named.record.label[language]) != label:
                other = f"is called {quote(shown)} in {named.place}"
                message = f"{shorten(entity.id)} {other}; write the same or another id"
                self.findings.add(located.place, message, "label", language)
