"""URL paths: IRIs of the graph are paths below the root of a server or site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from graph_builder.core.content_security import sanitise_url
from graph_builder.core.folding import fold_words
from graph_builder.core.similarity import find_best_matches
from graph_builder.core.vocabulary import BASE, ID_KINDS, NS, PREFIXES
from graph_builder.store.graph import Graph

ONTOLOGY_IRI = NS.removesuffix("#")
#: The documents of an IRI: extensions and media types.
DOCUMENT_FORMATS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
#: Plural names of the kinds.
KIND_PLURALS = {
    "actor": "Actors",
    "event": "Events",
    "instrument": "Policies and texts",
    "theme": "Themes",
    "place": "Places",
    "outcome": "Outcomes",
    "position": "Positions and aims",
    "undertaking": "Undertakings",
    "post": "Posts",
    "report": "Reports",
    "sector": "Sectors",
    "audience": "Audiences",
    "form": "Forms of event",
    "partnership": "Kinds of partnership",
    "status": "Statuses",
    "topic": "Duty topics",
    "bearer": "Duty bearers",
    "source": "Sources",
    "modality": "Modalities",
    "basis": "Bases",
    "verification": "Verifications",
    "rank": "Ranks",
    "graph": "Named graphs",
    "assertion": "Assertions",
}
#: The kinds in the navigation of each page, with their names there.
NAVIGATION_KINDS = {
    "actor": "Actors",
    "event": "Events",
    "instrument": "Texts",
    "theme": "Themes",
    "source": "Sources",
}
_SAFE = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class DocumentPath:
    """A resolved path: an IRI, and the extension of one of its documents or ""."""

    iri: str
    extension: str

    @property
    def path(self) -> str:
        """Return the path of the IRI below the root, percent-encoded."""
        return quote(self.iri.removeprefix(BASE), safe=_SAFE)

    @property
    def kind(self) -> str:
        """Return the kind if the IRI is that of a list of a kind, else ""."""
        local = self.iri.removeprefix(BASE)
        return local if local in ID_KINDS else ""


def resolve_path(graph: Graph, path: str) -> DocumentPath | None:
    """Return the document at a path below the root, or None if the graph has none there."""
    if _is_known_path(graph, path):
        return DocumentPath(BASE + path, "")
    stem, _, extension = path.rpartition(".")
    if extension in DOCUMENT_FORMATS and _is_known_path(graph, stem):
        return DocumentPath(BASE + stem, extension)
    return None


def _is_known_path(graph: Graph, path: str) -> bool:
    return path in ID_KINDS or (bool(path) and BASE + path in graph)


def build_url(iri: str, up: str) -> str:
    """Return the URL of an IRI, relative to a page whose root is at ``up``.

    An IRI that is not ours is its own URL if it is a web address, else "".
    """
    if not iri.startswith(BASE):
        return sanitise_url(iri)
    path, hash_, fragment = iri.removeprefix(BASE).partition("#")
    return up + quote(path, safe=_SAFE) + hash_ + quote(fragment, safe=_SAFE)


@dataclass(frozen=True)
class PageLinks:
    """The links of a page of a server; ``up`` is the relative URL of the root."""

    up: str

    #: The RDF documents of an entity, with the names of their links.
    formats: ClassVar[Mapping[str, str]] = {
        "ttl": "Turtle",
        "jsonld": "JSON-LD",
        "nt": "N-Triples",
        "rdf": "RDF/XML",
    }
    #: The files with the answer to a question, with the names of their links.
    answers: ClassVar[Mapping[str, str]] = {}
    #: Whether long lists have further pages; a page without them says where the rest is.
    has_pages: ClassVar[bool] = False

    @property
    def policy(self) -> str:
        """Return the content security policy of a page that no server sends, else ""."""
        return ""

    @property
    def home(self) -> str:
        """Return the URL of the start page."""
        return self.up or "./"

    @property
    def sparql(self) -> str:
        """Return the URL of the workbench, or "" if there is none."""
        return f"{self.up}sparql"

    @property
    def find(self) -> str:
        """Return the URL of the search page."""
        return f"{self.up}find"

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """Return the navigation: name and URL, by kind."""
        first = {kind: (name, self.of(BASE + kind)) for kind, name in NAVIGATION_KINDS.items()}
        return {
            **first,
            "ns": ("Ontology", self.of(ONTOLOGY_IRI)),
            "sparql": ("Query", self.sparql),
        }

    def of(self, iri: str) -> str:
        """Return the URL of an IRI, or "" if it has none."""
        return build_url(iri, self.up)

    def page(self, iri: str, number: int) -> str:
        """Return the URL of a page of an IRI by its number; only the first is on a server."""
        return self.of(iri) if number == 1 else ""

    def document(self, iri: str, extension: str) -> str:
        """Return the URL of a document of an IRI."""
        return f"{build_url(iri, self.up)}.{extension}"

    def question(self, name: str) -> str:
        """Return the URL of the page of a named question."""
        return f"{self.up}question/{name}"

    def answer(self, name: str) -> dict[str, str]:
        """Return the URLs of files with the answer to a question, by the names of their links."""
        return {
            called: f"{self.up}question/{name}.{extension}"
            for extension, called in self.answers.items()
        }

    def workbench_query(self, query: str) -> str:
        """Return the URL that opens a query in the workbench, or ""."""
        return self.sparql and f"{self.sparql}#query={quote(query, safe='')}"

    def pictures(self, iri: str) -> dict[str, str]:
        """Return the URLs of the pictures of an entity, by the texts of their links."""
        if iri.startswith(PREFIXES["source"]):
            return {}
        return {"See it as a picture": f"{self.up}picture/{build_url(iri, '')}"}


def find_similar_iris(graph: Graph, path: str, most: int = 8) -> list[str]:
    """Return the IRIs most similar to an unknown path, best first."""
    stem, _, extension = path.rpartition(".")
    kind, _, local = (stem if extension in DOCUMENT_FORMATS else path).partition("/")
    kinds = [kind] if kind in ID_KINDS else _find_similar_kinds(kind)
    scored: dict[str, float] = {}
    for each in kinds:
        for text in (local, f"{each}:{local}"):
            scored |= _score_names(graph, text, f"{BASE}{each}/")
    scored = scored or _score_names(graph, local or kind, BASE)
    return sorted(scored, key=lambda iri: (-scored[iri], iri))[:most]


def _find_similar_kinds(kind: str) -> list[str]:
    return [
        each
        for _, each in find_best_matches(fold_words(kind), ((fold_words(k), k) for k in ID_KINDS))
    ]


def _score_names(graph: Graph, text: str, start: str) -> dict[str, float]:
    """Return similarity scores by IRI, of entities with an IRI prefix and a similar name."""
    called = {name.iri: 100.0 for name in graph.label_index.find_exact(text)}
    near_ = {name.iri: score for score, name in reversed(graph.label_index.find_similar(text))}
    return {iri: score for iri, score in (near_ | called).items() if iri.startswith(start)}
