"""A matrix of who is tied to which theme: its rows, columns, cells and key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import facts_network, facts_of
from graph_builder.compare.conflict_classification import Verdict
from graph_builder.core.errors import PictureError
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.pictures.annotations import in_context
from graph_builder.pictures.caption_text import sentence
from graph_builder.pictures.palette import APART_BASES, FAMILIES, GROUPS, Family, Group, group_of
from graph_builder.pictures.pyvis_network import strongest
from graph_builder.pictures.subgraphs import neighbours, sourced, stating
from graph_builder.pictures.truncation import WHOLE
from graph_builder.pictures.view_model import Bundle, Picture, TermArgument, View, markup
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph

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


#: Rows and columns that a matrix has at most.
MOST = 40
#: Actors that are named under the heading.
FEW = 4
_ACTORS = ("country", "body", "person")
_HOLDERS = (*_ACTORS, "event", "instrument")


def themes(graph: Graph, *scope: str) -> Picture:
    """Return the matrix of actors, events and texts by themes, with what ties them.

    An event in the scope leaves what is tied to it, a source what it says. Raises PictureError for
    another thing, and where nothing is left.
    """
    events, sources = _scopes(graph, scope)
    every = in_context(facts_network(graph, source="all"), graph)
    circle = {near for event in events for near in {event, *neighbours(every, event)}}
    tied = _tied(every, circle, sources)
    of = [graph.label(iri) for iri in (*events, *(PREFIXES["source"] + s for s in sources))]
    if not tied.number_of_edges():
        raise PictureError(f"nothing to draw: no theme is on record{_of(of)}")
    found = [ranked(tied, _HOLDERS.__contains__), ranked(tied, "theme".__eq__)]
    shown = sourced(tied.subgraph(each for side in found for each in side[:MOST]).copy(), tied)
    silent = sorted(every.nodes[n]["label"] for n in circle - set(tied) if _is_holder(every, n))
    filled = cells(shown)
    return Picture(
        title="Who works on which theme" + _of(of),
        subtitle=". ".join(
            (_subtitle(every, tied, circle, _around(events)), *sentence(shown, facts_of(shown)))
        ),
        network=shown,
        stage=markup("themes"),
        content=_content(shown, found, filled) | {"silent": silent, "around": _around(events)},
        bundles=tuple(cell.bundle for cell in filled.values()),
        whole=tied,
        notes=_notes(*found),
    )


VIEW = View(
    name="themes",
    summary="Who works on which theme, and who does not?",
    terms=(
        TermArgument(
            "SCOPE",
            "Events or sources, by default all: of an event what is tied to it, of a source what "
            "it says.",
            required=False,
            many=True,
        ),
    ),
    make=themes,
    example=("2nd India-France AI Policy Roundtable", "AI Action Summit 2025"),
)


def _scopes(graph: Graph, scope: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the IRIs of events, and the ids of sources; raises PictureError for other things."""
    found: dict[str, list[str]] = {"event": [], "source": []}
    for iri in dict.fromkeys(resolve_entity(word, graph) for word in scope):
        kind = compact(iri).partition(":")[0]
        if kind not in found:
            raise PictureError(f"{graph.label(iri)} is neither an event nor a source")
        found[kind].append(iri)
    return found["event"], [iri.removeprefix(PREFIXES["source"]) for iri in found["source"]]


def _around(events: list[str]) -> str:
    return "the event" if len(events) == 1 else "these events"


def _of(names: list[str]) -> str:
    return f": {', '.join(names)}" if names else ""


def _is_holder(network: "Network", thing: str) -> bool:
    return group_of(network.nodes[thing]["kind"]).name in _HOLDERS


def _tied(every: "Network", circle: set[str], sources: list[str]) -> "Network":
    """Return the lines from actors, events and texts to themes, with the facts of some sources."""
    wanted = {expand(name) for name in TIES}
    facts = [
        fact
        for one, theme, relation, held in every.edges(keys=True, data=True)
        if relation in wanted and every.nodes[theme]["kind"] == "PolicyTheme"
        if _is_holder(every, one) and (one in circle or not circle)
        for fact in held["facts"]
        if fact["source"] in sources or not sources
    ]
    return stating(every, facts)


def _content(
    shown: "Network", found: list[list[str]], filled: Mapping[tuple[str, str], Cell]
) -> dict[str, Any]:
    heads = columns(shown, [each for each in found[0][:MOST] if each in shown])
    lines = rows(shown, [each for each in found[1][:MOST] if each in shown], heads)
    return {
        "columns": heads,
        "rows": [(line, [filled.get((head.iri, line.iri)) for head in heads]) for line in lines],
        "ties": key(shown),
    }


def _subtitle(every: "Network", tied: "Network", circle: set[str], around: str) -> str:
    """Return to how many themes actors are tied, and of how many that is not on record."""
    actors = {n for n in every if group_of(every.nodes[n]["kind"]).name in _ACTORS}
    among = actors & circle if circle else actors
    where = f"around {around}" if circle else "on record"
    known = _busiest(tied, among & set(tied))
    if not known:
        first = _number(
            tied, _busiest(tied, {n for n in tied if _is_holder(tied, n)})[0], is_first=True
        )
        return f"{first}, none of the {len(among):,} actors {where} to any"
    first = ", ".join(_number(tied, each, is_first=at == 0) for at, each in enumerate(known[:FEW]))
    more = f", {len(known) - FEW} more to some" if len(known) > FEW else ""
    rest = len(among) - len(known)
    return first + more + (f"; {rest:,} more actors {where} to none" if rest else "")


def _busiest(tied: "Network", some: set[str]) -> list[str]:
    return sorted(some, key=lambda n: (-len(neighbours(tied, n)), _label_of(tied, n), n))


def _number(tied: "Network", actor: str, *, is_first: bool) -> str:
    number = len(neighbours(tied, actor))
    themes_ = "" if not is_first else " theme" if number == 1 else " themes"
    return f"{_label_of(tied, actor)}{' is tied to' if is_first else ' to'} {number}{themes_}"


def _label_of(network: "Network", thing: str) -> str:
    return str(network.nodes[thing]["label"])


def _notes(held: list[str], told: list[str]) -> tuple[str, ...]:
    """Return the sentence on what a matrix has no room for."""
    kinds = (("actors, events and texts", held), ("themes", told))
    cut = [f"of {len(things):,} {kind}" for kind, things in kinds if len(things) > MOST]
    if not cut:
        return ()
    said = " and ".join(cut)
    return (f"{said.capitalize()} the {MOST} with the most facts are shown; {WHOLE}.",)
