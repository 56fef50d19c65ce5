"""Questions and checks take time as the graph grows, and no more than that."""

import runpy
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from graph_builder.core.resources import find_data_folder
from graph_builder.query.named_questions import load_question, questions
from graph_builder.query.parameters import ParameterKind
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SMALL, LARGE = 20, 80
#: A question that looks at each pair of facts takes 16 times as long on the larger graph.
MOST_GROWTH = 9.0
#: Seconds below which a question is quick, however it grew: about those of reading the graph once.
QUICK = 0.1
#: A value that occurs in both graphs for each kind of parameter.
VALUES = {
    ParameterKind.ACTOR: "actor:IND",
    ParameterKind.EVENT: "event:meeting-0",
    ParameterKind.INSTRUMENT: "instrument:text-0",
    ParameterKind.SOURCE: "source:made-up-0",
    ParameterKind.THEME: "theme:ai-governance",
    ParameterKind.THING: "actor:IND",
}
CHECKS = questions(find_data_folder("queries") / "checks")
#: Questions whose answer has as many pairs of groups as there are.
PAIRS = {"bridges"}


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Graph]:
    write = runpy.run_path(str(ROOT / "benchmarks" / "fact_folder.py"))["write"]
    folders: dict[int, Path] = {}
    for size in (SMALL, LARGE):
        folders[size] = tmp_path_factory.mktemp(f"sources{size}")
        write(size, folders[size])
    return {size: build(folder, only=True) for size, folder in folders.items()}


def measure_seconds(graph: Graph, text: str) -> float:
    """Return the processor time of a query, all rows read."""
    start = time.process_time()
    answer: Any = graph.query(text)
    list(answer)
    return time.process_time() - start


def fill(name: str, graph: Graph) -> str:
    question = load_question(name)
    values = {
        parameter.name: VALUES[parameter.kind]
        for parameter in question.parameters.values()
        if parameter.kind in VALUES  # what takes "all" asks that by default
    }
    actors = [each for each, value in values.items() if value == VALUES[ParameterKind.ACTOR]]
    return question.fill({**values, **dict.fromkeys(actors[1:], "actor:FRA")}, graph)


@pytest.mark.slow
def test_no_question_takes_more_than_the_growth_of_the_graph(graphs: Mapping[int, Graph]) -> None:
    grown = {}
    texts = {name: fill(name, graphs[SMALL]) for name in questions() if name not in PAIRS}
    texts |= {name: each.text for name, each in CHECKS.items()}
    for name, text in texts.items():
        large = measure_seconds(graphs[LARGE], text)
        if large > QUICK:
            growth = large / measure_seconds(graphs[SMALL], text)
            if growth > MOST_GROWTH:
                grown[name] = (round(large, 2), round(growth, 1))
    assert grown == {}
