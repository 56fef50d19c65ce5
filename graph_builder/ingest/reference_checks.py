"""Checks of what fact files refer to: ids, classes, relations, values, duplicates."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from graph_builder.core.errors import index_names, suggest_similar
from graph_builder.core.everyday_names import find_named_countries
from graph_builder.core.ontology import RESERVED_COUNTRY_CODES, Ontology, Relation, Replacement
from graph_builder.core.search_words import load_search_words
from graph_builder.core.text import join_alternatives, join_words, quote, quote_id
from graph_builder.core.vocabulary import NS, is_country_id
from graph_builder.ingest.datatypes import LANG_STRING, find_datatype
from graph_builder.ingest.entity_types import (
    ABSTRACT_CLASSES,
    CLASSES_OF_KIND,
    format_class_names,
    get_scheme_file,
    list_declarable_classes,
)
from graph_builder.ingest.epistemic_status import check_epistemic_status
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.located_facts import LocatedFacts
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import THEME_CLASS, Entity, Fact
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.ingest.repeated_keys import RepeatedKeys
from graph_builder.ingest.source_independence import check_origins

if TYPE_CHECKING:
    from graph_builder.core.similarity import NameIndex

_MAX_COUNTRY_CODE = 3
_NO_CLASSES: frozenset[str] = frozenset()


def check_references(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Return a finding for each unknown or unsuitable reference of entities and sources."""
    diagnostics = Diagnostics()
    entities = _EntityChecker(IdIndex(result, ontology), ontology, diagnostics)
    for located in result.entities:
        entities.check(located)
    diagnostics.findings += check_origins(result).findings
    return diagnostics


class IdIndex:
    """The ids of declared entities and of the ontology, each with the IRIs of its classes."""

    def __init__(self, result: ReadResult, ontology: Ontology) -> None:
        """Index concepts, countries and entities; the classes of invalid entities are unknown."""
        self.result = result
        self.problems: dict[str, str | None] = {}
        self._names: dict[str, NameIndex[str]] = {}
        self.countries = ontology.countries
        self.schemes = {
            name.partition(":")[0] for name in ontology.concepts
        } - CLASSES_OF_KIND.keys()
        self.shipped_concepts = ontology.concepts.keys()
        self.classes = dict(ontology.concepts)
        self.classes |= dict.fromkeys(
            (f"actor:{code}" for code in self.countries), frozenset({NS + "Country"})
        )
        for entity in (located.record for located in result.entities if located.record.id):
            known = ontology.superclasses.keys() & {f"{NS}{entity.class_}"}
            self.classes.setdefault(entity.id, frozenset(known))
        for name in result.invalid_ids:
            self.classes.setdefault(name, _NO_CLASSES)

    def find_problem(self, name: str) -> str | None:
        """Return what is wrong with an id, or None if it is or may be declared."""
        if name not in self.problems:
            self.problems[name] = self._find_problem(name)
        return self.problems[name]

    def _find_problem(self, name: str) -> str | None:
        kind, _, local = name.rpartition(":")
        if name in self.classes:
            return None
        is_code = local.isalpha() and local.isupper() and len(local) <= _MAX_COUNTRY_CODE
        if kind in ("", "actor") and is_code:
            return self.explain_country(local)
        if kind and kind not in {*CLASSES_OF_KIND, *self.schemes}:
            return f"unknown kind {quote(kind)}{suggest_similar(kind, CLASSES_OF_KIND)}"
        if kind not in self.schemes and not self.result.complete:
            return None
        advice = self.result.explain_unread(name) or self._suggest_id(kind, local)
        return f"unknown id {quote_id(name)}{advice}"

    def find_linked_themes(self, theme: str) -> set[str]:
        """Return the themes to which declared themes lead from a theme, step by step."""
        found: set[str] = set()
        queue = [theme]
        while queue:
            further = self._links.get(queue.pop(), set()) - found
            found |= further
            queue += further
        return found

    def explain_country(self, code: str) -> str:
        """Return what to write for the code of a country."""
        if code in self.countries:
            name = self.countries[code].names["en"]
            return f"countries need no declaration; actor:{code} is {name}"
        if meant := self._list_meant_countries(code):
            known = join_words([f"{self._get_name(each)} is {each}" for each in meant])
            return f"{code!r} is not an id; {known}"
        return (
            f"unknown country code {quote(code)}; write an alpha-3 code of ISO 3166, "
            "or declare a Country with an id of its own"
        )

    def _list_meant_countries(self, name: str) -> list[str]:
        """Return the ids of the countries, or of the union, that a code or everyday name means."""
        by_code = [each for each in self.countries.values() if name == each.alpha2]
        if reserved := RESERVED_COUNTRY_CODES.get(name):
            by_code = [self.countries[reserved]]
        if by_code:
            return [f"actor:{by_code[0].alpha3}"]
        named = find_named_countries(name) or load_search_words().find_meant_countries(name)
        return [each for each in sorted(named) if each in self.classes]

    def _get_name(self, id_: str) -> str:
        """Return the English name of a country, or the label of an entity."""
        if country := self.countries.get(id_.removeprefix("actor:")):
            return country.names["en"]
        labels = (each.record.label for each in self.result.entities if each.record.id == id_)
        return next((label.get("en", "") for label in labels), "") or id_

    def _suggest_id(self, kind: str, local: str) -> str:
        """Return the id of this label, or similar ids, or what else to do."""
        name = local.replace("-", " ")
        if same_label := self._ids_by_label.get(name.casefold()):
            return suggest_similar(same_label, [same_label])
        if kind in ("", "actor") and (meant := self._list_meant_countries(name)):
            return f"; did you mean {join_alternatives(meant)}?"
        if kind and (of_other_kind := self._ids_by_local_part.get(local)):
            return suggest_similar(of_other_kind[0], of_other_kind)
        start = f"{kind}:" if kind else ""
        if start not in self._names:
            known = self.classes.keys() - self.result.invalid_ids
            self._names[start] = index_names(
                name.removeprefix(start)
                for name in known
                if name.startswith(start) and not is_country_id(name)
            )
        near = suggest_similar(local, self._names[start], start)
        if kind in self.schemes:
            return near or f"; it is not in the concept scheme {get_scheme_file(kind)}"
        return (
            f"{near} If not, declare it under entities" if near else "; declare it under entities"
        )

    @cached_property
    def _ids_by_local_part(self) -> dict[str, list[str]]:
        """The ids by what stands after their kind."""
        found: dict[str, list[str]] = {}
        for name in self.classes:
            found.setdefault(name.partition(":")[2], []).append(name)
        return found

    @cached_property
    def _links(self) -> dict[str, set[str]]:
        """The themes to which each declared theme leads."""
        found: dict[str, set[str]] = {}
        for entity in (located.record for located in self.result.entities):
            found.setdefault(entity.id, set()).update(entity.links)
        return found

    @cached_property
    def _ids_by_label(self) -> dict[str, str]:
        """The ids of countries and entities by their case-folded labels in all languages."""
        entities = (each.record for each in self.result.entities if each.complete)
        labels_by_id = {
            **{f"actor:{country.alpha3}": country.names for country in self.countries.values()},
            **{entity.id: entity.label for entity in entities},
        }
        return {
            label.casefold(): id_
            for id_, labels in labels_by_id.items()
            for label in labels.values()
        }


def _get_links(entity: Entity) -> dict[str, str | None]:
    """Return the themes to which an entity leads, by key."""
    return {"broader": entity.broader, "close-match": entity.close_match}


_FactKey = tuple[object, ...]
#: What two facts may differ in and yet be the same.
_IGNORED = {"note", "reason", "basis", "verification", "modality", "section"}
_list_compared = attrgetter(*(name for name in Fact.model_fields if name not in _IGNORED))


def _build_fact_key(fact: Fact) -> _FactKey:
    """Return what equal facts have in common."""
    is_denied = fact.modality == "denied"
    return *_list_compared(fact), is_denied, " ".join(fact.section.casefold().split())


class FactReferences:
    """Checks the relation, the ends and the epistemic status of facts."""

    def __init__(self, ids: IdIndex, ontology: Ontology, diagnostics: Diagnostics) -> None:
        """Take the known ids, and where findings are added."""
        self.ids = ids
        self.ontology = ontology
        self.diagnostics = diagnostics
        self._is_a = lru_cache(maxsize=4096)(ontology.is_a)

    def check_file(self, facts: LocatedFacts) -> Iterator[LocatedRecord[Fact]]:
        """Check the facts of a file, and that none stands there twice; yield each.

        A denied fact is not the same as one that is said; the contradiction is reported elsewhere.
        A section in capitals is no other one.
        """
        repeated = RepeatedKeys()
        for located in facts:
            self._check(located)
            if located.complete:
                repeated.add(_build_fact_key(located.record))
            yield located
        repeated.find()
        if repeated.is_any:
            self._check_repeated(facts, repeated)

    def _check_repeated(self, facts: LocatedFacts, repeated: RepeatedKeys) -> None:
        """Report the facts that stand in a file before."""
        seen: dict[_FactKey, Location] = {}
        for located in (each for each in facts if each.complete):
            fact = _build_fact_key(located.record)
            if fact in seen:
                self.diagnostics.add(
                    located.location, f"this fact is already in {seen[fact]}; delete one of the two"
                )
            elif repeated.has(fact):
                seen[fact] = located.location

    def _check(self, located: LocatedRecord[Fact]) -> None:
        fact, location = located.record, located.location
        relation = self.ontology.relations.get(fact.relation)
        if relation is None:
            self._check_unknown_relation(fact, location)
        else:
            self._check_subject_or_object(
                fact.subject, relation.domains, location, "subject", relation
            )
            if fact.object:
                self._check_object(fact, location, relation)
        check_epistemic_status(fact, location, self.ontology, self.diagnostics)

    def _check_unknown_relation(self, fact: Fact, location: Location) -> None:
        if replacement := self.ontology.replacements.get(fact.relation):
            message = self._explain_replacement(fact.relation, replacement)
            self.diagnostics.add(location, message, "relation")
        elif fact.relation:
            near = suggest_similar(fact.relation, self.ontology.relations)
            message = f"unknown relation {quote(fact.relation)}{near}"
            self.diagnostics.add(location, message, "relation")
        self._check_id(fact.subject, location, "subject")
        if (fact.object or "").partition(":")[0] in {*CLASSES_OF_KIND, *self.ids.schemes}:
            self._check_id(fact.object, location, "object")

    def _explain_replacement(self, name: str, replacement: Replacement) -> str:
        """Return what to write instead of a relation that is no longer, or not yet, one."""
        new = self.ontology.relations[replacement.relation]
        if replacement.is_inverse:
            return f"{name!r} is not used in facts; write {new.name!r} and swap subject and object"
        thing = "" if new.has_literals else f", whose object is {format_class_names(new.ranges)}"
        declared = "" if new.has_literals else " to declare under entities"
        return f"{name!r} was withdrawn; write {new.name!r}{thing}{declared}"

    def _check_object(self, fact: Fact, location: Location, relation: Relation) -> None:
        if fact.language and LANG_STRING not in relation.ranges:
            message = f"the object of {relation.name!r} has no language; delete the key"
            self.diagnostics.add(location, message, "language")
        if not relation.has_literals:
            self._check_subject_or_object(
                fact.object, relation.ranges, location, "object", relation
            )
            if fact.object == fact.subject:
                message = "subject and object are the same; name two things"
                self.diagnostics.add(location, message, "object")
            return
        try:
            find_datatype(fact.object, relation)
        except ValueError as error:
            self.diagnostics.add(location, str(error), "object")

    def _check_subject_or_object(
        self, name: str, allowed: frozenset[str], location: Location, key: str, relation: Relation
    ) -> None:
        """Report an unknown subject or object, or one whose class the relation does not allow."""
        classes = self._check_id(name, location, key)
        if classes and not self._is_a(classes, allowed):
            actual, expected = format_class_names(classes), format_class_names(allowed)
            message = f"{name} is {actual}; the {key} of {relation.name!r} must be {expected}"
            self.diagnostics.add(location, message, key)

    def _check_id(self, name: str, location: Location, key: str) -> frozenset[str]:
        """Report an unknown id; return the classes of a known one."""
        if name and (message := self.ids.find_problem(name)):
            self.diagnostics.add(location, message, key)
        return self.ids.classes.get(name, _NO_CLASSES)


class _EntityChecker:
    """Checks that each entity has a suitable class and id, the same in every file."""

    def __init__(self, ids: IdIndex, ontology: Ontology, diagnostics: Diagnostics) -> None:
        self.ids = ids
        self.ontology = ontology
        self.diagnostics = diagnostics
        self._declared: dict[str, LocatedRecord[Entity]] = {}
        self._labels: dict[tuple[str, str], LocatedRecord[Entity]] = {}

    def check(self, located: LocatedRecord[Entity]) -> None:
        """Check an entity by itself and against those checked before."""
        entity, location = located.record, located.location
        if entity.class_ and NS + entity.class_ not in self.ontology.superclasses:
            self._report_unknown_class(entity, location)
        elif entity.class_ and entity.id:
            self._check_class_and_kind(entity, location)
        if entity.id:
            self._check_theme(entity, location)
        if entity.id and located.complete:
            self._check_other_declaration(located, self._declared.setdefault(entity.id, located))

    def _report_unknown_class(self, entity: Entity, location: Location) -> None:
        suitable = list_declarable_classes((entity.id or "").partition(":")[0], self.ontology)
        near = suggest_similar(entity.class_, suitable or self.ontology.list_classes())
        advice = near or (f"; write {join_alternatives(suitable)}" if suitable else "")
        self.diagnostics.add(location, f"unknown class {quote(entity.class_)}{advice}", "class")

    def _check_class_and_kind(self, entity: Entity, location: Location) -> None:
        """Report an entity that may not be declared, or not with this class under this id."""
        kind, _, local = entity.id.partition(":")
        class_ = NS + entity.class_
        if kind in self.ids.schemes:
            message = f"declare concepts in {get_scheme_file(kind)}, not here"
            self.diagnostics.add(location, message, "id")
        elif entity.id in self.ids.shipped_concepts:
            message = (
                f"{entity.id} is a theme of the ontology; use it as it is, or give yours another id"
            )
            self.diagnostics.add(location, message, "id")
        elif kind not in CLASSES_OF_KIND:
            near = suggest_similar(kind, CLASSES_OF_KIND)
            self.diagnostics.add(location, f"{quote(kind)} is not a kind of entity{near}", "id")
        elif local in self.ids.countries:
            self.diagnostics.add(location, self.ids.explain_country(local), "id")
        elif not self.ontology.is_a([class_], [NS + name for name in CLASSES_OF_KIND[kind]]):
            message = f"the id of {format_class_names([class_])} must not begin with {kind}:"
            self.diagnostics.add(location, message, "id")
        elif entity.class_ in ABSTRACT_CLASSES:
            narrower = join_alternatives(list_declarable_classes(kind, self.ontology))
            message = f"{entity.class_} is too general; write {narrower}"
            self.diagnostics.add(location, message, "class")

    def _check_theme(self, entity: Entity, location: Location) -> None:
        """Report a theme without a definition, what only themes have, and where links lead."""
        keys = {"definition": entity.definition, **_get_links(entity)}
        if not entity.is_theme:
            for key in (key for key, value in keys.items() if value and entity.class_):
                message = f"only a theme has a {key}; delete the key"
                self.diagnostics.add(location, message, key)
            return
        if "definition" not in entity.model_fields_set:
            message = f"the theme {entity.id} needs a definition: what it means"
            self.diagnostics.add(location, message)
        for key, name in _get_links(entity).items():
            if name and (problem := self._find_link_problem(entity.id, name)):
                self.diagnostics.add(location, problem, key)

    def _find_link_problem(self, theme: str, other: str) -> str | None:
        """Return what is wrong with a link from a theme to another one, or None."""
        if problem := self.ids.find_problem(other):
            return problem
        classes = self.ids.classes.get(other, _NO_CLASSES)
        if classes and not self.ontology.is_a(classes, [NS + THEME_CLASS]):
            return f"{other} is {format_class_names(classes)}; write a theme"
        cycle = {other, *self.ids.find_linked_themes(other)}
        if theme in cycle and theme == max(
            each for each in cycle if theme in self.ids.find_linked_themes(each)
        ):  # once for a cycle
            return f"{theme} leads back to itself; write another theme"
        return None

    def _check_other_declaration(
        self, located: LocatedRecord[Entity], first: LocatedRecord[Entity]
    ) -> None:
        """Report an id that is declared for two entities, or twice in a file.

        Another file may declare the same entity again, and add labels in other languages.
        """
        entity, location = located.record, located.location
        if located is not first and location.file == first.location.file:
            message = f"the id {quote_id(entity.id)} is declared twice (first in {first.location})"
            self.diagnostics.add(location, message, "id")
        elif entity.class_ != first.record.class_:
            other = f"has the class {quote(first.record.class_)} in {first.location}"
            message = f"{entity.id} {other}; give a different entity a different id"
            self.diagnostics.add(location, message, "class")
        else:
            self._check_meaning(located, first)
            self._check_labels(located)

    def _check_meaning(self, located: LocatedRecord[Entity], first: LocatedRecord[Entity]) -> None:
        """Report a theme that another file declares with another meaning or place."""
        entity, other = located.record, first.record
        for key in ("definition", "broader", "close_match"):
            if getattr(entity, key) != getattr(other, key):
                name = key.replace("_", "-")
                message = f"{entity.id} has another {name} in {first.location}"
                self.diagnostics.add(
                    located.location, f"{message}; write the same or another id", name
                )

    def _check_labels(self, located: LocatedRecord[Entity]) -> None:
        entity = located.record
        for language, label in entity.label.items():
            first = self._labels.setdefault((entity.id, language), located)
            if (other := first.record.label[language]) != label:
                message = (
                    f"{entity.id} has the label {quote(other)} in {first.location}; "
                    "write the same label or another id"
                )
                self.diagnostics.add(located.location, message, "label", language)
