"""Checks what fact files refer to: ids, classes, relations, dates, strengths, doubles."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph_builder.errors import proposal
from graph_builder.sources.literals import LANG_STRING, datatype
from graph_builder.sources.model import Entity, Fact
from graph_builder.sources.origins import check_origins
from graph_builder.sources.positions import Findings, Place
from graph_builder.sources.reader import Located, Reading
from graph_builder.terms import Relation, Vocabulary
from graph_builder.texts import quoted, shortened
from graph_builder.vocabulary import NS, PREFIXES, expand

#: The classes whose instances have ids of a kind; instances of classes below them have too.
CLASSES_OF_KIND = {
    "actor": ("Actor",),
    "event": ("Event", "EventSeries"),
    "instrument": ("PolicyInstrument",),
    "place": ("Place", "Venue"),
    "outcome": ("Outcome",),
    "position": ("Position",),
}
#: Classes too wide for a thing: each carries a narrower one (see ontology/terms/classes.ttl).
ABSTRACT = {"Actor"}
#: Relations of what a heading alone says.
HEADINGS = {"headlineTheme"}
STRENGTHS = ("modality", "basis", "verification")
CODE = 3


def check_references(reading: Reading, vocabulary: Vocabulary) -> Findings:
    """Return a finding for all that entities and facts refer to and that is not there."""
    checker = _Checker(reading, vocabulary)
    for entity in reading.entities:
        checker.entity(entity)
    for facts in reading.facts:
        checker.facts(facts)
    return Findings([*checker.findings.found, *check_origins(reading).found])


def basis_of(fact: Fact, vocabulary: Vocabulary) -> str:
    """Return a fact's basis: as given, else the one named like its modality, else stated.

    A basis that is kept apart has to be given: what an author says by the way is still stated.
    """
    named = f"basis:{fact.modality}"
    apart = vocabulary.members["basis:kept-apart"]
    known = named in vocabulary.concepts and expand(named) not in apart
    return fact.basis or (fact.modality if known else "stated")


@dataclass
class _Checker:
    reading: Reading
    vocabulary: Vocabulary

    def __post_init__(self) -> None:
        self.findings = Findings()
        self.classes = {name: set(iris) for name, iris in self.vocabulary.concepts.items()}
        for code in self.vocabulary.countries:
            self.classes[f"actor:{code}"] = {NS + "Country"}
        for entity in self.reading.entities:
            known = self.vocabulary.superclasses.keys() & {NS + entity.record.class_}
            self.classes.setdefault(entity.record.id, known)
        self.schemes = {name.partition(":")[0] for name in self.vocabulary.concepts}
        for name in self.reading.unread:
            self.classes.setdefault(name, set())
        self._declared: dict[str, Place] = {}

    def entity(self, located: Located[Entity]) -> None:
        entity, place = located.record, located.place
        kind, _, local = entity.id.partition(":")
        class_ = NS + entity.class_
        if class_ not in self.vocabulary.superclasses:
            near = proposal(entity.class_, self.vocabulary.classes())
            self._add(place, f"unknown class {quoted(entity.class_)}{near}", "class")
        elif kind not in CLASSES_OF_KIND:
            self._add(place, self._undeclarable(kind), "id")
        elif entity.class_ == "Country" or local in self.vocabulary.countries:
            self._add(place, self._country(local), "id")
        elif not self.vocabulary.is_a([class_], [NS + c for c in CLASSES_OF_KIND[kind]]):
            message = f"{_names([class_])} has no id of the kind {kind!r}"
            self._add(place, message, "id")
        elif entity.class_ in ABSTRACT:
            self._add(place, self._narrower(entity.class_), "class")
        if entity.id in self._declared:
            first = self._declared[entity.id]
            where = f"{first.file}:{first.at()[0]}"
            self._add(place, f"the id {quoted(entity.id)} stands twice (first in {where})", "id")
        self._declared.setdefault(entity.id, place)

    def _undeclarable(self, kind: str) -> str:
        if kind in self.schemes:
            return f"concepts are not declared here but in {_scheme_file(kind)}"
        return f"{quoted(kind)} is no kind of entity{proposal(kind, CLASSES_OF_KIND)}"

    def _narrower(self, class_: str) -> str:
        below = [
            name
            for name in self.vocabulary.classes()
            if NS + class_ in self.vocabulary.superclasses[NS + name]
            and name not in (class_, "Country")
        ]
        return f"{class_} is too wide; write what it is: {', '.join(below[:-1])} or {below[-1]}"

    def facts(self, facts: Iterable[Located[Fact]]) -> None:
        seen: dict[Fact, Place] = {}
        for located in facts:
            self._fact(located)
            passage = located.record.model_copy(
                update=dict.fromkeys(("note", "reason", "modality", "basis", "verification"))
            )
            if passage in seen:
                first = seen[passage]
                self._add(located.place, f"the same fact as in {first.file}:{first.at()[0]}")
            seen.setdefault(passage, located.place)

    def _fact(self, located: Located[Fact]) -> None:
        fact, place = located.record, located.place
        relation = self.vocabulary.relations.get(fact.relation)
        if relation is None:
            near = proposal(fact.relation, self.vocabulary.relations)
            self._add(place, f"unknown relation {quoted(fact.relation)}{near}", "relation")
            self._known(fact.subject, place, "subject")
        else:
            self._end(fact.subject, relation.domains, place, "subject", relation)
            self._object(fact, place, relation)
        self._strength(fact, place)

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
            is_, should = (_names(iris) for iris in (classes, wanted))
            message = f"{shortened(name)} is {is_}; the {field} of {relation.name!r} is {should}"
            self._add(place, message, field)

    def _known(self, name: str, place: Place, field: str) -> set[str]:
        classes = self.classes.get(name)
        if classes is None and (message := self._unknown(name)):
            self._add(place, message, field)
        return classes or set()

    def _unknown(self, name: str) -> str | None:
        """Return what is wrong with an id, or None where an unread file may declare it."""
        kind, _, local = name.rpartition(":")
        bare = local.isalpha() and local.isupper() and len(local) <= CODE
        if kind in ("", "actor") and bare:
            return self._country(local)
        if kind and kind not in {*CLASSES_OF_KIND, *self.schemes}:
            return f"unknown kind {quoted(kind)}{proposal(kind, CLASSES_OF_KIND)}"
        if kind not in self.schemes and not self.reading.whole:
            return None
        advice = "declare it under entities"
        if kind in self.schemes:
            advice = f"it is not in the concept scheme {_scheme_file(kind)}"
        known = self.classes.keys() - self.reading.unread
        near = proposal(name, (each for each in known if each.startswith(kind)))
        advice = f"{near} {advice[0].upper() + advice[1:]}" if near else f"; {advice}"
        return f"unknown id {quoted(name)}{advice}"

    def _country(self, code: str) -> str:
        countries = self.vocabulary.countries
        if code in countries:
            return f"countries need no declaration; actor:{code} is {countries[code].names['en']}"
        same = [c for c in countries.values() if c.alpha2 == code]
        if same:
            return f"{code!r} is no id; {same[0].names['en']} is actor:{same[0].alpha3}"
        return f"unknown country code {quoted(code)}{proposal(code, countries)} (ISO 3166 alpha-3)"

    def _strength(self, fact: Fact, place: Place) -> None:
        for kind, value in (("modality", fact.modality), ("basis", fact.basis)):
            if value and f"{kind}:{value}" not in self.vocabulary.concepts:
                near = proposal(value, self.vocabulary.scheme(kind))
                self._add(place, f"unknown {kind} {quoted(value)}{near}", kind)
        basis = basis_of(fact, self.vocabulary)
        apart = PREFIXES["basis"] + basis in self.vocabulary.members["basis:kept-apart"]
        if apart and not fact.reason:
            self._add(place, f"a fact whose basis is {basis} needs a reason")
        if fact.relation in HEADINGS and basis != "editorial":
            message = f"{fact.relation} is what a heading alone says; write the modality editorial"
            self._add(place, message, "basis" if fact.basis else "modality")

    def _add(self, place: Place, message: str, *path: str) -> None:
        self.findings.add(place, message, *path)


def _scheme_file(kind: str) -> str:
    """Return where the concepts of a kind stand."""
    return f"ontology/schemes/{'strength' if kind in STRENGTHS else 'subjects'}.ttl"


def _names(iris: Iterable[str]) -> str:
    words = [iri.rpartition("#")[2] for iri in sorted(iris)]
    article = "an" if words[0][0] in "AEIOU" else "a"
    return f"{article} {' or '.join(words)}"
