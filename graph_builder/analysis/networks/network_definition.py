"""Network definitions: the query for the edges, and what nodes and edges are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import NS
from graph_builder.query.named_questions import Question, questions

EDGE_COLUMNS = (
    "source",
    "target",
    "relation",
    "weight",
    "evidence",
    "done",
    "modality",
    "basis",
    "date",
)


@dataclass(frozen=True)
class NetworkDefinition:
    """A network: the question for its edges, the classes at both ends, and what an edge means.

    ``mode`` is 1 if both ends are of one kind and 2 for a bipartite network. Where ``projected``
    says what nodes share, such as ``texts``, the edges of the question are bipartite and the
    network is their projection on the sources (M. Newman, Physical Review E 64, 016132, 2001).
    """

    question: Question
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    edge: str
    mode: Literal[1, 2]
    directed: bool
    projected: str

    @property
    def name(self) -> str:
        """The name of the query's file, without its ending."""
        return self.question.name


@cache
def load_network_definitions() -> Mapping[str, NetworkDefinition]:
    """Return the shipped networks by name; raises QueryError for a faulty definition."""
    found = questions(find_data_folder("queries") / "networks")
    return {name: _parse_network_definition(asked) for name, asked in found.items()}


def find_network_definition(name: str) -> NetworkDefinition:
    """Return a shipped network; raises UnknownNameError with the nearest names."""
    if name not in load_network_definitions():
        raise UnknownNameError("network", name, load_network_definitions())
    return load_network_definitions()[name]


def _parse_network_definition(asked: Question) -> NetworkDefinition:
    said = {"directed": "no", "projected": "", **asked.network_settings}
    missing = {"nodes", "edge", "mode"} - said.keys()
    if missing or said["mode"] not in ("one", "two") or asked.columns != EDGE_COLUMNS:
        raise QueryError(
            f"{asked.name}.rq: a network declares nodes, edge and mode (one or two), and has the "
            f"columns {' '.join(EDGE_COLUMNS)}"
        )
    sources, targets = (tuple(NS + c for c in ends.split("|")) for ends in said["nodes"].split())
    return NetworkDefinition(
        question=asked,
        sources=sources,
        targets=targets,
        edge=said["edge"],
        mode=1 if said["mode"] == "one" else 2,
        directed=said["directed"] == "yes",
        projected=said["projected"],
    )
