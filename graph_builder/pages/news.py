"""What is new in a graph: its newest sources, and the events that are latest or still to come."""

from collections import Counter

from pyoxigraph import NamedNode

from graph_builder.pages.indexes import Entry
from graph_builder.store import Graph
from graph_builder.vocabulary import expand

#: Entries of a list of what is new.
MOST = 6


def sources(graph: Graph) -> list[Entry]:
    """Return the sources that were published last, each with its day and number of facts."""
    quads = graph.quads(None, NamedNode(expand("prov:wasDerivedFrom")))
    stating = {(q.subject, q.object) for q in quads if "/assertion/" in str(q.subject)}
    counted = Counter(getattr(source, "value", "") for _, source in stating)
    return _newest(graph, "aigg:Source", "dcterms:issued", counted)


def events(graph: Graph, counted: Counter[str]) -> list[Entry]:
    """Return the events that began last or are still to come, with the number of facts of each."""
    return _newest(graph, "aigg:Event", "schema:startDate", counted)


def _newest(graph: Graph, class_: str, date: str, counted: Counter[str]) -> list[Entry]:
    """Return the things of a class with the latest days; of several days of one, the first."""
    iris = sorted(graph.instances(expand(class_)), key=lambda iri: (graph.label(iri), iri))
    dated = [(graph.value(iri, expand(date)), iri) for iri in iris]
    ordered = sorted((each for each in dated if each[0]), key=lambda each: each[0], reverse=True)
    return [Entry(iri, graph.label(iri), counted[iri], day) for day, iri in ordered[:MOST]]
