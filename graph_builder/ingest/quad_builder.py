"""Builds the quads of the graph from facts: a triple and an assertion for each fact.

Each source has a named graph. The default graph merges them: affirmed facts as triples, all
assertions, the registry entries that they need, and the concept schemes. A fact becomes a triple
only if its assertion is an affirmation, which modality and relation decide, and unless a judgement
sets it aside (:mod:`~graph_builder.ingest.statement_ranks`). A fact whose basis is kept apart is in
the graph of inferred facts, with its assertion, and in no other; it is no affirmation.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import (
    MERGED_GRAPHS,
    ONTOLOGY_FILES,
    Country,
    Ontology,
    Relation,
    read_ontology_quads,
)
from graph_builder.core.theme_mapping import (
    CANONICAL_THEMES,
    MAPPING_PROPERTIES,
    find_canonical_themes,
)
from graph_builder.ingest.datatypes import LANG_STRING, find_datatype, find_date_datatype
from graph_builder.ingest.epistemic_status import find_basis
from graph_builder.ingest.fact_file_reader import FactBase
from graph_builder.ingest.model import UNDATED, UNKNOWN_ADDRESS, Entity, Fact, Source
from graph_builder.ingest.source_independence import find_origins
from graph_builder.ingest.statement_ranks import RankedFact, Ranking, StatementRanks

RdfTerm = NamedNode | Literal
PredicateObjects = list[tuple[NamedNode, RdfTerm]]


def make_iri(name: str) -> NamedNode:
    """Return the IRI of a prefixed name; raises UnknownNameError for an unknown prefix."""
    return NamedNode(v.expand(name))


RDF_TYPE = make_iri("rdf:type")
PREF_LABEL = make_iri("skos:prefLabel")
SUBCLASS_OF = make_iri("rdfs:subClassOf")
RELATION = make_iri("aigg:Relation")
IS_DEFINED_BY = make_iri("rdfs:isDefinedBy")
DEFAULT_GRAPH = DefaultGraph()
REGISTRY = NamedNode(v.REGISTRY_GRAPH)
INFERRED = NamedNode(v.INFERRED_GRAPH)
SET_ASIDE = NamedNode(v.SET_ASIDE_GRAPH)
THEME_MAPPING = NamedNode(v.THEME_MAPPING_GRAPH)
_GraphNode = NamedNode | DefaultGraph


def build_quads(base: FactBase, ontology: Ontology, ontology_folder: Path) -> set[Quad]:
    """Return all quads of the graph of a fact base, with those of the files of an ontology."""
    quads: set[Quad] = set(_read_ontology(ontology_folder))
    stated: set[str] = set()
    inferred: set[str] = set()
    facts: list[_FactTerms] = []
    origins = find_origins(base.documents)
    for document in base.documents.values():
        source = make_iri(f"source:{document.source.id}")
        graph = make_iri(f"graph:{document.source.id}")
        in_both = (graph, DEFAULT_GRAPH)
        quads.update(
            _make_quads(in_both, source, _make_source_properties(document.source, origins))
        )
        quads.update(_make_quads(in_both, graph, [(make_iri("prov:wasDerivedFrom"), source)]))
        facts += [
            _make_fact_terms(each.record, document.source, ontology) for each in document.facts
        ]
    ranks = StatementRanks((each.ranked for each in facts), ontology)
    for fact in facts:
        quads.update(fact.place_in_graphs(ranks))
        (inferred if fact.is_excluded_from_merge else stated).update(fact.names)
    quads.update(_iter_registry_quads(base, ontology, stated, inferred))
    quads.update(_iter_canonical_theme_quads(quads))
    return quads


def _read_ontology(directory: Path) -> Iterator[Quad]:
    for files, name in ONTOLOGY_FILES.items():
        yield from read_ontology_quads(directory, files, NamedNode(name))
        if name in MERGED_GRAPHS:
            yield from read_ontology_quads(directory, files, DEFAULT_GRAPH)
    yield from find_class_axioms(read_ontology_quads(directory, "terms/*.ttl", DEFAULT_GRAPH))


def find_class_axioms(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield which of our classes is narrower than which class, and which terms are relations.

    The merge has these, so that ``a/rdfs:subClassOf*`` finds the things of narrower classes there,
    and its Turtle can be validated without the ontology beside it.
    """
    for quad in quads:
        is_axiom = quad.predicate == SUBCLASS_OF and str(quad.subject).startswith(f"<{v.NS}")
        if is_axiom or (quad.predicate, quad.object) == (RDF_TYPE, RELATION):
            yield quad


def _make_quads(
    graphs: Iterable[NamedNode | DefaultGraph], subject: NamedNode, pairs: PredicateObjects
) -> list[Quad]:
    return [Quad(subject, p, o, graph) for graph in graphs for p, o in pairs]


def _drop_missing(*pairs: tuple[str, RdfTerm | None]) -> PredicateObjects:
    return [(make_iri(name), term) for name, term in pairs if term is not None]


def _make_text(value: str | None, language: str | None = None) -> Literal | None:
    return Literal(value, language=language) if value is not None else None


def _make_integer(value: int | None) -> Literal | None:
    return Literal(str(value), datatype=make_iri("xsd:integer")) if value is not None else None


def _make_date(value: str | None) -> Literal | None:
    return (
        Literal(value, datatype=NamedNode(find_date_datatype(value))) if value is not None else None
    )


def _make_source_properties(source: Source, origins: Mapping[str, str]) -> PredicateObjects:
    return _drop_missing(
        ("rdf:type", make_iri("aigg:Source")),
        ("dcterms:title", _make_text(source.title, source.title_language or source.language)),
        ("aigg:publisherName", _make_text(source.publisher)),
        ("dcterms:source", make_iri(f"source:{source.rests_on}") if source.rests_on else None),
        ("aigg:origin", _make_text(origins[source.id])),
        ("schema:url", NamedNode(source.address) if source.address != UNKNOWN_ADDRESS else None),
        ("dcterms:issued", _make_date(source.date if source.date != UNDATED else None)),
        ("aigg:sourceKind", _make_text(source.kind)),
        ("dcterms:language", _make_text(source.language)),
        ("dcterms:rights", _make_text(source.licence, "en")),
        ("aigg:verification", make_iri(f"verification:{source.verification}")),
        ("skos:note", _make_text(source.note, "en")),
        ("aigg:textLength", _make_integer(source.text.length if source.text else None)),
        ("aigg:textDigest", _make_text(source.text.sha256 if source.text else None)),
    )


@dataclass(frozen=True)
class _FactTerms:
    """The terms of a fact, and its assertion: who states it, where, and with which status.

    ``ranked`` is the fact as judgements may rank it, ``names`` are the things that it is about.
    """

    graph: NamedNode
    subject: NamedNode
    predicate: NamedNode
    object: RdfTerm
    ranked: RankedFact
    assertion_properties: PredicateObjects
    names: tuple[str, ...]
    is_excluded_from_merge: bool

    def place_in_graphs(self, ranks: StatementRanks) -> list[Quad]:
        """Return the quads: in the source's graph and the merge, or among inferred facts.

        A fact that is set aside is in the graph of such facts too, and no triple of the merge.
        """
        ranking = ranks.rankings.get(self.ranked.assertion)
        is_set_aside = self.ranked.is_affirmed and ranking is not None and ranking.is_set_aside
        apart: list[_GraphNode] = [INFERRED] if self.is_excluded_from_merge else [self.graph]
        merge: list[_GraphNode] = [] if self.is_excluded_from_merge else [DEFAULT_GRAPH]
        aside: list[_GraphNode] = [SET_ASIDE] if is_set_aside else []
        properties = [
            *self.assertion_properties,
            *self._describe_standing(ranks, is_set_aside=is_set_aside),
        ]
        quads = _make_quads([*apart, *merge, *aside], self.ranked.assertion, properties)
        if ranking:
            rank = _describe_ranking(ranking)
            quads += _make_quads(merge or apart, self.ranked.assertion, rank)
        if self.ranked.is_affirmed:
            graphs = [*([] if is_set_aside and apart == [INFERRED] else apart), *(aside or merge)]
            quads += [Quad(self.subject, self.predicate, self.object, each) for each in graphs]
        return quads

    def _describe_standing(self, ranks: StatementRanks, *, is_set_aside: bool) -> PredicateObjects:
        """Return how the fact is verified, and whether it stands as a triple of the merge."""
        fact = self.ranked.fact
        level = ranks.find_verification(fact) if fact.rank else self.ranked.verification
        standing = "aigg:SetAside" if is_set_aside else "aigg:Affirmation"
        has_standing = is_set_aside or not self.is_excluded_from_merge
        stands = self.ranked.is_affirmed and has_standing
        return _drop_missing(
            ("aigg:verification", make_iri(f"verification:{level}")),
            ("rdf:type", make_iri(standing) if stands else None),
        )


def _make_fact_terms(fact: Fact, source: Source, ontology: Ontology) -> _FactTerms:
    """Return the terms of a fact of a source; its assertion is named after what identifies it."""
    relation = ontology.relations[fact.relation]
    basis = find_basis(fact, ontology)
    subject = make_iri(fact.subject)
    predicate = NamedNode(relation.iri)
    object_ = _make_object_term(fact, relation, source.language)
    identity: PredicateObjects = [
        (make_iri("rdf:subject"), subject),
        (make_iri("rdf:predicate"), predicate),
        (make_iri("rdf:object"), object_),
        *_make_locator_properties(fact, source),
    ]
    return _FactTerms(
        graph=make_iri(f"graph:{source.id}"),
        subject=subject,
        predicate=predicate,
        object=object_,
        ranked=RankedFact(
            fact=fact,
            assertion=make_iri(f"assertion:{_hash_identity(identity)}"),
            verification=fact.verification or source.verification,
            is_affirmed=ontology.is_affirmed(fact.modality, relation),
        ),
        assertion_properties=[*identity, *_make_status_properties(fact, source, basis)],
        names=(fact.subject,) if relation.has_literals else (fact.subject, fact.object),
        is_excluded_from_merge=v.expand(f"basis:{basis}") in ontology.members["basis:kept-apart"],
    )


def _describe_ranking(ranking: Ranking) -> PredicateObjects:
    return [
        (make_iri("aigg:statementRank"), make_iri(f"rank:{ranking.rank}")),
        (make_iri("aigg:rankedBy"), ranking.judgement),
    ]


def _make_object_term(fact: Fact, relation: Relation, language: str) -> RdfTerm:
    if not relation.has_literals:
        return make_iri(fact.object)
    kind = find_datatype(fact.object, relation)
    if kind == LANG_STRING:
        return Literal(fact.object, language=fact.language or language)
    return Literal(fact.object, datatype=NamedNode(kind))


def _make_locator_properties(fact: Fact, source: Source) -> PredicateObjects:
    """Return source, passage and period, which identify the assertion beside its triple."""
    return _drop_missing(
        ("prov:wasDerivedFrom", make_iri(f"source:{source.id}")),
        ("aigg:section", _make_text(fact.section)),
        ("aigg:anchor", _make_text(fact.anchor)),
        ("oa:start", _make_integer(fact.start)),
        ("oa:end", _make_integer(fact.end)),
        ("aigg:validFrom", _make_date(fact.from_)),
        ("aigg:validTo", _make_date(fact.to)),
        ("aigg:asOf", _make_date(fact.as_of)),
    )


def _make_status_properties(fact: Fact, source: Source, basis: str) -> PredicateObjects:
    is_quotation = basis == "stated" and fact.anchor is not None
    quoted = make_iri(f"source:{source.id}") if is_quotation else None
    return _drop_missing(
        ("rdf:type", make_iri("aigg:Assertion")),
        ("prov:wasQuotedFrom", quoted),
        ("aigg:modality", make_iri(f"modality:{fact.modality}")),
        ("aigg:basis", make_iri(f"basis:{basis}")),
        ("aigg:givesRank", make_iri(f"rank:{fact.rank}") if fact.rank else None),
        ("aigg:reason", _make_text(fact.reason, "en")),
        ("skos:note", _make_text(fact.note, "en")),
    )


def _hash_identity(identity: PredicateObjects) -> str:
    """Return the SHA-256 of triple, source, passage and period, one per line as in N-Triples."""
    lines = "".join(f"{predicate} {term}\n" for predicate, term in identity)
    return hashlib.sha256(lines.encode()).hexdigest()


def _iter_registry_quads(
    base: FactBase, ontology: Ontology, stated: set[str], inferred: set[str]
) -> Iterator[Quad]:
    """Yield the entries of the entities that facts name; those of stated facts are in the merge.

    A theme that facts name brings along the themes to which it leads.
    """
    entities = {located.record.id: located.record for located in base.entities}
    entries = {name: _make_entity_properties(entity) for name, entity in entities.items()}
    _add_linked_themes(stated, entities)
    _add_linked_themes(inferred, entities)
    for code, country in ontology.countries.items():
        entries[f"actor:{code}"] = _make_country_properties(country)
    for name in sorted((stated | inferred) & entries.keys()):
        graphs = (REGISTRY, DEFAULT_GRAPH) if name in stated else (REGISTRY,)
        yield from _make_quads(graphs, make_iri(name), entries[name])


def _add_linked_themes(names: set[str], entities: Mapping[str, Entity]) -> None:
    """Add the declared themes to which declared themes among the names lead."""
    queue = sorted(names & entities.keys())
    while queue:
        further = set(entities[queue.pop()].links) & entities.keys() - names
        names |= further
        queue += sorted(further)


def _make_entity_properties(entity: Entity) -> PredicateObjects:
    note = _make_text(entity.note, "en")
    entry = _make_entry_properties(entity.class_, dict(entity.label))
    theme = _make_theme_properties(entity) if entity.is_theme else []
    return [*entry, *_drop_missing(("skos:note", note)), *theme]


def _make_theme_properties(entity: Entity) -> PredicateObjects:
    """Return what a declared theme says of itself, as the concepts of the shipped schemes do."""
    return _drop_missing(
        ("rdf:type", make_iri("skos:Concept")),
        ("skos:inScheme", NamedNode(v.BASE + "theme")),
        ("skos:definition", _make_text(entity.definition, "en")),
        ("skos:broader", make_iri(entity.broader) if entity.broader else None),
        ("skos:closeMatch", make_iri(entity.close_match) if entity.close_match else None),
    )


def _iter_canonical_theme_quads(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the canonical themes of all themes, from the links between themes in the merge."""
    members, mapping = make_iri("skos:member"), {make_iri(each) for each in MAPPING_PROPERTIES}
    known = mapping | {members, RDF_TYPE}
    canonical: set[str] = set()
    links: dict[str, set[str]] = defaultdict(set)
    themes: set[str] = set()
    for quad in quads:
        predicate = quad.predicate
        if predicate not in known:
            continue  # as nearly all do
        subject, object_ = (getattr(term, "value", "") for term in (quad.subject, quad.object))
        if predicate == RDF_TYPE and object_ == v.NS + "PolicyTheme":
            themes.add(subject)
        elif predicate in mapping and quad.graph_name == DEFAULT_GRAPH:
            links[subject].add(object_)
        elif predicate == members and subject == v.expand(CANONICAL_THEMES):
            canonical.add(object_)
    for theme in sorted(themes):
        for found in sorted(find_canonical_themes(theme, links, canonical)):
            properties: PredicateObjects = [(make_iri("aigg:canonicalTheme"), NamedNode(found))]
            yield from _make_quads((THEME_MAPPING, DEFAULT_GRAPH), NamedNode(theme), properties)


def _make_country_properties(country: Country) -> PredicateObjects:
    return [
        *_make_entry_properties("Country", dict(country.names)),
        (make_iri("aigg:alpha3"), Literal(country.alpha3)),
        *_drop_missing(
            ("aigg:alpha2", Literal(country.alpha2) if country.alpha2 else None),
            ("schema:dissolutionDate", _make_date(country.until or None)),
            ("schema:sameAs", make_iri(f"wd:{country.wikidata}") if country.wikidata else None),
        ),
    ]


def _make_entry_properties(class_: str, labels: dict[str, str]) -> PredicateObjects:
    names = [(PREF_LABEL, Literal(label, language=language)) for language, label in labels.items()]
    return [(RDF_TYPE, NamedNode(v.NS + class_)), *names, (IS_DEFINED_BY, REGISTRY)]
