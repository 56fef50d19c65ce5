"""Items of lists: what each stands for, and what is to be known of it besides its name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graph_builder.compare.conflict_classification import Verdict
from graph_builder.core.content_security import make_encodable
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.palette import EDGE_STYLES, UNSTATED_BASES
from graph_builder.pictures.pyvis_network import get_strongest_style
from graph_builder.pictures.view_definition import Bundle, EdgeKey, Stage, build_markup_stage
from graph_builder.query.named_questions import to_text
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


NetworkFact = dict[str, Any]
#: What an item may stand for: a thing by its IRI, a line, or facts that are none.
ItemTarget = str | EdgeKey | Bundle

#: The modality of what editors of a graph hold to be right.
JUDGEMENT_MODALITY = "evaluative"
_STYLE_RANKS = {family.name: at for at, family in enumerate(EDGE_STYLES)}


@dataclass(frozen=True)
class ListItem:
    """What stands in a list: what it stands for, whose name it shows, how firmly it is said.

    A click opens the evidence of the first that it stands for: things, lines, bundles. ``sign`` is
    the rule that holds for it (see words).
    """

    of: tuple[ItemTarget, ...]
    name: str | Bundle
    family: str
    affirmed: bool = True
    tags: tuple[str, ...] = ()
    sign: str = ""
    groups: tuple["ItemGroup", ...] = ()


@dataclass(frozen=True)
class ItemGroup:
    """Items under one heading; a sign that all of them have; folded until a reader opens it.

    What is ``past`` is shown as no longer so.
    """

    heading: str
    items: tuple[ListItem, ...]
    sign: str = ""
    folded: bool = False
    past: bool = False


def build_item(
    of: tuple[ItemTarget, ...], name: str | Bundle, facts: Sequence[NetworkFact]
) -> ListItem:
    """Return an item that rests on facts."""
    family = get_strongest_style([*facts]).name
    affirmed = any(fact["affirmed"] for fact in facts)
    return ListItem(
        of, name, family, affirmed, tuple(_iter_tags(family, facts)), _get_conflict_sign(facts)
    )


def get_item_rank(each: ListItem) -> int:
    """Return a number by which items are ordered, that of the most firmly said being the least."""
    return _STYLE_RANKS[each.family]


def _iter_tags(family: str, facts: Sequence[NetworkFact]) -> Iterator[str]:
    """Yield what is to be known besides the name: what was not done, not stated, not known."""
    if all(fact["basis"] in UNSTATED_BASES for fact in facts):
        yield "∴ inferred"
    elif family == "judged" or not any(fact["affirmed"] for fact in facts):
        yield str(min(fact["modality"] for fact in facts))
    if any(fact["holds"] for fact in facts) and all(fact["holds"] != "yes" for fact in facts):
        yield "not known"


def _get_conflict_sign(facts: Sequence[NetworkFact]) -> str:
    found = {fact.get("differs", "") for fact in facts} - {""}
    if not found:
        return ""
    return "contradicts" if Verdict.CONTRADICTION.value in found else "differs"


#: Every way there is.
ALL_RELATIONS = ("*",)
#: Items of a list inside an item up to which it stands open.
MAX_OPEN_ITEMS = 6
_HEADINGS = {
    "aigg:follows": "Follows",
    "aigg:hasTheme": "Themes",
    "aigg:name": "Names",
    "^aigg:adoptedAt": "Texts adopted there",
    "^aigg:attended": "Present",
    "^aigg:follows": "Followed by",
    "^aigg:launchedAt": "Launched there",
    "^aigg:openedForSignatureAt": "Opened for signature there",
    "when": "When",
}


def build_list_stage(name: str) -> Stage:
    """Return the stage of a view whose template shows lists: markup, lists, ties between items."""
    base = build_markup_stage(name)
    styles = (base.styles[0], "stages/lists.css", *base.styles[1:])
    return replace(base, script="stages/lists.js", styles=styles)


def group_edges_by_relation(
    network: "nx.MultiDiGraph[str]", thing: str
) -> dict[str, list[EdgeKey]]:
    """Return the lines of a thing by way, in the order of their ends."""
    found: dict[str, list[EdgeKey]] = defaultdict(list)
    for edge in sorted(network.out_edges(thing, keys=True)):
        found[compact(edge[2])].append(edge)
    for edge in sorted(network.in_edges(thing, keys=True)):
        found["^" + compact(edge[2])].append(edge)
    return found


def get_other_end(edge: EdgeKey, thing: str) -> str:
    """Return the other end of a line."""
    return edge[1] if edge[0] == thing else edge[0]


def get_relation_name(fact: NetworkFact) -> str:
    """Return the prefixed name of a fact's relation, or its label where the graph has no record."""
    return compact(to_text(fact["statement"][1])) if "statement" in fact else str(fact["relation"])


class ListBuilder:
    """The lists of a picture, and the bundles of those facts in them that are no line."""

    def __init__(
        self,
        network: "nx.MultiDiGraph[str]",
        graph: Graph,
        followed: Mapping[str, Sequence[str]],
    ) -> None:
        """Make lists of a network; ``followed`` tells what is listed of what a way leads to."""
        self.network, self._graph, self._followed = network, graph, followed
        self._bundles: dict[str, Bundle] = {}

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The facts that stand in the lists without being a line."""
        return tuple(self._bundles.values())

    def ties(
        self,
        thing: str,
        wanted: Iterable[str],
        *,
        but: Collection[EdgeKey] = (),
        within: tuple[str, ...] = (),
    ) -> list[ItemGroup]:
        """Return what a thing is tied to in these ways, a group a way and a kind of outcome.

        Lines of ``but`` are left out, and those that lead back to what it stands ``within``.
        """
        lines, path = group_edges_by_relation(self.network, thing), (*within, thing)
        asked = (
            sorted(lines) if wanted is ALL_RELATIONS else [way for way in wanted if way in lines]
        )
        found = []
        for way in asked:
            kinds: dict[str, list[ListItem]] = defaultdict(list)
            for edge in lines[way]:
                if edge not in but and (other := get_other_end(edge, thing)) not in path:
                    kinds[self._kind(way, other)].append(self._tie(way, edge, other, path))
            found += [self._group(way, kind, kinds[kind]) for kind in sorted(kinds)]
        return found

    def values(
        self, thing: str, *, but: Iterable[str] = (), only: Iterable[str] = ()
    ) -> list[ItemGroup]:
        """Return the values of a thing but its label, such as numbers, a group a relation."""
        told: dict[str, dict[str, list[NetworkFact]]] = defaultdict(lambda: defaultdict(list))
        held = self.network.nodes[thing]
        for fact in held["facts"]:
            name = get_relation_name(fact)
            if name not in but and (not only or name in only) and fact["object"] != held["label"]:
                told[name][format_date_range(str(fact["object"]))].append(fact)
        return [self.value_group(thing, name, told[name]) for name in sorted(told)]

    def value_group(
        self, thing: str, name: str, told: Mapping[str, Sequence[NetworkFact]]
    ) -> ItemGroup:
        """Return the values of one relation, or of what is shown as one, by their words.

        What editors judge right comes first, then what most sources say, then the latest.
        """
        ranked = sorted(told, key=str)
        ranked.sort(key=lambda words: max(str(f["as_of"]) for f in told[words]), reverse=True)
        ranked.sort(key=lambda words: -len({f["source"] for f in told[words]}))
        ranked.sort(key=lambda words: all(f["modality"] != JUDGEMENT_MODALITY for f in told[words]))
        items = [self._value(thing, name, words, told[words]) for words in ranked]
        if len(items) > 1 and any(
            fact["modality"] == JUDGEMENT_MODALITY for fact in told[ranked[0]]
        ):
            items[0] = replace(items[0], tags=(*items[0].tags, "as the editors judge"))
        shared = {item.sign for item in items}
        heading = self.heading(name, len(items))
        if len(items) == 1 or len(shared) > 1:
            return ItemGroup(heading, tuple(items))
        return ItemGroup(heading, tuple(replace(item, sign="") for item in items), shared.pop())

    def line(self, edges: Sequence[EdgeKey], thing: str) -> ListItem:
        """Return an item for a thing that stands for some lines."""
        facts = [fact for edge in edges for fact in self.network.edges[edge]["facts"]]
        return build_item((*edges, thing), thing, facts)

    def thing(self, thing: str, tags: tuple[str, ...] = ()) -> ListItem:
        """Return an item for a thing alone."""
        return ListItem((thing,), thing, "", tags=tags)

    def words(self, item: ListItem) -> str:
        """Return what an item shows: the label of a thing, or a value."""
        if isinstance(item.name, Bundle):
            return item.name.label
        return str(self.network.nodes[item.name]["label"])

    def heading(self, way: str, number: int) -> str:
        """Return what things are called that are tied in a way: a role, or what the relation is."""
        if way in _HEADINGS:
            return _HEADINGS[way]
        inward, relation = way.startswith("^"), _expand_name(way.removeprefix("^"))
        role = expand("aigg:subjectRole" if inward else "aigg:objectRole")
        if noun := self._graph.value(relation, role):
            return _capitalise(noun if number == 1 else self._plural(relation, noun))
        return _capitalise(self._graph.label(relation) + " it" * inward)

    def _plural(self, iri: str, noun: str) -> str:
        return self._graph.value(iri, expand("aigg:plural")) or noun + "s"

    def _kind(self, way: str, other: str) -> str:
        """Return the class by which things of one way are kept apart: that of an outcome."""
        kind = self.network.nodes[other]["kind"]
        return expand(f"aigg:{kind}") if kind and way == "aigg:producedOutcome" else ""

    def _group(self, way: str, kind: str, items: list[ListItem]) -> ItemGroup:
        heading = self.heading(way, len(items))
        if kind:
            heading = _capitalise(self._plural(kind, self._graph.label(kind)))
        return ItemGroup(heading, tuple(sorted(items, key=self._rank)))

    def _rank(self, each: ListItem) -> tuple[int, str]:
        return get_item_rank(each), self.words(each).casefold()

    def _tie(self, way: str, edge: EdgeKey, other: str, path: tuple[str, ...]) -> ListItem:
        item = self.line([edge], other)
        if way not in self._followed:
            return item
        inner = [*self.values(other), *self.ties(other, self._followed[way], within=path)]
        return replace(item, groups=tuple(self._folded(group) for group in inner))

    def _folded(self, group: ItemGroup) -> ItemGroup:
        if len(group.items) <= MAX_OPEN_ITEMS:
            return group
        listed = sum(item.affirmed for item in group.items)
        others = len(group.items) - listed
        more = f", {others} more intended or denied" if others else ""
        return replace(group, heading=f"{group.heading}: {listed} listed{more}", folded=True)

    def _value(self, thing: str, name: str, words: str, facts: Sequence[NetworkFact]) -> ListItem:
        id_ = f"{compact(thing)} {name} {words}"
        each_once = {id(fact): fact for fact in facts}
        bundle = self._bundles.setdefault(id_, Bundle(id_, words, tuple(each_once.values())))
        return build_item((bundle,), bundle, facts)


def _expand_name(name: str) -> str:
    """Return the IRI of a prefixed name, or what is none as it is."""
    return expand(name) if name.partition(":")[0] in PREFIXES else name


def _capitalise(words: str) -> str:
    return str(make_encodable(words[:1].upper() + words[1:]))
