"""Collects entities and facts from documents that have ids and words of their own.

A reader of a format declares what its records are and states how they are joined; this gives them
ids, keeps what the ontology has a place for, and counts what is left out, with the reason.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graph_builder.core.errors import Finding
from graph_builder.core.everyday_names import find_named_countries
from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import load_ontology
from graph_builder.core.text import escape_controls, quote, shorten
from graph_builder.core.vocabulary import NS, is_country_id
from graph_builder.ingest.entity_names import EntityNames
from graph_builder.ingest.entity_types import CLASSES_OF_KIND
from graph_builder.ingest.locations import Diagnostics, KeyPath, Location
from graph_builder.ingest.model import Entity, Fact
from graph_builder.ingest.record_validation import LocatedRecord, read_record

_MAX_SLUG = 80
_MAX_SECTION = 200
_DATE_AND_TIME = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]\d.*$", re.DOTALL)
_SAME = "things of the same name"
_MAX_SHOWN = 10
#: Shorter names of countries, such as IT, are names of other things as well.
_MAX_CODE = 3
#: The classes by which other documents call what is a country here.
_COUNTRY_CLASSES = {"Country", "GovernmentBody", "Institution", "Place"}
_NO_RELATION = "no relation here is for them"


@dataclass(frozen=True)
class KnownThing:
    """A thing that has an id already."""

    id: str
    class_name: str


def fold_name(name: str) -> str:
    """Return the form in which two names are the same: letters and accents, whatever their case."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def cut_time(date: str) -> str:
    """Return a date without a time of day."""
    return _DATE_AND_TIME.sub(r"\1", date)


@dataclass(frozen=True)
class Place:
    """Where a record stands in its document: line and column, and words that say it."""

    position: tuple[int, int]
    section: str


@dataclass
class RecordCollector:
    """The entities and facts of a document, by the ids that its records have there."""

    file: str
    language: str
    known: EntityNames
    facts: list[LocatedRecord[Fact]] = field(default_factory=list)
    entities: list[LocatedRecord[Entity]] = field(default_factory=list)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    warnings: Diagnostics = field(default_factory=Diagnostics)
    _things: dict[str, KnownThing] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _same: dict[str, str] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)
    _omitted: Counter[tuple[str, str]] = field(default_factory=Counter)
    _unused: dict[str, Counter[str]] = field(default_factory=dict)
    _first: dict[str, tuple[int, int]] = field(default_factory=dict)

    def declare(self, key: str, class_name: str, name: str, place: Place) -> None:
        """Declare a thing under a key of the document; one with a known name is that one."""
        if key in self._things:
            self.leave_out(f"record with the id {quote(key)}", "it appears twice", place)
            return
        if same := self._find_same(name, class_name):
            self._things[key] = same
            self._same.setdefault(name, same.id)
            self._first.setdefault(_SAME, place.position)
            return
        kind, label = _find_kind(class_name), name
        id_ = f"{kind}:{_make_slug(name) or _make_slug(key) or 'unnamed'}"
        if id_ in self._taken or id_ in self.known.classes:
            id_ = f"{id_}-{_make_slug(key) or len(self._taken)}"
            label = f"{name} ({key})" if fold_name(name) in self._names else name
        self._things[key] = KnownThing(id_, class_name)
        self._labels[key] = label
        self._names.add(fold_name(name))
        self._taken.add(id_)
        data = {"id": id_, "class": class_name, "label": {self.language: label}}
        location = self._locate(place, len(self.entities))
        self.entities.append(read_record(Entity, data, location, self.diagnostics))
        if label != name:
            message = (
                f"another record has the name {quote(name)}; this one is called {quote(label)}"
            )
            self.warnings.add(location, message)

    def _find_same(self, name: str, class_name: str) -> KnownThing | None:
        """Return the one known thing with a name that a thing of a class may be, if there is."""
        found = [self._get_known(each) for each in sorted(self.known.find(name))]
        if len(name) <= _MAX_CODE:
            found = [each for each in found if not is_country_id(each.id)]
        same = [each for each in found if _is_same_kind(each.class_name, class_name)]
        return same[0] if len(same) == 1 else None

    def _get_known(self, id_: str) -> KnownThing:
        return KnownThing(id_, min(self.known.classes[id_]).removeprefix(NS))

    def is_declared(self, key: str) -> bool:
        """Return whether there is a thing under a key."""
        return key in self._things

    def get_label(self, key: str) -> str:
        """Return the name of a thing that was declared under a key, or an empty text."""
        return self._labels.get(key, "")

    def join(self, subject: str, relation: str, object_: str, place: Place, **more: str) -> bool:
        """State that two things are joined, if a relation may join them; return whether it is."""
        ends = self._things.get(subject), self._things.get(object_)
        if ends[0] is None or ends[1] is None:
            return False
        return self._state(ends[0], relation, ends[1].id, ends[1].class_name, place, more)

    def join_country(self, subject: str, relation: str, code: str, place: Place) -> bool:
        """State that a thing is joined to a country or bloc, by its code or everyday name."""
        thing, country = self._things.get(subject), self._find_country(code)
        if thing is None or country is None:
            return False
        return self._state(thing, relation, country.id, country.class_name, place, {})

    def _find_country(self, code: str) -> KnownThing | None:
        alpha3 = _index_countries().get(code.upper())
        named = [f"actor:{alpha3}"] if alpha3 else find_named_countries(code)
        known = [self._get_known(each) for each in named if each in self.known.classes]
        return known[0] if len(known) == 1 else None

    def describe(self, subject: str, relation: str, value: str, place: Place) -> bool:
        """State a name, an address or a date of a thing; return whether a relation is for it."""
        thing = self._things.get(subject)
        if thing is None or not value.strip():
            return False
        return self._state(thing, relation, value, None, place, {})

    def leave_out(self, what: str, reason: str, place: Place) -> None:
        """Count a record that has no place here."""
        self._omitted[what, reason] += 1
        self._first.setdefault(f"{what} {reason}", place.position)

    def leave_value(self, kind: str, key: str, place: Place) -> None:
        """Count a value of a record for which there is no relation."""
        self._unused.setdefault(kind, Counter())[key] += 1
        self._first.setdefault(kind, place.position)

    def list_warnings(self) -> list[Finding]:
        """Return what is left out and why, how many of each, and other warnings."""
        found = list(self.warnings.findings)
        if self._same:
            named = [f"{quote(name)} for {id_}" for name, id_ in self._same.items()]
            more = f" and {len(named) - _MAX_SHOWN:,} more" if len(named) > _MAX_SHOWN else ""
            message = f"taken for {_SAME}: {', '.join(named[:_MAX_SHOWN])}{more}"
            found.append(Finding(self.file, *self._first[_SAME], message))
        for (what, reason), count in self._omitted.items():
            position = self._first[f"{what} {reason}"]
            found.append(Finding(self.file, *position, f"left out: {count:,} {what} ({reason})"))
        for kind, keys in self._unused.items():
            values = ", ".join(f"{shorten(key)} ({count:,})" for key, count in keys.most_common())
            message = f"left out of {kind}: {values}; {_NO_RELATION}"
            found.append(Finding(self.file, *self._first[kind], escape_controls(message)))
        return found

    def _state(
        self,
        subject: KnownThing,
        relation: str,
        value: str,
        class_name: str | None,
        place: Place,
        more: Mapping[str, str],
    ) -> bool:
        known = load_ontology().relations[relation]
        if not _is_one_of(subject.class_name, known.domains):
            return False
        if class_name is not None and not _is_one_of(class_name, known.ranges):
            return False
        data: dict[str, Any] = {
            "subject": subject.id,
            "relation": relation,
            "object": value,
            "section": shorten(escape_controls(place.section), _MAX_SECTION),
            "modality": "reported",
            **{key: text for key, text in more.items() if text},
        }
        location = self._locate(place, len(self.facts))
        self.facts.append(read_record(Fact, data, location, self.diagnostics))
        return True

    def _locate(self, place: Place, number: int) -> Location:
        path: KeyPath = (number,)
        return Location(self.file, {path: place.position}, path)


@cache
def _index_countries() -> dict[str, str]:
    """Return the three letters of each country by its two and its three letters."""
    countries = load_ontology().countries.values()
    codes = ((code, each.alpha3) for each in countries for code in (each.alpha2, each.alpha3))
    return {code: alpha3 for code, alpha3 in codes if code}


@cache
def _find_kind(class_name: str) -> str:
    """Return the kind of the id of a thing of a class."""
    ontology = load_ontology()
    return next(
        kind
        for kind, classes in CLASSES_OF_KIND.items()
        if ontology.is_a([NS + class_name], [NS + each for each in classes])
    )


def _is_same_kind(one: str, other: str) -> bool:
    """Return whether things of two classes may be one: persons are no bodies."""
    if one == "Country":
        return other in _COUNTRY_CLASSES
    return _find_kind(one) == _find_kind(other) and (one == "Person") == (other == "Person")


def _is_one_of(class_name: str, iris: Iterable[str]) -> bool:
    return load_ontology().is_a([NS + class_name], list(iris))


def _make_slug(text: str) -> str:
    """Return the words of a text in ASCII, joined by hyphens: the local part of an id."""
    words = re.findall("[a-z0-9]+", " ".join(fold_words(text)))
    return "-".join(words)[:_MAX_SLUG].strip("-") if "".join(words) else ""
