"""Ids: the things and concepts that are known, and what to write in place of one that is not."""

from functools import cached_property

from graph_builder.core.errors import proposal
from graph_builder.core.ontology import Vocabulary
from graph_builder.core.text import quoted
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.entity_types import CLASSES_OF_KIND, scheme_file
from graph_builder.ingest.reader import Reading

CODE = 3


class Ids:
    """The ids of what has been read and of the ontology, each with the IRIs of its classes."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary) -> None:
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
        if kind in ("", "actor") and local.isalpha() and local.isupper() and len(local) <= CODE:
            return self.country(local)
        if kind and kind not in {*CLASSES_OF_KIND, *self.schemes}:
            return f"unknown kind {quoted(kind)}{proposal(kind, CLASSES_OF_KIND)}"
        if kind not in self.schemes and not self.reading.whole:
            return None
        return f"unknown id {quoted(name)}{self._advice(kind, local)}"

    def country(self, code: str) -> str:
        """Return what to write for a country's code."""
        if code in self.countries:
            name = self.countries[code].names["en"]
            return f"countries need no declaration; actor:{code} is {name}"
        same = [c for c in self.countries.values() if c.alpha2 == code]
        if same:
            return f"{code!r} is no id; {same[0].names['en']} is actor:{same[0].alpha3}"
        near = proposal(code, self.countries)
        return f"unknown country code {quoted(code)}{near} (ISO 3166 alpha-3)"

    def _advice(self, kind: str, local: str) -> str:
        """Return the id that is called so, or those that come near, or what else to do."""
        if called := self._called.get(local.replace("-", " ").casefold()):
            return proposal(called, [called])
        start = f"{kind}:" if kind else ""
        known = self.classes.keys() - self.reading.unread
        alike = (name.removeprefix(start) for name in known if name.startswith(start))
        near = proposal(local, alike, start)
        if kind in self.schemes:
            return near or f"; it is not in the concept scheme {scheme_file(kind)}"
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
