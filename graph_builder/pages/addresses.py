"""What stands where: IRIs of the graph are paths below the root of wherever it is published."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from graph_builder.pictures.safety import web_address
from graph_builder.store import Graph
from graph_builder.vocabulary import BASE, KINDS, NS

ONTOLOGY = NS.removesuffix("#")
#: The documents that there are of an IRI: extensions and media types.
DOCUMENTS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
#: What things of a kind are called together.
PLURALS = {
    "actor": "Actors",
    "event": "Events",
    "instrument": "Policies and texts",
    "theme": "Themes",
    "place": "Places",
    "outcome": "Outcomes",
    "position": "Positions and aims",
    "sector": "Sectors",
    "audience": "Audiences",
    "form": "Forms of event",
    "partnership": "Kinds of partnership",
    "source": "Sources",
    "modality": "Modalities",
    "basis": "Bases",
    "verification": "Verifications",
    "graph": "Named graphs",
    "assertion": "Assertions",
}
_SAFE = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Place:
    """Where a request leads: an IRI, and the extension of one of its documents or ""."""

    iri: str
    extension: str

    @property
    def path(self) -> str:
        """Return the path of the IRI below the root, as it is written in an address."""
        return quote(self.iri.removeprefix(BASE), safe=_SAFE)

    @property
    def kind(self) -> str:
        """Return the kind that the IRI is that of all things of, or ""."""
        local = self.iri.removeprefix(BASE)
        return local if local in KINDS else ""


def find(graph: Graph, path: str) -> Place | None:
    """Return where a path below the root leads, or None where the graph has nothing there."""
    if _is_known(graph, path):
        return Place(BASE + path, "")
    stem, _, extension = path.rpartition(".")
    if extension in DOCUMENTS and _is_known(graph, stem):
        return Place(BASE + stem, extension)
    return None


def _is_known(graph: Graph, path: str) -> bool:
    return path in KINDS or (bool(path) and BASE + path in graph)


def href(iri: str, up: str) -> str:
    """Return the address of an IRI in a page from which ``up`` leads to the root.

    What is not ours leads out if it is an address of the web, and nowhere otherwise.
    """
    if not iri.startswith(BASE):
        return web_address(iri)
    path, hash_, fragment = iri.removeprefix(BASE).partition("#")
    return up + quote(path, safe=_SAFE) + hash_ + quote(fragment, safe=_SAFE)


def near(graph: Graph, path: str, most: int = 8) -> list[str]:
    """Return the IRIs that someone may mean who asks for a path that leads nowhere."""
    kind, _, local = unquote(path).partition("/")
    stem = local.rpartition(".")[0] if local.rpartition(".")[2] in DOCUMENTS else local
    asked = [(f"{kind}:{stem}", kind), (stem, kind), (stem, ""), (kind, "")]
    found: dict[str, None] = {}
    for text, wanted in asked:
        for scored in graph.names.near(text)[:most]:
            iri = scored[1].iri
            if iri.startswith(f"{BASE}{wanted}/" if wanted else BASE):
                found.setdefault(iri)
        for name in graph.names.called(text):
            if name.iri.startswith(BASE):
                found.setdefault(name.iri)
    return list(found)[:most]
