"""Questions and checks take time as the graph grows, and no more than that."""

import runpy
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest
from pyoxigraph import Literal, Quad, Store

from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import expand
from graph_builder.query.explanation import format_explanation
from graph_builder.query.named_questions import load_question, questions
from graph_builder.query.parameters import ParameterKind
from graph_builder.query.result_format import label_solutions
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.conftest import ROOT
from tests.counting_engine import CountingEngine
from tests.small_facts import node

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import QuerySolutions

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


@pytest.mark.slow
def test_edges_of_networks_take_time_as_the_facts_grow() -> None:
    """Each fact is about a thing of its own, which begins on a day, so that each needs a look."""
    few, many = (_make_dated_facts(number) for number in (500, 4000))
    grown = {}
    for name, network in load_network_definitions().items():
        small = min(measure_seconds(few, network.question.text) for _ in range(3))
        growth = measure_seconds(many, network.question.text) / small
        if growth > 2 * 4000 / 500:
            grown[name] = growth
    assert grown == {}


def _make_dated_facts(number: int) -> Graph:
    """Return a graph with so many facts of a relation for each direction in which edges lead."""
    graph = Graph(Store())
    for relation in ("attended", "leadOrganizer", "endorsed", "sessionOf"):
        for index in range(number):
            fact = node(f"assertion:{relation}-{index}")
            ends = {end: node(f"event:{relation}-{end}-{index}") for end in ("subject", "object")}
            said = {
                "rdf:predicate": node(f"aigg:{relation}"),
                "aigg:modality": node("modality:reported"),
                "aigg:basis": node("basis:stated"),
                "rdf:type": node("aigg:Affirmation"),
                **{f"rdf:{end}": thing for end, thing in ends.items()},
            }
            quads = [Quad(fact, node(each), value) for each, value in said.items()]
            for thing in ends.values():
                quads.append(Quad(thing, node("schema:startDate"), Literal("2025-02-10")))
                quads.append(Quad(thing, node("aigg:adoptedAt"), thing))
            graph.store.extend(quads)
    return graph


def test_a_server_is_asked_for_the_labels_of_an_answer_alone(graphs: Mapping[int, Graph]) -> None:
    """Those of all things of a graph on a server take longer to fetch than the answer itself."""
    graph = graphs[SMALL]
    counting = CountingEngine(graph.engine)
    far = Graph(counting)
    text = fill("facts-of", graph)
    shown = label_solutions(cast("QuerySolutions", far.query(text)), far)
    assert shown.cells == label_solutions(cast("QuerySolutions", graph.query(text)), graph).cells
    assert shown.cells
    assert format_explanation(far, "event:meeting-0") == format_explanation(
        graph, "event:meeting-0"
    )
    assert {expand("skos:prefLabel"), expand("dcterms:title")}.isdisjoint(counting.of_all)
