"""Network definitions: the query for the edges, and what nodes and edges are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from graph_builder.core.errors import UnknownNameError, suggest_similar
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.core.text import quote
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
    return {name: parse_network_definition(asked) for name, asked in found.items()}


def find_network_definition(name: str) -> NetworkDefinition:
    """Return a shipped network; raises UnknownNameError with the nearest names."""
    if name not in load_network_definitions():
        raise UnknownNameError("network", name, load_network_definitions())
    return load_network_definitions()[name]


def parse_network_definition(asked: Question) -> NetworkDefinition:
    """Return the network that a question defines; raises QueryError with the line of the head."""
    said = {"directed": "no", "projected": "", **asked.head.list_network_settings()}
    for key in ("nodes", "edge", "mode"):
        if key not in said:
            raise asked.head.make_error(key, f"a network needs the line '#+ {key}: ...'")
    if asked.columns != EDGE_COLUMNS:
        message = f"the columns of a network are {' '.join(EDGE_COLUMNS)}"
        raise asked.head.make_error("columns", message)
    sources, targets = (_parse_classes(ends, asked) for ends in said["nodes"].split())
    return NetworkDefinition(
        question=asked,
        sources=sources,
        targets=targets,
        edge=said["edge"],
        mode=1 if said["mode"] == "one" else 2,
        directed=said["directed"] == "yes",
        projected=said["projected"],
    )


def _parse_classes(names: str, asked: Question) -> tuple[str, ...]:
    """Return the IRIs of classes, given by their names with bars between."""
    known = load_ontology().list_classes()
    for name in names.split("|"):
        if name not in known:
            message = f"unknown class {quote(name)}{suggest_similar(name, known)}"
            raise asked.head.make_error("nodes", message)
    return tuple(NS + name for name in names.split("|"))
