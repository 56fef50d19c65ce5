"""Which groups of the world actors are in: the regions of countries, the members of blocs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph_builder.networks.declaration import network
from graph_builder.networks.ties import ties
from graph_builder.store import Graph
from graph_builder.terms import load
from graph_builder.vocabulary import NS, PREFIXES


class Bloc(NamedTuple):
    """A bloc: its IRI, its name, and the assertions that make each actor a member, by IRI."""

    iri: str
    label: str
    members: Mapping[str, Sequence[str]]


def regions() -> dict[str, str]:
    """Return the region of the world of each country that is in one, by IRI."""
    known = load().countries.values()
    return {PREFIXES["actor"] + each.alpha3: each.region for each in known if each.region}


def blocs(graph: Graph) -> list[Bloc]:
    """Return the blocs that the graph gives members of, sorted by IRI.

    Who is in no list that the graph holds may still be a member.
    """
    said = [tie for tie in ties(graph, network("co-membership")) if tie.relation == NS + "memberOf"]
    classes = graph.classes(tie.target for tie in said)
    found: dict[str, dict[str, list[str]]] = {}
    for tie in said:
        if classes[tie.target] == NS + "Bloc":
            found.setdefault(tie.target, {}).setdefault(tie.source, []).append(tie.evidence)
    return [Bloc(iri, graph.label(iri), members) for iri, members in sorted(found.items())]
