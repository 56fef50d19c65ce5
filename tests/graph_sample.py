"""A sample of the shipped graph: all it says of some things, for tests that need no more.

Facts of each kind are in it, from sources that overlap and differ. Where the shipped graph grows,
one thing in fewer can be chosen, so that tests of engines and of pages take as long as before.
"""

from zlib import crc32

from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import exclude_assertions

#: One thing in so many is chosen, by a number that its name always has.
_SHARE = 6
#: All is kept that is said of these: questions ask for them, or find that sources differ.
_THINGS = {
    *map(
        expand,
        (
            "actor:FRA",
            "actor:IND",
            "actor:KEN",
            "actor:USA",
            "actor:ding-xuexiang",
            "actor:european-union",
            "actor:indiaai-application-development-initiative",
            "actor:indiaai-mission",
            "actor:inesia",
            "actor:international-network-for-advanced-ai-measurement",
            "actor:office-of-the-principal-scientific-adviser",
            "event:ai-action-summit-2025",
            "event:ai-impact-summit-2026",
            "event:ai-safety-institutes-network-meeting-1",
            "event:ai-safety-summit-2023",
            "event:ai-seoul-summit-2024",
            "event:ai-summit-2027",
            "event:india-france-ai-policy-roundtable-2",
            "instrument:paris-statement",
            "undertaking:eo-14110-health-task-force",
        ),
    )
}
_SOURCE = expand("source:india-france-roundtable-2025")


def make_sample(graph: Graph) -> Graph:
    """Return a graph of the assertions that are about chosen things, and what these mention."""
    subjects = graph.values_by_subject(expand("rdf:subject"))
    sources = graph.values_by_subject(expand("prov:wasDerivedFrom"))
    kept = {
        assertion
        for assertion, thing in subjects.items()
        if sources.get(assertion) == _SOURCE
        or thing in _THINGS
        or crc32(thing.encode()) % _SHARE == 0
    }
    chosen = exclude_assertions(graph, lambda assertion: assertion not in kept)
    unused = {*sources.values()} - {sources[assertion] for assertion in kept & sources.keys()}
    graphs = {graph for graph, source in sources.items() if source in unused}
    left_out = chosen.excluded | unused | graphs
    return Graph.wrap(
        quad for quad in chosen.quads() if getattr(quad.subject, "value", "") not in left_out
    )


def keep_assertions_about(graph: Graph, *things: str) -> Graph:
    """Return a graph of the assertions of which a thing, given by id, is subject or object.

    A day selects from it in a fraction of the time.
    """
    wanted = {*map(expand, things)}
    ends = (graph.values_by_subject(expand(name)) for name in ("rdf:subject", "rdf:object"))
    kept = {iri for found in ends for iri, thing in found.items() if thing in wanted}
    return exclude_assertions(graph, lambda iri: iri not in kept)
