"""From facts to quads: a plain triple and one assertion a fact, a named graph a source, one merge.

The default graph holds the merge: what some source says happened or holds, with its assertions,
the registry entries it needs, and the concept schemes. A fact stands as a plain triple only where
its assertion is an affirmation, which modality and relation decide; one whose basis is kept apart
stands with its assertion in the graph of inferred facts and nowhere else.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import (
    MERGED_GRAPHS,
    ONTOLOGY_FILES,
    Country,
    Relation,
    Vocabulary,
    ontology_quads,
)
from graph_builder.ingest.datatypes import LANG_STRING, datatype, date_type
from graph_builder.ingest.epistemic_status import basis_of
from graph_builder.ingest.model import UNDATED, UNKNOWN, Entity, Fact, Source
from graph_builder.ingest.reader import FactBase
from graph_builder.ingest.source_independence import origins

Term = NamedNode | Literal
Pairs = list[tuple[NamedNode, Term]]


def node(name: str) -> NamedNode:
    """Return the node of a prefixed name."""
    return NamedNode(v.expand(name))


TYPE = node("rdf:type")
LABEL = node("skos:prefLabel")
DEFINED_BY = node("rdfs:isDefinedBy")
DEFAULT = DefaultGraph()
REGISTRY = NamedNode(v.REGISTRY_GRAPH)
INFERRED = NamedNode(v.INFERRED_GRAPH)


def compile_quads(base: FactBase, vocabulary: Vocabulary, ontology: Path) -> set[Quad]:
    """Return all quads of the graph of some facts, the files of the ontology folder included."""
    quads: set[Quad] = set(_ontology(ontology))
    stated: set[str] = set()
    inferred: set[str] = set()
    origin = origins(base.documents)
    for document in base.documents.values():
        source = node(f"source:{document.source.id}")
        graph = node(f"graph:{document.source.id}")
        quads.update(_into((graph, DEFAULT), source, _source(document.source, origin)))
        quads.update(_into((graph, DEFAULT), graph, [(node("prov:wasDerivedFrom"), source)]))
        for located in document.facts:
            compiled = _Compiled(located.record, document.source, vocabulary)
            quads.update(compiled.quads(graph))
            (inferred if compiled.apart else stated).update(compiled.names)
    quads.update(_registry(base, vocabulary, stated, inferred))
    return quads


def _ontology(directory: Path) -> Iterator[Quad]:
    for files, name in ONTOLOGY_FILES.items():
        yield from ontology_quads(directory, files, NamedNode(name))
        if name in MERGED_GRAPHS:
            yield from ontology_quads(directory, files, DEFAULT)


def _into(
    graphs: Iterable[NamedNode | DefaultGraph], subject: NamedNode, pairs: Pairs
) -> list[Quad]:
    return [Quad(subject, p, o, graph) for graph in graphs for p, o in pairs]


def _optional(*pairs: tuple[str, Term | None]) -> Pairs:
    return [(node(name), term) for name, term in pairs if term is not None]


def _text(value: str | None, language: str | None = None) -> Literal | None:
    return Literal(value, language=language) if value is not None else None


def _integer(value: int | None) -> Literal | None:
    return Literal(str(value), datatype=node("xsd:integer")) if value is not None else None


def _date(value: str | None) -> Literal | None:
    return Literal(value, datatype=NamedNode(date_type(value))) if value is not None else None


def _source(source: Source, origin: Mapping[str, str]) -> Pairs:
    return _optional(
        ("rdf:type", node("aigg:Source")),
        ("dcterms:title", _text(source.title, source.title_language or source.language)),
        ("aigg:publisherName", _text(source.publisher)),
        ("dcterms:source", node(f"source:{source.rests_on}") if source.rests_on else None),
        ("aigg:origin", _text(origin[source.id])),
        ("schema:url", NamedNode(source.address) if source.address != UNKNOWN else None),
        ("dcterms:issued", _date(source.date if source.date != UNDATED else None)),
        ("aigg:sourceKind", _text(source.kind)),
        ("dcterms:language", _text(source.language)),
        ("dcterms:rights", _text(source.licence, "en")),
        ("aigg:verification", node(f"verification:{source.verification}")),
        ("skos:note", _text(source.note, "en")),
        ("aigg:textLength", _integer(source.text.length if source.text else None)),
        ("aigg:textDigest", _text(source.text.sha256 if source.text else None)),
    )


class _Compiled:
    """One fact as terms, with the assertion that says who states it, where, and how strongly."""

    def __init__(self, fact: Fact, source: Source, vocabulary: Vocabulary) -> None:
        relation = vocabulary.relations[fact.relation]
        basis = basis_of(fact, vocabulary)
        self.names = [fact.subject] if relation.literal else [fact.subject, fact.object]
        self.apart = v.expand(f"basis:{basis}") in vocabulary.members["basis:kept-apart"]
        self._affirmed = vocabulary.affirms(fact.modality, relation)
        self._subject = node(fact.subject)
        self._relation = NamedNode(relation.iri)
        self._object = _object(fact, relation, source.language)
        statement: Pairs = [
            (node("rdf:subject"), self._subject),
            (node("rdf:predicate"), self._relation),
            (node("rdf:object"), self._object),
        ]
        identity = [*statement, *_locator(fact, source)]
        self._assertion = node(f"assertion:{_digest(identity)}")
        self._record = [*identity, *_strength(fact, source, basis)]
        if self._affirmed:
            self._record.append((TYPE, node("aigg:Affirmation")))

    def quads(self, graph: NamedNode) -> list[Quad]:
        """Return the fact's quads: in its source's graph and the merge, or among the inferred."""
        graphs: list[NamedNode | DefaultGraph] = [INFERRED] if self.apart else [graph, DEFAULT]
        quads = _into(graphs, self._assertion, self._record)
        if self._affirmed:
            quads += [Quad(self._subject, self._relation, self._object, each) for each in graphs]
        return quads


def _object(fact: Fact, relation: Relation, language: str) -> Term:
    if not relation.literal:
        return node(fact.object)
    kind = datatype(fact.object, relation)
    if kind == LANG_STRING:
        return Literal(fact.object, language=fact.language or language)
    return Literal(fact.object, datatype=NamedNode(kind))


def _locator(fact: Fact, source: Source) -> Pairs:
    """Return source, passage and period, which make the assertion the one it is."""
    return _optional(
        ("prov:wasDerivedFrom", node(f"source:{source.id}")),
        ("aigg:section", _text(fact.section)),
        ("aigg:anchor", _text(fact.anchor)),
        ("oa:start", _integer(fact.start)),
        ("oa:end", _integer(fact.end)),
        ("aigg:validFrom", _date(fact.from_)),
        ("aigg:validTo", _date(fact.to)),
        ("aigg:asOf", _date(fact.as_of)),
    )


def _strength(fact: Fact, source: Source, basis: str) -> Pairs:
    quoted = node(f"source:{source.id}") if basis == "stated" else None
    return _optional(
        ("rdf:type", node("aigg:Assertion")),
        ("prov:wasQuotedFrom", quoted),
        ("aigg:modality", node(f"modality:{fact.modality}")),
        ("aigg:basis", node(f"basis:{basis}")),
        ("aigg:verification", node(f"verification:{fact.verification or source.verification}")),
        ("aigg:reason", _text(fact.reason, "en")),
        ("skos:note", _text(fact.note, "en")),
    )


def _digest(identity: Pairs) -> str:
    """Return the SHA-256 of statement, source, passage and period as N-Triples, a pair a line."""
    lines = "".join(f"{predicate} {term}\n" for predicate, term in identity)
    return hashlib.sha256(lines.encode()).hexdigest()


def _registry(
    base: FactBase, vocabulary: Vocabulary, stated: set[str], inferred: set[str]
) -> Iterator[Quad]:
    """Yield the entries of the entities that facts name; the merge holds those it needs."""
    entries = {located.record.id: _entity(located.record) for located in base.entities}
    for code, country in vocabulary.countries.items():
        entries[f"actor:{code}"] = _country(country)
    for name in sorted((stated | inferred) & entries.keys()):
        graphs = (REGISTRY, DEFAULT) if name in stated else (REGISTRY,)
        yield from _into(graphs, node(name), entries[name])


def _entity(entity: Entity) -> Pairs:
    return _entry(entity.class_, dict(entity.label))


def _country(country: Country) -> Pairs:
    return [
        *_entry("Country", dict(country.names)),
        (node("aigg:alpha2"), Literal(country.alpha2)),
        (node("aigg:alpha3"), Literal(country.alpha3)),
    ]


def _entry(class_: str, labels: dict[str, str]) -> Pairs:
    names = [(LABEL, Literal(label, language=language)) for language, label in labels.items()]
    return [(TYPE, NamedNode(v.NS + class_)), *names, (DEFINED_BY, REGISTRY)]
