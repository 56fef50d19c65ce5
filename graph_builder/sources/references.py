"""Checks what fact files refer to: ids, classes, relations, dates, strengths, doubles."""

from collections.abc import Iterable

from graph_builder.errors import proposal
from graph_builder.sources.entities import check_entities
from graph_builder.sources.ids import Ids
from graph_builder.sources.kinds import CLASSES_OF_KIND, one_of
from graph_builder.sources.literals import LANG_STRING, datatype
from graph_builder.sources.model import Fact
from graph_builder.sources.origins import check_origins
from graph_builder.sources.positions import Findings, Place
from graph_builder.sources.reader import Located, Reading
from graph_builder.sources.strengths import check_strength
from graph_builder.terms import Relation, Vocabulary
from graph_builder.texts import quoted, shortened


def check_references(reading: Reading, vocabulary: Vocabulary) -> Findings:
    """Return a finding for all that entities and facts refer to and that is not there."""
    ids = Ids(reading, vocabulary)
    checker = _Checker(ids, vocabulary)
    for facts in reading.facts.values():
        checker.facts(facts)
    entities = check_entities(reading, ids, vocabulary)
    found = (entities, checker.findings, check_origins(reading))
    return Findings([finding for each in found for finding in each.found])


class _Checker:
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
