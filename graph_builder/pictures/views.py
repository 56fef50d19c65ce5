"""Views: which network a page shows, and what it is called."""

from datetime import date
from typing import TYPE_CHECKING

from graph_builder.errors import PictureError, UnknownNameError
from graph_builder.networks.facts import facts_network, facts_of
from graph_builder.pictures.page import Page, render
from graph_builder.resources import ARTICLE
from graph_builder.store import Graph, GraphLike
from graph_builder.vocabulary import PREFIXES, expand

if TYPE_CHECKING:
    import networkx as nx

ROUNDTABLE = expand("event:india-france-ai-policy-roundtable-2")
_DAY = 10


def draw(graph: GraphLike, *, source: str = ARTICLE, inferred: bool = False) -> Page:
    """Return one HTML page with what a source says, each fact with its evidence.

    The source, by default the article on the roundtable, is given by its id. Facts that are only
    inferred or mere background are drawn if asked for. The page needs no other file and no network
    connection. Raises UnknownNameError for a source that the graph does not hold.
    """
    opened = Graph.of(graph)
    if source != ARTICLE:
        _known(opened, source)
    network = facts_network(opened, source=source, inferred=inferred)
    title, subtitle = _of_article(opened) if source == ARTICLE else _of_source(opened, source)
    return render(network, title=title, subtitle=". ".join((subtitle, *_on_day(network))))


def _on_day(network: "nx.MultiDiGraph[str]") -> list[str]:
    """Return a sentence on the day that the graph was narrowed to, if it was."""
    if not (at := network.graph["at"]):
        return []
    held = [fact["holds"] for fact in facts_of(network)]
    day = f"on {_in_words(at)}" if _in_words(at) else f"in {at}"
    if not held:
        raise PictureError(f"nothing to draw: nothing that the source says held {day}")
    if all(each == "yes" for each in held):
        return [f"As it stood {day}: all of it surely held"]
    sure = f"{held.count('yes')} of {len(held)} facts surely held"
    return [f"As it stood {day}: {sure}, of the others it is not known"]


def _known(graph: Graph, source: str) -> None:
    sources = graph.instances(expand("aigg:Source"))
    ids = [iri.removeprefix(PREFIXES["source"]) for iri in sources]
    if source not in ids:
        raise UnknownNameError("source", source, ids)


def _of_article(graph: Graph) -> tuple[str, str]:
    if ROUNDTABLE not in graph:
        return "A network of facts", "What is tied to what, and who says so"
    day = _in_words(graph.value(ROUNDTABLE, expand("schema:startDate")))
    asked = "who organised it, what it was about, what came out of it, and who says so"
    return graph.label(ROUNDTABLE), f"{day}: {asked}" if day else asked.capitalize()


def _of_source(graph: Graph, source: str) -> tuple[str, str]:
    iri = PREFIXES["source"] + source
    said = (expand("aigg:publisherName"), expand("dcterms:issued"))
    publisher, day = (graph.value(iri, predicate) for predicate in said)
    published = ", ".join(part for part in (publisher, _in_words(day) or day) if part)
    return graph.label(iri), f"What one source says: {published}"


def _in_words(day: str) -> str:
    """Return an ISO day as ``10 February 2025``, or nothing for any other text."""
    if len(day) != _DAY:
        return ""
    found = date.fromisoformat(day)
    months = "January February March April May June July August September October November December"
    return f"{found.day} {months.split()[found.month - 1]} {found.year}"
