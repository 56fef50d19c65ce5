"""The ontology page: every term with its definition, domain, range and number of uses."""

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import NS, ONTOLOGY_GRAPH, expand
from graph_builder.pages.html_rendering import PageContext, render_page
from graph_builder.pages.iri_paths import ONTOLOGY_IRI, PageLinks
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

_SECTIONS = (
    ("Classes", "owl:Class", "Kinds of things."),
    ("Acts", "aigg:ActRelation", "Relations for what somebody does."),
    ("States", "aigg:StateRelation", "Relations that hold for a time."),
    ("Beginnings", "aigg:BeginningRelation", "Relations for how something begins."),
    ("Further relations", "aigg:Relation", "What else a source may say about a thing."),
    ("Assertions and sources", "", "What the graph records about its facts, not about the world."),
)
_TERM_PROPERTIES = {
    "rdfs:subClassOf": "Narrower than",
    "rdfs:subPropertyOf": "Narrower than",
    "schema:domainIncludes": "From",
    "rdfs:domain": "From",
    "schema:rangeIncludes": "To",
    "rdfs:range": "To",
    "aigg:subjectRole": "Role of the subject",
    "aigg:objectRole": "Role of the object",
    "aigg:holdsUnder": "Also a fact if its modality is",
    "aigg:plural": "Plural",
    "owl:disjointWith": "Excludes",
    "aigg:lists": "Lists its",
    "aigg:counts": "Counts",
    "rdf:type": "Kinds",
}
_HIDDEN_CLASSES = {expand(name) for name in ("owl:Class", "aigg:Relation")}


@dataclass(frozen=True)
class OntologyEntry:
    """A class or property of the ontology."""

    iri: str
    label: str
    definition: str
    note: str
    examples: list[str]
    lines: list[tuple[str, list[OptionalTerm]]]
    uses: int

    @property
    def html_id(self) -> str:
        """Return the id of the term on the page; foreign terms keep a prefix."""
        return self.iri.removeprefix(NS)


def render_ontology_page(graph: Graph, to: PageLinks) -> str:
    """Return the page of the ontology."""
    terms = _collect_terms(graph)
    used = _count_uses(graph)
    sections, seen = [], set()
    for heading, class_, lead in _SECTIONS:
        iris = [
            iri for iri, types in terms.items() if iri not in seen and _is_of_class(types, class_)
        ]
        seen.update(iris)
        entries = sorted((_build_entry(graph, iri, used) for iri in iris), key=_get_sort_key)
        sections.append((heading, lead, entries))
    return render_page(
        "ontology.html",
        PageContext(graph, to),
        description=graph.value(ONTOLOGY_IRI, expand("dcterms:description")),
        iri=ONTOLOGY_IRI,
        licence=graph.value(ONTOLOGY_IRI, expand("dcterms:license")),
        ns=NS,
        number=len(terms),
        sections=sections,
        title=graph.label(ONTOLOGY_IRI),
        version=graph.value(ONTOLOGY_IRI, expand("owl:versionInfo")),
    )


def _collect_terms(graph: Graph) -> dict[str, set[str]]:
    """Return the classes of each term that the ontology describes."""
    found: dict[str, set[str]] = {}
    type_ = NamedNode(expand("rdf:type"))
    for quad in graph.quads(None, type_, None, NamedNode(ONTOLOGY_GRAPH)):
        subject, class_ = (getattr(term, "value", "") for term in (quad.subject, quad.object))
        if subject != ONTOLOGY_IRI:
            found.setdefault(subject, set()).add(class_)
    return {iri: types for iri, types in found.items() if _is_ours_or_relation(iri, types)}


def _is_ours_or_relation(iri: str, types: set[str]) -> bool:
    """Return whether a term is ours, or one of another vocabulary that facts use."""
    return iri.startswith(NS) or expand("aigg:Relation") in types


def _is_of_class(types: set[str], class_: str) -> bool:
    return not class_ or expand(class_) in types


def _count_uses(graph: Graph) -> Counter[str]:
    """Return how many entities each class has, and how many assertions each relation."""
    used: Counter[str] = Counter()
    for name in ("rdf:type", "rdf:predicate"):
        quads = graph.quads(None, NamedNode(expand(name)))
        pairs = {(quad.subject, getattr(quad.object, "value", "")) for quad in quads}
        used.update(term for _, term in pairs)
    return used


def _build_entry(graph: Graph, iri: str, used: Counter[str]) -> OntologyEntry:
    quads = graph.quads(NamedNode(iri), None, None, NamedNode(ONTOLOGY_GRAPH))
    values: dict[str, list[OptionalTerm]] = {}
    for quad in sorted(quads, key=str):
        values.setdefault(quad.predicate.value, []).append(quad.object)

    def texts(name: str) -> list[str]:
        return [to_text(term) for term in values.get(expand(name), [])]

    lines: dict[str, list[OptionalTerm]] = {}
    for name, called in _TERM_PROPERTIES.items():
        terms = [
            each for each in values.get(expand(name), []) if to_text(each) not in _HIDDEN_CLASSES
        ]
        if name == "rdf:type":
            terms = [each for each in terms if to_text(each).startswith(NS)]
        if terms:
            lines.setdefault(called, []).extend(terms)
    return OntologyEntry(
        iri=iri,
        label=graph.label(iri),
        definition=" ".join(texts("skos:definition")),
        note=" ".join(texts("skos:scopeNote") + texts("aigg:usageNote")),
        examples=texts("skos:example"),
        lines=[*lines.items()],
        uses=used[iri],
    )


def _get_sort_key(entry: OntologyEntry) -> tuple[str, str]:
    return entry.label.casefold(), entry.iri
