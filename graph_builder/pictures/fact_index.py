"""Which facts of a network the rows of a question speak of, so that a stage can show them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

NetworkFact = dict[str, Any]

#: Columns of a question, and what a fact of a network calls the same.
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
    """The facts of a network by what they state and who says so."""

    def __init__(self, network: "nx.MultiDiGraph[str]", graph: Graph) -> None:
        """Index the facts of a network, which is one of a graph."""
        self._graph = graph
        self._facts: dict[tuple[str, ...], list[NetworkFact]] = {}
        for ends, fact in _iter_facts_with_ends(network):
            self._facts.setdefault((*ends, fact["relation"], fact["source"]), []).append(fact)

    def of(self, row: Mapping[str, OptionalTerm], subject: str, object_: str) -> list[NetworkFact]:
        """Return the facts of a row: of its ``relation`` and ``source``, between two IRIs or texts.

        What else the row tells, such as the passage or the dates, has to be theirs too.
        """
        relation, source = (
            self._graph.label(to_text(row["relation"])),
            _get_local_name(to_text(row["source"])),
        )
        found = self._facts.get((subject, object_, relation, source), [])
        return [fact for fact in found if _matches_row(row, fact)]


def _iter_facts_with_ends(
    network: "nx.MultiDiGraph[str]",
) -> Iterator[tuple[tuple[str, str], NetworkFact]]:
    for thing, held in network.nodes(data=True):
        yield from (((thing, fact["object"]), fact) for fact in held["facts"])
    for subject, object_, held in network.edges(data=True):
        yield from (((subject, object_), fact) for fact in held["facts"])


def _matches_row(row: Mapping[str, OptionalTerm], fact: NetworkFact) -> bool:
    return all(
        (
            _get_local_name(to_text(row[column]))
            if column in _LOCAL_NAME_COLUMNS
            else to_text(row[column])
        )
        == fact[part]
        for column, part in _COLUMN_FIELDS.items()
        if column in row
    )


def _get_local_name(iri: str) -> str:
    return iri.rpartition("/")[2]
