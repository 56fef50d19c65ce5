"""An index of a network's facts, to find those that a row of a named question is about."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from graph_builder.core.text import MAX_TEXT, shorten
from graph_builder.pictures.annotations import get_local_name
from graph_builder.pictures.view_definition import NetworkFact
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

#: Columns of a question, and the fields of a network's facts that hold the same.
_COLUMN_FIELDS = {
    "modality": "modality",
    "section": "section",
    "passage": "anchor",
    "from": "from_",
    "to": "to",
    "asOf": "as_of",
}
_LOCAL_NAME_COLUMNS = ("modality",)


class FactIndex:
    """The facts of a network by their ends, relation and source."""

    def __init__(self, network: "nx.MultiDiGraph[str]", graph: Graph) -> None:
        """Index the facts of a network of a graph."""
        self._graph = graph
        self._facts: dict[tuple[str, ...], list[NetworkFact]] = {}
        for ends, fact in _iter_facts_with_ends(network):
            self._facts.setdefault((*ends, fact["relation"], fact["source"]), []).append(fact)

    def find(
        self, row: Mapping[str, OptionalTerm], subject: str, object_: str
    ) -> list[NetworkFact]:
        """Return the facts of a row between two IRIs or texts, by its ``relation`` and ``source``.

        Where the row has a passage, dates or a modality, the facts have the same.
        """
        relation = self._graph.label(to_text(row["relation"]))
        source = get_local_name(to_text(row["source"]))
        facts = self._facts.get((subject, shorten(object_, MAX_TEXT), relation, source), [])
        return [fact for fact in facts if _matches_row(row, fact)]


def _iter_facts_with_ends(
    network: "nx.MultiDiGraph[str]",
) -> Iterator[tuple[tuple[str, str], NetworkFact]]:
    for node, attributes in network.nodes(data=True):
        yield from (((node, fact["object"]), fact) for fact in attributes["facts"])
    for subject, object_, attributes in network.edges(data=True):
        yield from (((subject, object_), fact) for fact in attributes["facts"])


def _matches_row(row: Mapping[str, OptionalTerm], fact: NetworkFact) -> bool:
    for column, field in _COLUMN_FIELDS.items():
        if column in row:
            text = shorten(to_text(row[column]), MAX_TEXT)  # as those of the network are
            value = get_local_name(text) if column in _LOCAL_NAME_COLUMNS else text
            if value != fact[field]:
                return False
    return True
