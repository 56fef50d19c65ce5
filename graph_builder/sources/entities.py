"""Checks of entities: that class and id fit, and that an id means the same in all files."""

from graph_builder.errors import proposal
from graph_builder.sources.ids import Ids
from graph_builder.sources.kinds import (
    ABSTRACT,
    CLASSES_OF_KIND,
    declarable,
    either,
    one_of,
    scheme_file,
)
from graph_builder.sources.model import Entity
from graph_builder.sources.positions import Findings, Place
from graph_builder.sources.reader import Located, Reading
from graph_builder.terms import Vocabulary
from graph_builder.texts import quoted, shortened
from graph_builder.vocabulary import NS


def check_entities(reading: Reading, ids: Ids, vocabulary: Vocabulary) -> Findings:
    """Return a finding for each entity that cannot be, or is another thing elsewhere."""
    checker = _Checker(ids, vocabulary)
    for located in reading.entities:
        checker.check(located)
    return checker.findings


class _Checker:
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
