"""The ontology page: every term with its definition, domain, range, uses, and a query for it."""

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import NS, ONTOLOGY_GRAPH, compact, expand
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
    ("Withdrawn", "owl:deprecated", "Terms of earlier versions."),
    ("Marks of relations", "owl:AnnotationProperty", "What the vocabulary says of its own terms."),
    ("Records", "", "What assertions, sources and entries carry, not about the world."),
)
#: Patterns that ask for the use of a term, by a class of the term: the first that fits.
_PATTERNS = (
    ("owl:deprecated", "GRAPH graph:ontology {{ {0} ?property ?value }}"),
    ("aigg:Relation", "?subject {0} ?object"),
    ("owl:AnnotationProperty", "GRAPH graph:ontology {{ ?term {0} ?value }}"),
    ("", "?record {0} ?value"),
)
_CLASS_PATTERN = "?thing a/rdfs:subClassOf* {0}"
_RELATION_CLASS_PATTERN = "GRAPH graph:ontology {{ ?relation a {0} }}"
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
    "aigg:inverseLabel": "Read from its object",
    "dcterms:isReplacedBy": "Replaced by",
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
    query: str

    @property
    def html_id(self) -> str:
        """Return the id of the term on the page; foreign terms keep a prefix."""
        return self.iri.removeprefix(NS)


Section = tuple[str, str, list[OntologyEntry]]


def render_ontology_page(graph: Graph, to: PageLinks) -> str:
    """Return the page of the ontology."""
    sections = list_sections(graph)
    return render_page(
        "ontology.html",
        PageContext(graph, to),
        description=graph.value(ONTOLOGY_IRI, expand("dcterms:description")),
        iri=ONTOLOGY_IRI,
        licence=graph.value(ONTOLOGY_IRI, expand("dcterms:license")),
        ns=NS,
        number=sum(len(entries) for _, _, entries in sections),
        sections=sections,
        title=graph.label(ONTOLOGY_IRI),
        version=graph.value(ONTOLOGY_IRI, expand("owl:versionInfo")),
    )


def list_sections(graph: Graph) -> list[Section]:
    """Return heading, lead and terms of each section, each term once."""
    terms = _collect_terms(graph)
    used = _count_uses(graph)
    sections: list[Section] = []
    seen: set[str] = set()
    for heading, class_, lead in _SECTIONS:
        iris = [
            iri for iri, types in terms.items() if iri not in seen and _is_of_class(types, class_)
        ]
        seen.update(iris)
        entries = [_build_entry(graph, iri, terms[iri], used) for iri in iris]
        sections.append((heading, lead, sorted(entries, key=_get_sort_key)))
    return sections


def _collect_terms(graph: Graph) -> dict[str, set[str]]:
    """Return the classes of each term that the ontology describes: ours, and others in use here.

    A term that was withdrawn has ``owl:deprecated`` among its classes.
    """
    found: dict[str, set[str]] = {}
    for quad in graph.quads(None, None, None, NamedNode(ONTOLOGY_GRAPH)):
        subject, name = getattr(quad.subject, "value", ""), compact(quad.predicate.value)
        if name == "rdf:type":
            found.setdefault(subject, set()).add(to_text(quad.object))
        elif name == "owl:deprecated":
            found.setdefault(subject, set()).add(expand(name))
        elif name == "aigg:usageNote":
            found.setdefault(subject, set()).add(name)
    return {
        iri: types
        for iri, types in found.items()
        if iri.startswith(NS) or "aigg:usageNote" in types
    }


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


def _build_entry(graph: Graph, iri: str, types: set[str], used: Counter[str]) -> OntologyEntry:
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
        definition=" ".join(texts("skos:definition") or texts("aigg:usageNote")),
        note=" ".join(texts("skos:scopeNote")),
        examples=texts("skos:example"),
        lines=[*lines.items()],
        uses=used[iri],
        query=_format_query(iri, types, texts("rdfs:subClassOf")),
    )


def _format_query(iri: str, types: set[str], broader: list[str]) -> str:
    """Return a query for the things of a class, or for what a property joins."""
    if expand("owl:Class") in types:
        relation = expand("aigg:Relation")
        is_of_relations = relation in (iri, *broader)
        pattern = _RELATION_CLASS_PATTERN if is_of_relations else _CLASS_PATTERN
    else:
        pattern = next(text for class_, text in _PATTERNS if _is_of_class(types, class_))
    return f"SELECT * {{ {pattern.format(compact(iri))} }}"


def _get_sort_key(entry: OntologyEntry) -> tuple[str, str]:
    return entry.label.casefold(), entry.iri
