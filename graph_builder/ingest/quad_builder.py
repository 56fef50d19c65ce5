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
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

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
from graph_builder.ingest.fact_file_reader import FactBase, SourceDocument
from graph_builder.ingest.located_facts import may_have
from graph_builder.ingest.model import UNDATED, UNKNOWN_ADDRESS, Entity, Fact, Source
from graph_builder.ingest.quad_groups import PredicateObjects, QuadGroup
from graph_builder.ingest.source_independence import find_origins
from graph_builder.ingest.statement_ranks import RankedFact, Ranking, StatementRanks

_MAX_CACHED_TERMS = 16_384
_ASSERTION = v.PREFIXES["assertion"]
_STRING = v.PREFIXES["xsd"] + "string"


@lru_cache(maxsize=_MAX_CACHED_TERMS)
def format_iri(name: str) -> str:
    """Return the IRI of a prefixed name as N-Quads; raises UnknownNameError for its prefix."""
    return f"<{v.expand(name)}>"


RDF_TYPE = format_iri("rdf:type")
SUBCLASS_OF = NamedNode(v.expand("rdfs:subClassOf"))
_TYPE = NamedNode(v.expand("rdf:type"))
_RELATION = NamedNode(v.expand("aigg:Relation"))
DEFAULT_GRAPH = ""
REGISTRY = f"<{v.REGISTRY_GRAPH}>"
INFERRED = f"<{v.INFERRED_GRAPH}>"
SET_ASIDE = f"<{v.SET_ASIDE_GRAPH}>"
THEME_MAPPING = f"<{v.THEME_MAPPING_GRAPH}>"


def compile_facts(base: FactBase, ontology: Ontology, ontology_folder: Path) -> Iterator[QuadGroup]:
    """Yield the quads of the graph of a fact base, with those of the files of an ontology.

    A thing may have several groups in a graph, and several groups the same quad. What is held in
    memory does not grow with the number of facts.
    """
    themes = _ThemeLinks()
    for group in group_quads(_read_ontology(ontology_folder)):
        themes.add(group)
        yield group
    origins = find_origins(base.documents)
    for document in base.documents.values():
        yield from _iter_source_groups(document.source, origins)
    ranks = _rank_facts(base, ontology)
    stated: set[str] = set()
    inferred: set[str] = set()
    for document in base.documents.values():
        compiler = _FactCompiler(document.source, ontology)
        for located in document.facts:
            fact = compiler.compile(located.record)
            yield from fact.place_in_graphs(ranks)
            (inferred if fact.is_excluded_from_merge else stated).update(fact.names)
    for group in _iter_registry_groups(base, ontology, stated, inferred):
        themes.add(group)
        yield group
    yield from themes.iter_canonical_themes()


def compile_source(
    document: SourceDocument, ontology: Ontology, origin: str
) -> Iterator[QuadGroup]:
    """Yield the quads of a source and of its facts, about none of which there is a judgement.

    ``origin`` is the name that ``find_origins`` returns for it.
    """
    yield from _iter_source_groups(document.source, {document.source.id: origin})
    compiler, ranks = _FactCompiler(document.source, ontology), StatementRanks((), ontology)
    for located in document.facts:
        yield from compiler.compile(located.record).place_in_graphs(ranks)


def is_kept_apart(fact: Fact, ontology: Ontology) -> bool:
    """Return whether a fact is among the inferred ones, and in no other graph."""
    basis = v.expand(f"basis:{find_basis(fact, ontology)}")
    return basis in ontology.members["basis:kept-apart"]


def make_registry_entry(
    name: str, entity: Entity | None, ontology: Ontology
) -> PredicateObjects | None:
    """Return what the registry says of a country or a declared entity, None for anything else."""
    if country := ontology.countries.get(name.removeprefix("actor:")):
        return _make_country_properties(country) if name.startswith("actor:") else None
    return _make_entity_properties(entity) if entity else None


def _rank_facts(base: FactBase, ontology: Ontology) -> StatementRanks:
    """Return the ranks that judgements give the facts; only facts that they are about are kept."""
    judging = (each.facts for each in base.documents.values() if may_have(each.facts, "rank"))
    judged = {
        (located.record.subject, located.record.relation)
        for facts in judging
        for located in facts
        if located.record.rank
    }
    ranked: list[RankedFact] = []
    for document in base.documents.values() if judged else ():
        compiler = _FactCompiler(document.source, ontology)
        facts = (located.record for located in document.facts)
        ranked += (
            compiler.compile(fact).ranked
            for fact in facts
            if (fact.subject, fact.relation) in judged
        )
    return StatementRanks(ranked, ontology)


def _read_ontology(directory: Path) -> Iterator[Quad]:
    for files, name in ONTOLOGY_FILES.items():
        yield from read_ontology_quads(directory, files, NamedNode(name))
        if name in MERGED_GRAPHS:
            yield from read_ontology_quads(directory, files, DefaultGraph())
    yield from find_class_axioms(read_ontology_quads(directory, "terms/*.ttl", DefaultGraph()))


def find_class_axioms(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield which of our classes is narrower than which class, and which terms are relations.

    The merge has these, so that ``a/rdfs:subClassOf*`` finds the things of narrower classes there,
    and its Turtle can be validated without the ontology beside it.
    """
    for quad in quads:
        is_axiom = quad.predicate == SUBCLASS_OF and str(quad.subject).startswith(f"<{v.NS}")
        if is_axiom or (quad.predicate, quad.object) == (_TYPE, _RELATION):
            yield quad


def group_quads(quads: Iterable[Quad]) -> Iterator[QuadGroup]:
    """Yield quads in groups: those that follow each other with one subject in one graph."""
    for (graph, subject), group in groupby(quads, lambda each: (each.graph_name, each.subject)):
        name = DEFAULT_GRAPH if isinstance(graph, DefaultGraph) else str(graph)
        pairs = [(str(each.predicate), _format_literal(each.object)) for each in group]
        yield QuadGroup(name, str(subject), pairs)


def _make_groups(
    graphs: Iterable[str], subject: str, pairs: PredicateObjects
) -> Iterator[QuadGroup]:
    return (QuadGroup(graph, subject, pairs) for graph in graphs)


def _drop_missing(*pairs: tuple[str, str | None]) -> PredicateObjects:
    return [(format_iri(name), term) for name, term in pairs if term is not None]


def _format_text(value: str | None, language: str | None = None) -> str | None:
    if value is None:
        return None
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"@{language}' if language else f'"{value}"'
    return str(Literal(value, language=language))


def _format_integer(value: int | None) -> str | None:
    return f'"{value}"^^{format_iri("xsd:integer")}' if value is not None else None


@lru_cache(maxsize=_MAX_CACHED_TERMS)
def _format_date(value: str | None) -> str | None:
    return f'"{value}"^^<{find_date_datatype(value)}>' if value is not None else None


def _format_literal(term: object) -> str:
    """Return a term in the form that the engine gives it: 0.9 for the decimal 0.90."""
    if isinstance(term, Literal) and not term.language and term.datatype.value != _STRING:
        return _normalize(term)
    return str(term)


@lru_cache(maxsize=_MAX_CACHED_TERMS)
def _normalize(literal: Literal) -> str:
    store = Store()
    store.add(Quad(_TYPE, _TYPE, literal))
    return str(next(iter(store)).object)


def _iter_source_groups(source: Source, origins: Mapping[str, str]) -> Iterator[QuadGroup]:
    name, graph = format_iri(f"source:{source.id}"), format_iri(f"graph:{source.id}")
    in_both = (graph, DEFAULT_GRAPH)
    yield from _make_groups(in_both, name, _make_source_properties(source, origins))
    yield from _make_groups(in_both, graph, _drop_missing(("prov:wasDerivedFrom", name)))


def _make_source_properties(source: Source, origins: Mapping[str, str]) -> PredicateObjects:
    return _drop_missing(
        ("rdf:type", format_iri("aigg:Source")),
        ("dcterms:title", _format_text(source.title, source.title_language or source.language)),
        ("aigg:publisherName", _format_text(source.publisher)),
        ("dcterms:source", format_iri(f"source:{source.rests_on}") if source.rests_on else None),
        ("aigg:origin", _format_text(origins[source.id])),
        ("schema:url", f"<{source.address}>" if source.address != UNKNOWN_ADDRESS else None),
        ("dcterms:issued", _format_date(source.date if source.date != UNDATED else None)),
        ("aigg:sourceKind", _format_text(source.kind)),
        ("dcterms:language", _format_text(source.language)),
        ("dcterms:rights", _format_text(source.licence, "en")),
        ("aigg:verification", format_iri(f"verification:{source.verification}")),
        ("skos:note", _format_text(source.note, "en")),
        ("aigg:textLength", _format_integer(source.text.length if source.text else None)),
        ("aigg:textDigest", _format_text(source.text.sha256 if source.text else None)),
    )


@dataclass(frozen=True, slots=True)
class _FactTerms:
    """The terms of a fact, and its assertion: who states it, where, and with which status.

    ``ranked`` is the fact as judgements may rank it, ``names`` are the things that it is about.
    """

    graph: str
    subject: str
    predicate: str
    object: str
    ranked: RankedFact
    assertion_properties: PredicateObjects
    names: tuple[str, ...]
    is_excluded_from_merge: bool

    def place_in_graphs(self, ranks: StatementRanks) -> Iterator[QuadGroup]:
        """Yield the quads: in the source's graph and the merge, or among inferred facts.

        A fact that is set aside is in the graph of such facts too, and no triple of the merge.
        """
        assertion = self.ranked.assertion
        ranking = ranks.rankings.get(assertion)
        is_set_aside = self.ranked.is_affirmed and ranking is not None and ranking.is_set_aside
        apart = [INFERRED] if self.is_excluded_from_merge else [self.graph]
        merge = [] if self.is_excluded_from_merge else [DEFAULT_GRAPH]
        aside = [SET_ASIDE] if is_set_aside else []
        properties = [
            *self.assertion_properties,
            *self._describe_standing(ranks, is_set_aside=is_set_aside),
        ]
        yield from _make_groups([*apart, *merge, *aside], assertion, properties)
        if ranking:
            yield from _make_groups(merge or apart, assertion, _describe_ranking(ranking))
        if self.ranked.is_affirmed:
            graphs = [*([] if is_set_aside and apart == [INFERRED] else apart), *(aside or merge)]
            yield from _make_groups(graphs, self.subject, [(self.predicate, self.object)])

    def _describe_standing(self, ranks: StatementRanks, *, is_set_aside: bool) -> PredicateObjects:
        """Return how the fact is verified, and whether it stands as a triple of the merge."""
        fact = self.ranked.fact
        level = ranks.find_verification(fact) if fact.rank else self.ranked.verification
        standing = "aigg:SetAside" if is_set_aside else "aigg:Affirmation"
        has_standing = is_set_aside or not self.is_excluded_from_merge
        stands = self.ranked.is_affirmed and has_standing
        return _drop_missing(
            ("aigg:verification", format_iri(f"verification:{level}")),
            ("rdf:type", format_iri(standing) if stands else None),
        )


class _FactCompiler:
    """Compiles the facts of a source."""

    def __init__(self, source: Source, ontology: Ontology) -> None:
        """Look up what all facts of the source have in common."""
        self._ontology = ontology
        self._source = source
        self._name = format_iri(f"source:{source.id}")
        self._graph = format_iri(f"graph:{source.id}")
        self._kept_apart = ontology.members["basis:kept-apart"]

    def compile(self, fact: Fact) -> _FactTerms:
        """Return the terms of a fact; its assertion is named after what identifies it."""
        relation = self._ontology.relations[fact.relation]
        basis = find_basis(fact, self._ontology)
        subject, predicate = format_iri(fact.subject), f"<{relation.iri}>"
        written, object_ = self._format_object(fact, relation)
        ends = _drop_missing(("rdf:subject", subject), ("rdf:predicate", predicate))
        locator = self._make_locator_properties(fact)
        digest = _hash_identity([*ends, (format_iri("rdf:object"), written), *locator])
        status = self._make_status_properties(fact, basis)
        return _FactTerms(
            graph=self._graph,
            subject=subject,
            predicate=predicate,
            object=object_,
            ranked=RankedFact(
                fact=fact,
                assertion=f"<{_ASSERTION}{digest}>",
                verification=fact.verification or self._source.verification,
                is_affirmed=self._ontology.is_affirmed(fact.modality, relation),
            ),
            assertion_properties=[*ends, (format_iri("rdf:object"), object_), *locator, *status],
            names=(fact.subject,) if relation.has_literals else (fact.subject, fact.object),
            is_excluded_from_merge=v.expand(f"basis:{basis}") in self._kept_apart,
        )

    def _format_object(self, fact: Fact, relation: Relation) -> tuple[str, str]:
        """Return the object as it is written, and as the engine has it."""
        if not relation.has_literals:
            return (iri := format_iri(fact.object)), iri
        kind = find_datatype(fact.object, relation)
        if kind == LANG_STRING:
            text = str(Literal(fact.object, language=fact.language or self._source.language))
            return text, text
        literal = Literal(fact.object, datatype=NamedNode(kind))
        return str(literal), _format_literal(literal)

    def _make_locator_properties(self, fact: Fact) -> PredicateObjects:
        """Return source, passage and period, which identify the assertion beside its triple."""
        return _drop_missing(
            ("prov:wasDerivedFrom", self._name),
            ("aigg:section", _format_text(fact.section)),
            ("aigg:anchor", _format_text(fact.anchor)),
            ("oa:start", _format_integer(fact.start)),
            ("oa:end", _format_integer(fact.end)),
            ("aigg:validFrom", _format_date(fact.from_)),
            ("aigg:validTo", _format_date(fact.to)),
            ("aigg:asOf", _format_date(fact.as_of)),
        )

    def _make_status_properties(self, fact: Fact, basis: str) -> PredicateObjects:
        is_quotation = basis == "stated" and fact.anchor is not None
        return _drop_missing(
            ("rdf:type", format_iri("aigg:Assertion")),
            ("prov:wasQuotedFrom", self._name if is_quotation else None),
            ("aigg:modality", format_iri(f"modality:{fact.modality}")),
            ("aigg:basis", format_iri(f"basis:{basis}")),
            ("aigg:givesRank", format_iri(f"rank:{fact.rank}") if fact.rank else None),
            ("aigg:reason", _format_text(fact.reason, "en")),
            ("skos:note", _format_text(fact.note, "en")),
        )


def _describe_ranking(ranking: Ranking) -> PredicateObjects:
    return _drop_missing(
        ("aigg:statementRank", format_iri(f"rank:{ranking.rank}")),
        ("aigg:rankedBy", ranking.judgement),
    )


def _hash_identity(identity: PredicateObjects) -> str:
    """Return the SHA-256 of triple, source, passage and period, one per line as in N-Triples."""
    lines = "".join([f"{predicate} {term}\n" for predicate, term in identity])
    return hashlib.sha256(lines.encode()).hexdigest()


def _iter_registry_groups(
    base: FactBase, ontology: Ontology, stated: set[str], inferred: set[str]
) -> Iterator[QuadGroup]:
    """Yield the entries of the entities that facts name; those of stated facts are in the merge.

    A theme that facts name brings along the themes to which it leads.
    """
    entities = {located.record.id: located.record for located in base.entities}
    _add_linked_themes(stated, entities)
    _add_linked_themes(inferred, entities)
    for name in sorted(stated | inferred):
        entry = make_registry_entry(name, entities.get(name), ontology)
        if entry is None:
            continue
        graphs = (REGISTRY, DEFAULT_GRAPH) if name in stated else (REGISTRY,)
        yield from _make_groups(graphs, format_iri(name), entry)


def _add_linked_themes(names: set[str], entities: Mapping[str, Entity]) -> None:
    """Add the declared themes to which declared themes among the names lead."""
    queue = sorted(names & entities.keys())
    while queue:
        further = (set(entities[queue.pop()].links) & entities.keys()) - names
        names |= further
        queue += sorted(further)


def _make_entity_properties(entity: Entity) -> PredicateObjects:
    note = _format_text(entity.note, "en")
    entry = _make_entry_properties(entity.class_, dict(entity.label))
    theme = _make_theme_properties(entity) if entity.is_theme else []
    return [*entry, *_drop_missing(("skos:note", note)), *theme]


def _make_theme_properties(entity: Entity) -> PredicateObjects:
    """Return what a declared theme says of itself, as the concepts of the shipped schemes do."""
    return _drop_missing(
        ("rdf:type", format_iri("skos:Concept")),
        ("skos:inScheme", f"<{v.BASE}theme>"),
        ("skos:definition", _format_text(entity.definition, "en")),
        ("skos:broader", format_iri(entity.broader) if entity.broader else None),
        ("skos:closeMatch", format_iri(entity.close_match) if entity.close_match else None),
    )


class _ThemeLinks:
    """The themes of a graph, and by which links of the merge they lead to canonical ones."""

    def __init__(self) -> None:
        self._mapping = set(map(format_iri, MAPPING_PROPERTIES))
        self._membership = format_iri(CANONICAL_THEMES), format_iri("skos:member")
        self._canonical: set[str] = set()
        self._links: dict[str, set[str]] = defaultdict(set)
        self._themes: set[str] = set()

    def add(self, group: QuadGroup) -> None:
        """Add what quads say of themes."""
        for predicate, object_ in group.pairs:
            if predicate == RDF_TYPE and object_ == format_iri("aigg:PolicyTheme"):
                self._themes.add(group.subject)
            elif predicate in self._mapping and group.graph == DEFAULT_GRAPH:
                self._links[group.subject].add(object_)
            elif (group.subject, predicate) == self._membership:
                self._canonical.add(object_)

    def iter_canonical_themes(self) -> Iterator[QuadGroup]:
        """Yield the canonical themes of all themes."""
        for theme in sorted(self._themes):
            found = sorted(find_canonical_themes(theme, self._links, self._canonical))
            pairs = [(format_iri("aigg:canonicalTheme"), each) for each in found]
            yield from _make_groups((THEME_MAPPING, DEFAULT_GRAPH) if pairs else (), theme, pairs)


def _make_country_properties(country: Country) -> PredicateObjects:
    return [
        *_make_entry_properties("Country", dict(country.names)),
        *_drop_missing(
            ("aigg:alpha3", _format_text(country.alpha3)),
            ("aigg:alpha2", _format_text(country.alpha2) if country.alpha2 else None),
            ("schema:dissolutionDate", _format_date(country.until or None)),
            ("schema:sameAs", format_iri(f"wd:{country.wikidata}") if country.wikidata else None),
        ),
    ]


def _make_entry_properties(class_: str, labels: dict[str, str]) -> PredicateObjects:
    names = (("skos:prefLabel", _format_text(label, tag)) for tag, label in labels.items())
    return _drop_missing(("rdf:type", f"<{v.NS}{class_}>"), *names, ("rdfs:isDefinedBy", REGISTRY))
