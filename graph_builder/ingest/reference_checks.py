"""Checks what fact files refer to: ids, classes, relations, dates, strengths, doubles."""

from collections.abc import Iterable

from graph_builder.core.errors import proposal
from graph_builder.core.ontology import Relation, Vocabulary
from graph_builder.core.text import quoted, shortened
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.datatypes import LANG_STRING, datatype
from graph_builder.ingest.entity_types import (
    ABSTRACT,
    CLASSES_OF_KIND,
    declarable,
    either,
    one_of,
    scheme_file,
)
from graph_builder.ingest.epistemic_status import check_strength
from graph_builder.ingest.identifiers import Ids
from graph_builder.ingest.locations import Findings, Place
from graph_builder.ingest.model import Entity, Fact
from graph_builder.ingest.reader import Located, Reading
from graph_builder.ingest.source_independence import check_origins


def check_references(reading: Reading, vocabulary: Vocabulary) -> Findings:
    """Return a finding for all that entities and facts refer to and that is not there."""
    ids = Ids(reading, vocabulary)
    checker = _ReferenceChecker(ids, vocabulary)
    for facts in reading.facts.values():
        checker.facts(facts)
    entities = check_entities(reading, ids, vocabulary)
    found = (entities, checker.findings, check_origins(reading))
    return Findings([finding for each in found for finding in each.found])


class _ReferenceChecker:
    def __init__(self, ids: Ids, vocabulary: Vocabulary) -> None:
        self.ids = ids
        self.vocabulary = vocabulary
        self.findings = Findings()

    def facts(self, facts: Iterable[Located[Fact]]) -> None:
        seen: dict[Fact, Place] = {}
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
                near = proposal(fact.relation, self.vocabulary.relations)
                self._add(place, f"unknown relation {quoted(fact.relation)}{near}", "relation")
            self._known(fact.subject, place, "subject")
            if (fact.object or "").partition(":")[0] in {*CLASSES_OF_KIND, *self.ids.schemes}:
                self._known(fact.object, place, "object")
        else:
            self._end(fact.subject, relation.domains, place, "subject", relation)
            if fact.object:
                self._object(fact, place, relation)
        check_strength(fact, place, self.vocabulary, self.findings)

    def _object(self, fact: Fact, place: Place, relation: Relation) -> None:
        if fact.language and LANG_STRING not in relation.ranges:
            self._add(place, f"{relation.name!r} leads to no words in a language", "language")
        if not relation.literal:
            self._end(fact.object, relation.ranges, place, "object", relation)
            if fact.object == fact.subject:
                self._add(place, "the object is the subject itself; name two things", "object")
            return
        try:
            datatype(fact.object, relation)
        except ValueError as error:
            self._add(place, str(error), "object")

    def _end(
        self, name: str, wanted: frozenset[str], place: Place, field: str, relation: Relation
    ) -> None:
        classes = self._known(name, place, field)
        if classes and not self.vocabulary.is_a(classes, wanted):
            is_, should = (one_of(iris) for iris in (classes, wanted))
            message = f"{shortened(name)} is {is_}; the {field} of {relation.name!r} is {should}"
            self._add(place, message, field)

    def _known(self, name: str, place: Place, field: str) -> set[str]:
        if name and (message := self.ids.complaint(name)):
            self._add(place, message, field)
        return self.ids.classes.get(name, set())

    def _add(self, place: Place, message: str, *path: str) -> None:
        self.findings.add(place, message, *path)


def check_entities(reading: Reading, ids: Ids, vocabulary: Vocabulary) -> Findings:
    """Return a finding for each entity that cannot be, or is another thing elsewhere."""
    checker = _EntityChecker(ids, vocabulary)
    for located in reading.entities:
        checker.check(located)
    return checker.findings


class _EntityChecker:
    def __init__(self, ids: Ids, vocabulary: Vocabulary) -> None:
        self.ids = ids
        self.vocabulary = vocabulary
        self.findings = Findings()
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

    def _unknown_class(self, entity: Entity, place: Place) -> None:
        fitting = declarable((entity.id or "").partition(":")[0], self.vocabulary)
        near = proposal(entity.class_, fitting or self.vocabulary.classes())
        advice = near or (f"; write {either(fitting)}" if fitting else "")
        self.findings.add(place, f"unknown class {quoted(entity.class_)}{advice}", "class")

    def _fits(self, entity: Entity, place: Place) -> None:
        """Add a finding unless a thing of this class may be declared under this id."""
        kind, _, local = entity.id.partition(":")
        class_ = NS + entity.class_
        if kind in self.ids.schemes:
            message = f"concepts are not declared here but in {scheme_file(kind)}"
            self.findings.add(place, message, "id")
        elif kind not in CLASSES_OF_KIND:
            near = proposal(kind, CLASSES_OF_KIND)
            self.findings.add(place, f"{quoted(kind)} is no kind of entity{near}", "id")
        elif entity.class_ == "Country" or local in self.ids.countries:
            self.findings.add(place, self.ids.country(local), "id")
        elif not self.vocabulary.is_a([class_], [NS + c for c in CLASSES_OF_KIND[kind]]):
            self.findings.add(place, f"{one_of([class_])} has no id of the kind {kind!r}", "id")
        elif entity.class_ in ABSTRACT:
            narrower = either(declarable(kind, self.vocabulary))
            message = f"{entity.class_} is too wide; write what it is: {narrower}"
            self.findings.add(place, message, "class")

    def _once(self, located: Located[Entity], first: Located[Entity]) -> None:
        """Add a finding if an id stands for two things, or twice in a file.

        Another file may declare the same thing again, and add names in other languages.
        """
        entity, place = located.record, located.place
        if located is not first and place.file == first.place.file:
            message = f"the id {quoted(entity.id)} stands twice (first in {first.place})"
            self.findings.add(place, message, "id")
        elif entity.class_ != first.record.class_:
            other = f"is of the class {quoted(first.record.class_)} in {first.place}"
            message = f"{shortened(entity.id)} {other}; give another thing another id"
            self.findings.add(place, message, "class")
        else:
            self._called_the_same(located)

    def _called_the_same(self, located: Located[Entity]) -> None:
        entity = located.record
        for language, label in entity.label.items():
            named = self._labels.setdefault((entity.id, language), located)
            if (shown := named.record.label[language]) != label:
                other = f"is called {quoted(shown)} in {named.place}"
                message = f"{shortened(entity.id)} {other}; write the same or another id"
                self.findings.add(located.place, message, "label", language)
