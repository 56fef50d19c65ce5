"""The ontology as Python objects: relations, classes, concepts, collections, countries."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import (
    ALIGNMENTS_GRAPH,
    NS,
    ONTOLOGY_GRAPH,
    PREFIXES,
    REGISTRY_GRAPH,
    SCHEMES_GRAPH,
    THEME_MAPPING_GRAPH,
    compact,
)

if TYPE_CHECKING:
    from pathlib import Path

    import rdflib

_DEFAULT = DefaultGraph()
_REPLACED_BY = PREFIXES["dcterms"] + "isReplacedBy"
_INVERSE_OF = PREFIXES["owl"] + "inverseOf"

#: The named graph of each file, or group of files, in the ontology folder.
ONTOLOGY_FILES = {
    "terms/*.ttl": ONTOLOGY_GRAPH,
    "schemes/*.ttl": SCHEMES_GRAPH,
    "theme-mapping.ttl": THEME_MAPPING_GRAPH,
    "alignments.ttl": ALIGNMENTS_GRAPH,
    "graphs.ttl": REGISTRY_GRAPH,
}

#: Codes that ISO 3166-1 leaves to users: who uses another one for such a country is not wrong.
USER_ASSIGNED_CODES = ("XKX",)
#: Codes that ISO 3166 reserves for a country beside its own, or that the European Union uses.
RESERVED_COUNTRY_CODES = {"UK": "GBR", "EL": "GRC"}

#: Those of these graphs whose triples are in the merged default graph too.
MERGED_GRAPHS = (SCHEMES_GRAPH, THEME_MAPPING_GRAPH, REGISTRY_GRAPH)


@dataclass(frozen=True)
class Relation:
    """A property that fact files may use: its domains, ranges, modalities and kinds, as IRIs.

    ``holds_under`` are further modalities under which its facts are affirmed; ``kinds`` are the
    classes of relations that it belongs to, such as that of acts; ``refusal_of`` is the relation
    that its facts speak against, or ""; ``is_count`` says whether its objects count something;
    ``lists_subjects`` whether a source gives for an object a list of subjects.
    """

    name: str
    iri: str
    domains: frozenset[str]
    ranges: frozenset[str]
    holds_under: frozenset[str]
    kinds: frozenset[str] = frozenset()
    refusal_of: str = ""
    is_count: bool = False
    lists_subjects: bool = False

    @cached_property
    def is_single_valued(self) -> bool:
        """Whether a thing has one value of it."""
        return NS + "SingleValued" in self.kinds

    @cached_property
    def has_literals(self) -> bool:
        """Whether its objects are literals."""
        literals = (PREFIXES["xsd"], PREFIXES["rdf"])
        return any(iri.startswith(literals) for iri in self.ranges)


@dataclass(frozen=True)
class Replacement:
    """The relation to write instead of one that was withdrawn, or that reads the other way round.

    ``is_inverse`` says whether subject and object change places.
    """

    relation: str
    is_inverse: bool


@dataclass(frozen=True)
class Country:
    """A country of ISO 3166: its codes, its region of the world, and its names by language tag.

    The region is one of the five of UN M49, as CLDR names it in English, or "" for Antarctica;
    ``wikidata`` is the Wikidata item, or "" where data sets differ on it; ``until`` is the day or
    year when ISO 3166-3 withdrew the code of a former country, which has no region and no alpha-2
    code, "" for the others. Kosovo has a code that ISO 3166 leaves to users (XKX).
    """

    alpha3: str
    alpha2: str
    region: str
    wikidata: str
    names: Mapping[str, str]
    until: str = ""


@dataclass(frozen=True)
class Ontology:
    """The content of the ontology files: relations by short name, classes, concepts, countries.

    ``superclasses`` maps the IRI of a class to itself and all its superclasses; ``concepts`` maps
    the prefixed name of a concept to the IRIs of its classes, in the order of the files;
    ``labels`` maps such a name to the labels of the concept in all languages;
    ``members`` maps a SKOS collection to its members; ``currencies`` has the codes of currencies in
    ISO 4217; ``definitions`` and ``notes`` map the IRI of a relation, class or concept to its
    definition and its scope note or, where it is of another vocabulary, its usage note.
    ``replacements`` has the names of properties that fact files used in an earlier version, or
    might use by mistake.
    """

    relations: Mapping[str, Relation]
    superclasses: Mapping[str, frozenset[str]]
    concepts: Mapping[str, frozenset[str]]
    members: Mapping[str, frozenset[str]]
    countries: Mapping[str, Country]
    currencies: frozenset[str]
    labels: Mapping[str, frozenset[str]]
    definitions: Mapping[str, str]
    notes: Mapping[str, str]
    replacements: Mapping[str, Replacement]

    @cached_property
    def relations_by_iri(self) -> Mapping[str, Relation]:
        """The relations by IRI."""
        return {relation.iri: relation for relation in self.relations.values()}

    def list_classes(self) -> list[str]:
        """Return the local names of the classes in the project's namespace, sorted."""
        return sorted(c.removeprefix(NS) for c in self.superclasses if c.startswith(NS))

    def list_concepts(self, kind: str) -> list[str]:
        """Return the ids of the concepts of a kind, such as ``modality``, sorted."""
        return sorted(c.partition(":")[2] for c in self.concepts if c.startswith(kind + ":"))

    def is_affirmed(self, modality: str, relation: Relation) -> bool:
        """Return whether a fact with a modality (its id) is affirmed, and so a triple too."""
        iri = PREFIXES["modality"] + modality
        return iri in self.members["modality:asserting"] or iri in relation.holds_under

    def get_meaning(self, iri: str) -> str:
        """Return definition and scope note of a relation, class or concept, by IRI."""
        return " ".join(texts[iri] for texts in (self.definitions, self.notes) if iri in texts)

    def is_a(self, classes: Iterable[str], wanted: Iterable[str]) -> bool:
        """Return whether one of the class IRIs is one of those wanted, or a subclass of one."""
        above = {upper for iri in classes for upper in self.superclasses.get(iri, ())}
        return not above.isdisjoint(wanted)


def read_ontology_quads(
    directory: "Path", pattern: str, graph: NamedNode | DefaultGraph = _DEFAULT
) -> list[Quad]:
    """Return the triples of the Turtle files that match a pattern, as quads of a graph."""
    return [
        quad
        for path in sorted(directory.glob(pattern))
        for quad in _read_quads(path, path.stat().st_mtime_ns, graph)
    ]


@lru_cache(maxsize=64)
def _read_quads(path: "Path", _changed: int, graph: NamedNode | DefaultGraph) -> tuple[Quad, ...]:
    """Return the triples of a Turtle file, read once for as long as it stays as it is."""
    found = parse(path=path, format=RdfFormat.TURTLE)
    if graph == _DEFAULT:
        return tuple(found)
    return tuple(Quad(each.subject, each.predicate, each.object, graph) for each in found)


@cache
def load_ontology() -> Ontology:
    """Return the shipped ontology."""
    directory = find_data_folder("ontology")
    index = _TripleIndex(
        q for files in ONTOLOGY_FILES for q in read_ontology_quads(directory, files)
    )
    return Ontology(
        relations={r.name: r for r in _build_relations(index)},
        superclasses=_find_superclasses(index),
        concepts=_find_concepts(index),
        members={
            compact(c): index.objects(c, PREFIXES["skos"] + "member")
            for c in index.subjects(PREFIXES["skos"] + "Collection")
        },
        labels={
            compact(c): index.objects(c, PREFIXES["skos"] + "prefLabel")
            for c in index.subjects(PREFIXES["skos"] + "Concept")
        },
        countries={
            row["alpha3"]: _make_country(row)
            for table in ("former-countries", "countries")
            for row in _read_rows(directory, table)
        },
        currencies=frozenset(row["code"] for row in _read_rows(directory, "currencies")),
        replacements=_find_replacements(index),
        definitions=index.values(PREFIXES["skos"] + "definition"),
        notes={
            **index.values(PREFIXES["skos"] + "scopeNote"),
            **index.values(NS + "usageNote"),
        },
    )


def namespaces() -> dict[str, "rdflib.Namespace | rdflib.namespace.ClosedNamespace"]:
    """Return rdflib namespaces by prefix; the one of ``aigg`` is closed: unknown terms raise."""
    from rdflib import Namespace
    from rdflib.namespace import ClosedNamespace

    quads = read_ontology_quads(find_data_folder("ontology"), "terms/*.ttl")
    subjects = {getattr(quad.subject, "value", "") for quad in quads}
    ours = sorted(iri.removeprefix(NS) for iri in subjects if iri.startswith(NS))
    found: dict[str, Namespace | ClosedNamespace] = {p: Namespace(n) for p, n in PREFIXES.items()}
    return {**found, "aigg": ClosedNamespace(NS, ours)}


class _TripleIndex:
    """Triples by subject and predicate, with IRIs as strings."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[str, str], set[str]] = {}
        self._instances: dict[str, list[str]] = {}
        for quad in quads:
            s, p, o = (getattr(term, "value", "") for term in quad.triple)
            self._objects.setdefault((s, p), set()).add(o)
            if p == PREFIXES["rdf"] + "type":
                self._instances.setdefault(o, []).append(s)

    def objects(self, subject: str, predicate: str) -> frozenset[str]:
        return frozenset(self._objects.get((subject, predicate), ()))

    def subjects(self, class_: str) -> list[str]:
        return self._instances.get(class_, [])

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Return subject and object of each triple with a predicate."""
        found = (((s, o) for o in os) for (s, p), os in self._objects.items() if p == predicate)
        return [pair for each in found for pair in each]

    def values(self, predicate: str) -> dict[str, str]:
        found = ((s, objects) for (s, p), objects in self._objects.items() if p == predicate)
        return {subject: " ".join(sorted(objects)) for subject, objects in found}


def _build_relations(index: _TripleIndex) -> list[Relation]:
    return [
        Relation(
            name=_get_local_name(iri),
            iri=iri,
            domains=index.objects(iri, PREFIXES["schema"] + "domainIncludes"),
            ranges=index.objects(iri, PREFIXES["schema"] + "rangeIncludes"),
            holds_under=index.objects(iri, NS + "holdsUnder"),
            kinds=index.objects(iri, PREFIXES["rdf"] + "type"),
            is_count=bool(index.objects(iri, NS + "counts")),
            lists_subjects=PREFIXES["rdf"] + "subject" in index.objects(iri, NS + "lists"),
            refusal_of=min(index.objects(iri, NS + "refusalOf"), default=""),
        )
        for iri in index.subjects(NS + "Relation")
    ]


def _find_replacements(index: _TripleIndex) -> dict[str, Replacement]:
    relations = {*index.subjects(NS + "Relation")}
    found = {}
    for name, is_inverse in ((_REPLACED_BY, False), (_INVERSE_OF, True)):
        for old, new in index.pairs(name):
            if new in relations and old not in relations:
                found[_get_local_name(old)] = Replacement(_get_local_name(new), is_inverse)
    return found


def _get_local_name(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def _find_superclasses(index: _TripleIndex) -> dict[str, frozenset[str]]:
    def above(iri: str) -> frozenset[str]:
        parents = index.objects(iri, PREFIXES["rdfs"] + "subClassOf")
        return frozenset({iri}).union(*map(above, parents))

    return {iri: above(iri) for iri in index.subjects(PREFIXES["owl"] + "Class")}


def _find_concepts(index: _TripleIndex) -> dict[str, frozenset[str]]:
    concept = PREFIXES["skos"] + "Concept"
    type_ = PREFIXES["rdf"] + "type"
    found = {s: index.objects(s, type_) for s in index.subjects(concept)}
    return {compact(s): types - {concept} for s, types in found.items()}


def _read_rows(directory: "Path", table: str) -> list[dict[str, str]]:
    with (directory / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [dict(row) for row in csv.DictReader(stream)]


def _make_country(row: dict[str, str]) -> Country:
    """Return the country of a row; the columns beside its codes are its names by language."""
    codes = [row.pop(each, "") for each in ("alpha3", "alpha2", "region", "wikidata", "until")]
    return Country(codes[0], codes[1], codes[2], codes[3], row, codes[4])
