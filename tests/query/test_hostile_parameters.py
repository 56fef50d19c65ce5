"""Values of parameters that attack: they come back as they were, or are refused with a sentence."""

import random
import time
from itertools import cycle
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph_builder.cli.query_commands import query
from graph_builder.core.errors import AiggError
from graph_builder.core.folding import fold_words
from graph_builder.core.search_words import load_search_words
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.named_questions import Parameter, Question, ask, questions
from graph_builder.query.parameters import ParameterKind
from graph_builder.store.graph import Graph
from tests.conftest import Run
from tests.hostile_values import is_sentence, term_in, values

NUMBER = 10_000
KINDS = ("actor", "event", "instrument")
#: Values of the kinds that are no things.
FITTING = {
    ParameterKind.DATE: ["2025-02-10", "2025-02", "2025"],
    ParameterKind.INTEGER: ["-12", "007"],
    ParameterKind.LANGUAGE: ["EN", "fr-ca"],
    ParameterKind.TEXT: ["all"],
}
READ = f"PREFIX xsd: <{expand('xsd:')}> SELECT ?x {{ VALUES ?x {{ %s }} }}"

Names = dict[str, str]


@pytest.fixture(scope="module")
def names() -> Names:
    """Return the names of some things, as nasty as can be shown, by their prefixed names."""
    shown = filter(str.isprintable, values(100, seed=1))
    return {
        f"{kind}:x{number}": name for number, (kind, name) in enumerate(zip(cycle(KINDS), shown))
    }


@pytest.fixture(scope="module")
def small(names: Names) -> Graph:
    """Return a graph that holds nothing but those names."""
    label = NamedNode(expand("skos:prefLabel"))
    return Graph.wrap(Quad(NamedNode(expand(id_)), label, Literal(n)) for id_, n in names.items())


def _through_the_command_line(name: str, parameter: str, value: str) -> dict[str, str]:
    given: dict[str, str] = query.make_context(
        "query", ["-p", f"{parameter}={value}", name]
    ).params["values"]
    return given


def _letters(text: str) -> list[str]:
    """Return what is left of a name whose case, marks and order of words do not matter."""
    return sorted("".join(fold_words(text)))


def _mean_the_same(value: str, name: str) -> bool:
    """Return whether a name has all words of a value, but for words such as ``of``."""
    asked, own = ([m for m, _ in load_search_words().interpret(text)] for text in (value, name))
    return bool(asked) and all(meaning & frozenset().union(*own) for meaning in asked)


def _says(term: str, value: str, parameter: Parameter, names: Names) -> bool:
    """Return whether a term is what a value says, in the way of its kind."""
    if term == "UNDEF":
        return value.casefold() == "all"
    answer: Any = Store().query(READ % term)
    ((found,),) = answer
    if isinstance(found, NamedNode):
        name = compact(found.value)
        called = (name, found.value, names[name], name.partition(":")[2])
        return _letters(value) in map(_letters, called) or _mean_the_same(value, names[name])
    if parameter.kind is ParameterKind.INTEGER:
        return int(found.value) == int(value)
    return bool(
        found.value == (value.lower() if parameter.kind is ParameterKind.LANGUAGE else value)
    )


def _filled(asked: Question, given: dict[str, str], graph: Graph) -> tuple[str, str]:
    """Return a filled question, or why it is refused."""
    try:
        return asked.fill(given, graph), ""
    except AiggError as error:
        return "", str(error)


@pytest.mark.slow
def test_no_value_of_the_command_line_changes_a_query(small: Graph, names: Names) -> None:
    every = [(asked, each) for asked in questions().values() for each in asked.parameters.values()]
    kept = dict.fromkeys((parameter.kind for _, parameter in every), 0)
    things = [*names, *names.values(), "all", "ALL"]
    chance = random.Random(5)  # noqa: S311 -- to try, not to hide
    for nasty, (asked, parameter) in zip(values(NUMBER), cycle(every), strict=False):
        fitting = FITTING.get(parameter.kind.of_one, things)
        value = nasty if chance.random() < 0.8 else chance.choice(fitting)
        given = _through_the_command_line(asked.name, parameter.name, value)
        assert given == {parameter.name: value}
        filled, refusal = _filled(asked, given, small)
        if refusal:
            assert is_sentence(refusal), value
        else:
            term = term_in(filled, asked.text, parameter.name)
            assert _says(term, value, parameter, names), (value, term)
            kept[parameter.kind] += 1
    assert all(kept.values()), kept


@pytest.mark.parametrize("value", list(values(8, seed=2)), ids=range(8))
def test_a_command_answers_or_refuses_with_a_sentence(value: str, run: Run) -> None:
    done = run("query", "network", "-p", f"source={value}", "-F", "csv")
    if done.exit_code:
        assert (done.exit_code, done.stdout) == (2, "")
        assert is_sentence(done.stderr.removesuffix("\n"))
    else:
        assert done.stdout.count("\n") == 1


def test_a_long_value_is_looked_up_in_time(graph: Graph) -> None:
    assert graph.word_index.find("AI summit in Paris")
    began = time.process_time()
    with pytest.raises(AiggError, match="'EU AI Act I Act I Act"):
        ask(graph, "facts-inferred", source="EU AI Act" + " I Act" * 20_000)
    assert time.process_time() - began < 1.5
