"""A matrix of who is tied to which theme: its rows, columns, cells and key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.pictures.drawing import strongest
from graph_builder.pictures.model import Bundle
from graph_builder.pictures.palette import APART_BASES, FAMILIES, GROUPS, Family, Group, group_of
from graph_builder.verdicts import Verdict
from graph_builder.vocabulary import compact, expand

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]

#: Relations that tie somebody to a theme, the firmest first: the letter of a cell, and its shade.
TIES = {
    "aigg:strategicPriority": ("P", 3),
    "aigg:envoyFor": ("V", 3),
    "aigg:hasTheme": ("T", 3),
    "aigg:promotes": ("M", 2),
    "aigg:professedCommitmentTo": ("C", 2),
    "aigg:emphasised": ("E", 2),
    "aigg:discussed": ("D", 1),
    "aigg:platformFor": ("R", 1),
    "aigg:headlineTheme": ("H", 0),
}
_SIGNS = {True: "\u2260", False: "\u2248"}


@dataclass(frozen=True)
class Cell:
    """What ties somebody to a theme: letters, shade, line style, a sign, and in words."""

    bundle: Bundle
    letters: str
    shade: int
    family: Family
    sign: str
    words: str


@dataclass(frozen=True)
class Heading:
    """The head of a row or column: the IRI and name of a thing, its group, and its ties."""

    iri: str
    label: str
    group: Group
    ties: int


def ranked(network: "Network", wanted: Callable[[str], bool]) -> list[str]:
    """Return the things whose group is wanted, those with most facts first."""
    found = [n for n, held in network.nodes(data=True) if wanted(group_of(held["kind"]).name)]
    return sorted(found, key=lambda each: (-_facts(network, each), _label(network, each), each))


def columns(network: "Network", things: list[str]) -> list[Heading]:
    """Return the heads of columns: group by group, in each those with most facts first."""
    order = {group.name: at for at, group in enumerate(GROUPS)}
    heads = [heading(network, each) for each in things]
    return sorted(heads, key=lambda head: order[head.group.name])


def rows(network: "Network", things: list[str], heads: list[Heading]) -> list[Heading]:
    """Return the heads of rows: what most share first, then along the columns."""
    place = {head.iri: at for at, head in enumerate(heads)}

    def order(theme: str) -> tuple[Any, ...]:
        at = sorted(place[each] for each in network.predecessors(theme))
        return (-len(at), at, _label(network, theme), theme)

    return [heading(network, each) for each in sorted(things, key=order)]


def heading(network: "Network", thing: str) -> Heading:
    """Return the head of a row or column for a thing."""
    held = network.nodes[thing]
    return Heading(thing, held["label"], group_of(held["kind"]), network.degree(thing))


def cells(network: "Network") -> dict[tuple[str, str], Cell]:
    """Return the cells by who and which theme."""
    pairs = sorted({(one, theme) for one, theme, _ in network.edges(keys=True)})
    return {pair: _cell(network, *pair) for pair in pairs}


def key(network: "Network") -> list[tuple[str, int, str]]:
    """Return the letters that a matrix uses with shade and words, the firmest first."""
    words = {
        relation: held["relation"] for *_, relation, held in network.edges(keys=True, data=True)
    }
    return [(*TIES[name], words[expand(name)]) for name in TIES if expand(name) in words]


def styles(found: dict[tuple[str, str], Cell]) -> list[Family]:
    """Return the line styles that cells use, in the order of the palette."""
    used = {cell.family.name for cell in found.values()}
    return [family for family in FAMILIES if family.name in used]


def _cell(network: "Network", one: str, theme: str) -> Cell:
    held = network.get_edge_data(one, theme)
    relations = [name for name in TIES if expand(name) in held]
    facts = [fact for name in relations for fact in held[expand(name)]["facts"]]
    names = f"{_label(network, one)}, {_label(network, theme)}"
    said = sorted({fact["modality"] for fact in facts})
    words = ", ".join(str(held[expand(name)]["relation"]) for name in relations)
    return Cell(
        Bundle(f"{compact(one)} {compact(theme)}", names, tuple(facts)),
        "".join(TIES[name][0] for name in relations),
        max(TIES[name][1] for name in relations),
        strongest(facts),
        _sign(facts),
        f"{names}: {words} ({', '.join(said)})",
    )


def _sign(facts: list[dict[str, Any]]) -> str:
    """Return the sign of what sources differ on, or of what none of them states."""
    verdicts = {fact.get("differs", "") for fact in facts} - {""}
    if verdicts:
        return _SIGNS[Verdict.CONTRADICTION.value in verdicts]
    return "\u2234" if all(fact["basis"] in APART_BASES for fact in facts) else ""


def _facts(network: "Network", thing: str) -> int:
    ties = (*network.in_edges(thing, data=True), *network.out_edges(thing, data=True))
    return sum(len(held["facts"]) for *_, held in ties)


def _label(network: "Network", thing: str) -> str:
    return str(network.nodes[thing]["label"])
