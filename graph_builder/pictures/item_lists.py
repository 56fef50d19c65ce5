"""Lists of related nodes and values: what a relation leads to, and how strongly it is stated."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph_builder.compare.conflict_classification import Verdict
from graph_builder.core.content_security import make_encodable
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.pictures.caption_text import format_date_range, quote_words
from graph_builder.pictures.palette import EDGE_STYLES, UNSTATED_BASES, get_strongest_style
from graph_builder.pictures.view_definition import (
    Bundle,
    EdgeKey,
    NetworkFact,
    Stage,
    build_markup_stage,
)
from graph_builder.query.named_questions import to_text
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


#: What an item stands for: a node by its IRI, an edge, or facts that are no edge.
ItemTarget = str | EdgeKey | Bundle

#: A directed relation is a prefixed name, with "^" before it for edges that lead to the node.
ALL_RELATIONS = ("*",)
#: Items of a nested list up to which it is shown open.
MAX_OPEN_ITEMS = 6
#: The modality of judgements on what is right.
JUDGEMENT_MODALITY = "evaluative"
_STYLE_RANKS = {style.name: rank for rank, style in enumerate(EDGE_STYLES)}
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


@dataclass(frozen=True)
class ListItem:
    """An item of a list: what it stands for, the IRI or value whose label it shows, its style.

    A click opens the evidence of the first target. ``style`` is the name of an edge style,
    ``sign`` that of a FactFilter for facts on which sources differ. ``wordings`` are the words of
    sources for it, where they are others.
    """

    targets: tuple[ItemTarget, ...]
    name: str | Bundle
    style: str
    affirmed: bool = True
    tags: tuple[str, ...] = ()
    sign: str = ""
    groups: tuple["ItemGroup", ...] = ()
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemGroup:
    """Items under one heading, with the sign that all of them have; folded until a reader opens it.

    What is ``past`` is shown as no longer true.
    """

    heading: str
    items: tuple[ListItem, ...]
    sign: str = ""
    folded: bool = False
    past: bool = False


def build_list_stage(name: str) -> Stage:
    """Return the stage of a view whose template shows lists, with edges drawn between items."""
    base = build_markup_stage(name)
    styles = (base.styles[0], "stages/lists.css", *base.styles[1:])
    return replace(base, script="stages/lists.js", styles=styles)


def group_edges_by_relation(network: "nx.MultiDiGraph[str]", node: str) -> dict[str, list[EdgeKey]]:
    """Return the edges of a node by directed relation, sorted by their ends."""
    edges: dict[str, list[EdgeKey]] = defaultdict(list)
    for edge in sorted(network.out_edges(node, keys=True)):
        edges[compact(edge[2])].append(edge)
    for edge in sorted(network.in_edges(node, keys=True)):
        edges["^" + compact(edge[2])].append(edge)
    return edges


def get_other_end(edge: EdgeKey, node: str) -> str:
    """Return the end of an edge that is not the node."""
    return edge[1] if edge[0] == node else edge[0]


def get_relation_name(fact: NetworkFact) -> str:
    """Return the prefixed name of a fact's relation, or its label where there is no assertion."""
    if "statement" in fact:
        return compact(to_text(fact["statement"][1]))
    return str(fact["relation"])


def get_item_rank(item: ListItem) -> int:
    """Return the rank of an item's style in the palette; the strongest style has the lowest."""
    return _STYLE_RANKS[item.style]


class ListBuilder:
    """Builds the lists of a picture, and the bundles of those facts in them that are no edge.

    ``nested_relations`` are the directed relations that are listed below an item, by the directed
    relation that leads to the item.
    """

    def __init__(
        self,
        network: "nx.MultiDiGraph[str]",
        graph: Graph,
        nested_relations: Mapping[str, Sequence[str]],
    ) -> None:
        """Prepare lists of a network of a graph."""
        self.network, self._graph, self._nested = network, graph, nested_relations
        self._bundles: dict[str, Bundle] = {}

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The facts in the lists that are no edge."""
        return tuple(self._bundles.values())

    def build_edge_groups(
        self,
        node: str,
        relations: Iterable[str],
        *,
        excluded: Collection[EdgeKey] = (),
        path: tuple[str, ...] = (),
    ) -> list[ItemGroup]:
        """Return what a node is related to, a group for each directed relation and outcome class.

        Edges to the nodes of ``path``, which contain this list, are left out like those excluded.
        """
        edges, path = group_edges_by_relation(self.network, node), (*path, node)
        names = (
            sorted(edges) if relations is ALL_RELATIONS else [r for r in relations if r in edges]
        )
        groups = []
        for relation in names:
            items: dict[str, list[ListItem]] = defaultdict(list)
            for edge in edges[relation]:
                if edge not in excluded and (other := get_other_end(edge, node)) not in path:
                    item = self._build_nested_item(relation, edge, other, path)
                    items[self._get_outcome_class(relation, other)].append(item)
            groups += [self._build_group(relation, name, items[name]) for name in sorted(items)]
        return groups

    def build_value_groups(
        self, node: str, *, excluded: Iterable[str] = (), only: Iterable[str] = ()
    ) -> list[ItemGroup]:
        """Return the values of a node except its label, a group for each relation."""
        values: dict[str, dict[str, list[NetworkFact]]] = defaultdict(lambda: defaultdict(list))
        attributes = self.network.nodes[node]
        for fact in attributes["facts"]:
            name = get_relation_name(fact)
            if name in excluded or (only and name not in only):
                continue
            if fact["object"] != attributes["label"]:
                values[name][format_date_range(str(fact["object"]))].append(fact)
        return [self.build_value_group(node, name, values[name]) for name in sorted(values)]

    def build_value_group(
        self, node: str, name: str, values: Mapping[str, Sequence[NetworkFact]]
    ) -> ItemGroup:
        """Return the values of one relation, given with their facts.

        What a judgement holds right comes first, then what most sources state, then the latest.
        """
        ranked = sorted(values, key=str)
        ranked.sort(key=lambda value: max(str(f["as_of"]) for f in values[value]), reverse=True)
        ranked.sort(key=lambda value: -len({f["source"] for f in values[value]}))
        ranked.sort(key=lambda value: not _is_judged(values[value]))
        items = [self._build_value_item(node, name, value, values[value]) for value in ranked]
        if len(items) > 1 and _is_judged(values[ranked[0]]):
            items[0] = replace(items[0], tags=(*items[0].tags, "by a judgement"))
        signs = {item.sign for item in items}
        heading = self.get_heading(name, len(items))
        if len(items) == 1 or len(signs) > 1:
            return ItemGroup(heading, tuple(items))
        return ItemGroup(heading, tuple(replace(item, sign="") for item in items), signs.pop())

    def build_edge_item(self, edges: Sequence[EdgeKey], node: str) -> ListItem:
        """Return an item for a node that stands for some edges."""
        facts = [fact for edge in edges for fact in self.network.edges[edge]["facts"]]
        return _build_item((*edges, node), node, facts)

    def build_theme_item(self, edges: Sequence[EdgeKey], theme: str) -> ListItem:
        """Return an item for a canonical theme that stands for some edges, with the wordings."""
        item = self.build_edge_item(edges, theme)
        facts = (fact for edge in edges for fact in self.network.edges[edge]["facts"])
        wordings = {str(fact["object"]) for fact in facts} - {self.get_text(item)}
        return replace(item, wordings=tuple(map(quote_words, sorted(wordings))))

    def build_node_item(self, node: str, tags: tuple[str, ...] = ()) -> ListItem:
        """Return an item for a node alone."""
        return ListItem((node,), node, "", tags=tags)

    def get_text(self, item: ListItem) -> str:
        """Return what an item shows: the label of a node, or a value."""
        if isinstance(item.name, Bundle):
            return item.name.label
        return str(self.network.nodes[item.name]["label"])

    def get_heading(self, relation: str, number: int) -> str:
        """Return the heading of things at the end of a directed relation: a role, or its label."""
        if relation in _HEADINGS:
            return _HEADINGS[relation]
        is_inward, iri = relation.startswith("^"), _expand_name(relation.removeprefix("^"))
        role = expand("aigg:subjectRole" if is_inward else "aigg:objectRole")
        if noun := self._graph.value(iri, role):
            return _capitalise(noun if number == 1 else self._get_plural(iri, noun))
        return _capitalise(self._graph.label(iri) + " it" * is_inward)

    def _get_plural(self, iri: str, noun: str) -> str:
        return self._graph.value(iri, expand("aigg:plural")) or noun + "s"

    def _get_outcome_class(self, relation: str, node: str) -> str:
        """Return the class by which outcomes are grouped, "" for other relations."""
        name = self.network.nodes[node]["kind"]
        return expand(f"aigg:{name}") if name and relation == "aigg:producedOutcome" else ""

    def _build_group(self, relation: str, class_iri: str, items: list[ListItem]) -> ItemGroup:
        heading = self.get_heading(relation, len(items))
        if class_iri:
            heading = _capitalise(self._get_plural(class_iri, self._graph.label(class_iri)))
        return ItemGroup(heading, tuple(sorted(items, key=self._sort_key)))

    def _sort_key(self, item: ListItem) -> tuple[int, str]:
        return get_item_rank(item), self.get_text(item).casefold()

    def _build_nested_item(
        self, relation: str, edge: EdgeKey, node: str, path: tuple[str, ...]
    ) -> ListItem:
        item = self.build_edge_item([edge], node)
        if relation not in self._nested:
            return item
        edge_groups = self.build_edge_groups(node, self._nested[relation], path=path)
        groups = (*self.build_value_groups(node), *edge_groups)
        return replace(item, groups=tuple(_fold_long_group(group) for group in groups))

    def _build_value_item(
        self, node: str, name: str, value: str, facts: Sequence[NetworkFact]
    ) -> ListItem:
        id_ = f"{compact(node)} {name} {value}"
        distinct = {id(fact): fact for fact in facts}
        bundle = self._bundles.setdefault(id_, Bundle(id_, value, tuple(distinct.values())))
        return _build_item((bundle,), bundle, facts)


def _build_item(
    targets: tuple[ItemTarget, ...], name: str | Bundle, facts: Sequence[NetworkFact]
) -> ListItem:
    style = get_strongest_style(facts).name
    affirmed = any(fact["affirmed"] for fact in facts)
    tags = tuple(_iter_tags(style, facts))
    return ListItem(targets, name, style, affirmed, tags, _get_conflict_sign(facts))


def _iter_tags(style: str, facts: Sequence[NetworkFact]) -> Iterator[str]:
    """Yield what a reader has to know besides the name: inferred, not affirmed, uncertain."""
    if all(fact["basis"] in UNSTATED_BASES for fact in facts):
        yield "∴ inferred"
    elif _is_set_aside(facts):
        yield "set aside"
    elif style == "judged" or not any(fact["affirmed"] for fact in facts):
        yield str(min(fact["modality"] for fact in facts))
    if any(fact["holds"] for fact in facts) and all(fact["holds"] != "yes" for fact in facts):
        yield "not known"


def _get_conflict_sign(facts: Sequence[NetworkFact]) -> str:
    verdicts = {fact.get("differs", "") for fact in facts} - {""}
    if not verdicts:
        return ""
    return "contradicts" if Verdict.CONTRADICTION.value in verdicts else "differs"


def _is_set_aside(facts: Iterable[NetworkFact]) -> bool:
    """Return whether judgements set aside all that sources say."""
    said = [fact for fact in facts if fact["modality"] != JUDGEMENT_MODALITY]
    return bool(said) and all(fact.get("set_aside") for fact in said)


def _is_judged(facts: Iterable[NetworkFact]) -> bool:
    return any(fact["modality"] == JUDGEMENT_MODALITY for fact in facts)


def _fold_long_group(group: ItemGroup) -> ItemGroup:
    if len(group.items) <= MAX_OPEN_ITEMS:
        return group
    listed = sum(item.affirmed for item in group.items)
    others = len(group.items) - listed
    more = f", {others} more intended, denied or set aside" if others else ""
    return replace(group, heading=f"{group.heading}: {listed} listed{more}", folded=True)


def _expand_name(name: str) -> str:
    """Return the IRI of a prefixed name; any other text as it is."""
    return expand(name) if name.partition(":")[0] in PREFIXES else name


def _capitalise(text: str) -> str:
    return str(make_encodable(text[:1].upper() + text[1:]))
