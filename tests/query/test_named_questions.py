"""The named questions: heads, parameters, golden answers, and the same from plain rdflib."""

import csv
import io
import re
import time
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from packaging.version import Version
from pyoxigraph import QueryResultsFormat, RdfFormat, Store
from ruamel.yaml import YAML

from graph_builder.analysis.networks.network_definition import (
    EDGE_COLUMNS,
    parse_network_definition,
)
from graph_builder.compare.diff import combine_versions
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.resources import find_data_folder
from graph_builder.query.named_questions import ask, load_question, parse_question, questions
from graph_builder.query.parameters import ParameterKind, format_sparql_term, resolve_entity
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build, load_compiled
from graph_builder.store.snapshot import select
from tests.conftest import DATA, GOLDEN, Run

CHANGES = DATA / "changes"
QUESTIONS = questions()
CHECKS = questions(find_data_folder("queries") / "checks")
NETWORKS = questions(find_data_folder("queries") / "networks")
ALL = {**QUESTIONS, **CHECKS, **NETWORKS}
COMPETENCY = {*range(1, 46)}
#: Questions whose answer depends on few facts of the graph, however many it has.
OF_LITTLE = (
    *("announced-only", "endorsed-one-only", "heads", "one-source-only", "outcomes"),
    *("press-only", "votes"),
)
#: Those whose facts are found in one of several ways.
JOINED_OTHERWISE = ("announced-only", "heads", "votes")
ENGINE = Version(pyoxigraph.__version__)
SCAN = """SELECT (COUNT(?subject) AS ?number) {
  ?assertion a aigg:Assertion ;
             rdf:subject ?subject ;
             rdf:predicate ?relation ;
             rdf:object ?object ;
             aigg:verification ?verification ;
             prov:wasDerivedFrom ?source
}"""


def _csv(graph: Graph, text: str) -> str:
    solutions: Any = graph.query(text)
    return str(solutions.serialize(format=QueryResultsFormat.CSV).decode().replace("\r\n", "\n"))


def test_each_competency_question_has_its_query() -> None:
    assert {q.number for q in QUESTIONS.values() if q.number} == COMPETENCY


def test_each_query_has_a_golden_answer_and_each_answer_its_query() -> None:
    assert {path.stem for path in GOLDEN.glob("*.csv")} == set(QUESTIONS)


@pytest.mark.slow
def test_no_question_takes_three_times_as_long_as_loading_the_graph(graph: Graph) -> None:
    """Both take time of the same processor, so that a busy machine slows both."""
    content = b"".join(bytes(f"{quad} .\n", "utf-8") for quad in graph.quads())
    loading = _measure(lambda: load_compiled(content))
    fresh = load_compiled(content)  # of which nothing is known yet
    durations = {
        name: _measure(partial(_csv, fresh, each.text)) for name, each in QUESTIONS.items()
    }
    assert {n: seconds for n, seconds in durations.items() if seconds > 3 * loading} == {}


def _measure(work: Callable[[], object]) -> float:
    """Return how many seconds of the processor a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("name", OF_LITTLE)
def test_a_question_about_little_reads_no_more_than_a_part(name: str, graph: Graph) -> None:
    """It takes less than half the time in which the engine goes through all assertions."""
    if name in JOINED_OTHERWISE and Version("0.5.13") > ENGINE:
        pytest.skip("pyoxigraph before 0.5.13 joins alternatives with all assertions")
    scan, asked = (
        min(_measure(partial(_csv, graph, text)) for _ in range(5))
        for text in (SCAN, QUESTIONS[name].text)
    )
    assert asked < scan / 2


@pytest.fixture(scope="module")
def graphs(graph: Graph) -> dict[str, Graph]:
    """Return the graphs of the questions that are not asked of the shipped one, and that one."""
    return {
        "": graph,
        "changes": combine_versions(*(build(CHANGES / name, only=True) for name in ("old", "new"))),
    }


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_golden_one(name: str, graphs: dict[str, Graph]) -> None:
    path = GOLDEN / f"{name}.csv"
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    hint = "run: python tools/golden_answers.py, then read: git diff tests/golden"
    assert _csv(graphs.get(name, graphs[""]), QUESTIONS[name].text) == golden, hint


@pytest.fixture(scope="module")
def fewer(graphs: dict[str, Graph], sample: Graph) -> dict[str, Graph]:
    """Return the graphs with a sample of the shipped one, since rdflib is slow."""
    return {**graphs, "": sample}


@pytest.fixture(scope="module")
def plain(fewer: dict[str, Graph]) -> dict[str, Any]:
    """Return these graphs in rdflib's own memory store."""
    import rdflib

    dumps = {name: graph.store.dump(format=RdfFormat.N_QUADS) for name, graph in fewer.items()}
    return {name: rdflib.Dataset().parse(data=dumps[name], format="nquads") for name in dumps}


@cache
def _prepared(name: str) -> Any:
    """Return a query as the second parser reads it."""
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(ALL[name].text)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_plain_rdflib_gives_the_same_rows_in_the_same_order(
    name: str, plain: dict[str, Any], fewer: dict[str, Graph]
) -> None:
    found = [
        ["" if value is None else str(value) for value in row]
        for row in plain.get(name, plain[""]).query(_prepared(name))
    ]
    expected = _csv(fewer.get(name, fewer[""]), QUESTIONS[name].text)
    assert found == list(csv.reader(io.StringIO(expected)))[1:]


@pytest.mark.slow
def test_most_questions_have_rows_in_what_rdflib_is_asked(fewer: dict[str, Graph]) -> None:
    empty = [
        name for name, each in QUESTIONS.items() if "\n" not in _csv(fewer[""], each.text)[:-1]
    ]
    assert len(empty) < len(QUESTIONS) / 6


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_plain_rdflib_gives_the_same_ties(
    name: str, plain: dict[str, Any], fewer: dict[str, Graph]
) -> None:
    found = [["" if v is None else str(v) for v in row] for row in plain[""].query(_prepared(name))]
    assert found == list(csv.reader(io.StringIO(_csv(fewer[""], NETWORKS[name].text))))[1:]


@pytest.mark.parametrize("name", ALL)
def test_the_head_is_yaml_and_says_what_the_query_says(name: str) -> None:
    asked = ALL[name]
    head = "".join(re.findall(r"^#\+ (.*\n)", asked.text, re.MULTILINE))
    read = YAML(typ="safe", pure=True).load(head)
    assert read["summary"] == asked.summary
    assert read.get("description", "") == asked.description
    kinds = {each.name: each.kind.value for each in asked.parameters.values()}
    assert read.get("params", {}) == kinds
    variables: Any = Store().query(asked.text)
    found = tuple(variable.value for variable in variables.variables)
    assert found == asked.columns, "#+ columns must name the variables of SELECT, in their order"


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_queries_are_standard_sparql_in_a_second_parser(name: str) -> None:
    assert _prepared(name).algebra is not None


@pytest.mark.parametrize("name", ALL)
def test_the_order_is_unique(name: str, graphs: dict[str, Graph]) -> None:
    """Whatever order the rows are found in, they come out in one: no two have equal sort keys."""
    text = ALL[name].text
    _, mark, order = text.rpartition("ORDER BY")
    assert mark, "add an ORDER BY"
    keys = set(re.findall(r"\?(\w+)", order)) & set(ALL[name].columns)
    rows = csv.DictReader(io.StringIO(_csv(graphs.get(name, graphs[""]), text)))
    times = Counter(tuple(row[key] for key in sorted(keys)) for row in rows)
    tied = [values for values, number in times.items() if number > 1]
    assert tied == [], "these rows tie: add columns to ORDER BY, or DISTINCT to SELECT"


def test_a_parameter_takes_a_label_a_prefixed_name_or_an_iri(graph: Graph) -> None:
    answers = [
        ask(graph, "priorities", actor=value)
        for value in ("India", "inde", "actor:IND", "https://w3id.org/aigg/actor/IND")
    ]
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)


NASTY = [
    'x" } } INSERT DATA { <a:b> <c:d> "',
    "x' } #",
    "actor:IND } UNION { ?s ?p ?o",
    "https://w3id.org/aigg/actor/IND> } #",
    "\u202eIND",
    "{}",
    "$&\\1",
]


@pytest.mark.parametrize("value", NASTY)
def test_a_parameter_never_becomes_part_of_the_query(value: str, graph: Graph) -> None:
    with pytest.raises((UnknownNameError, QueryError)):
        ask(graph, "priorities", actor=value)
    try:
        text = format_sparql_term(value, ParameterKind.TEXT, graph)
    except QueryError:
        return
    answer: Any = Store().query(f"SELECT ?x WHERE {{ BIND({text} AS ?x) }}")
    assert [solution["x"].value for solution in answer] == [value]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("en us", ParameterKind.LANGUAGE),
        ("2025-1-1", ParameterKind.DATE),
        ("2025-02-30", ParameterKind.DATE),
        ("٢٢٢٢-٢٢-٢٢", ParameterKind.DATE),
        ("two", ParameterKind.INTEGER),
        ("٣", ParameterKind.INTEGER),
        ("a\nb", ParameterKind.TEXT),
        ("\ud800", ParameterKind.TEXT),
    ],
)
def test_a_literal_that_does_not_fit_is_refused(
    value: str, kind: ParameterKind, graph: Graph
) -> None:
    with pytest.raises(QueryError, match=r"is not|contains"):
        format_sparql_term(value, kind, graph)


def test_a_label_of_two_things_is_asked_back(graph: Graph) -> None:
    two = Graph.wrap([*graph.quads(), *_named("actor:x", "Twin"), *_named("place:x", "Twin")])
    with pytest.raises(
        QueryError, match=r"can mean Twin \(actor:x\) or Twin \(place:x\); give one of these ids"
    ):
        format_sparql_term("twin", ParameterKind.THING, two)


@pytest.mark.parametrize(
    "value", ["India", "actor:IND", "Indai", "https://w3id.org/aigg/actor/IND"]
)
def test_what_is_of_another_kind_is_unknown_and_not_proposed(value: str, graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="unknown event") as caught:
        format_sparql_term(value, ParameterKind.EVENT, graph)
    assert "actor:" not in str(caught.value).partition(";")[2]
    assert "mean India?" not in str(caught.value)


def test_a_thing_comes_before_a_relation_of_the_same_label(graph: Graph) -> None:
    relation = resolve_entity("lead organiser", graph)
    assert relation == v.NS + "leadOrganizer"
    named = Graph.wrap([*graph.quads(), *_named("position:x", "Lead organiser")])
    assert resolve_entity("lead organiser", named) == v.expand("position:x")


@pytest.mark.parametrize("value", ["http://[", "https://exa mple.org/", "http://x/\ud800"])
def test_what_is_no_address_is_unknown(value: str, graph: Graph) -> None:
    with pytest.raises(UnknownNameError):
        resolve_entity(value, graph)


def _named(name: str, label: str) -> Any:
    from pyoxigraph import Literal, NamedNode, Quad

    return [Quad(NamedNode(v.expand(name)), NamedNode(v.expand("skos:prefLabel")), Literal(label))]


def test_a_wrong_head_is_an_error_with_its_line() -> None:
    with pytest.raises(QueryError, match=r"x\.rq:1:1: not a head line"):
        parse_question("#+ summry: x\n", "x")
    with pytest.raises(QueryError, match=r"x\.rq:1:1: the head has no line '#\+ summary: \.\.\.'"):
        parse_question("#+ columns: x\nSELECT ?x {}", "x")
    for number in ("27#+ question: 27", "-1", "²", "1" * 10):
        with pytest.raises(QueryError, match=r"x\.rq:1:1: '.*' is not a number of a question"):
            parse_question(f"#+ question: {number}\n#+ summary: x", "x")


@pytest.mark.parametrize("begin", ["", "# mine\n", "\n#\n  \n# -\n", "\ufeff"])
@pytest.mark.parametrize("head", ["question: 27#+ question: 27", "question: x", "columns", " a: b"])
def test_a_wrong_head_of_a_file_is_an_error_with_its_line(
    head: str, begin: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "mine.rq"
    text = f"{begin}#+ {head}\n#+ summary: s\n"
    file.write_text(f"{text}SELECT ?x {{ VALUES ?x {{ 1 }} }}\n", encoding="utf-8")
    asked = run("query", "-f", file)
    file.write_text(f"{text}CONSTRUCT {{}} WHERE {{}}\n", encoding="utf-8")
    for done in (asked, run("draw", "query", file)):
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"{file}:{begin.count(chr(10)) + 1}:1: ")
        assert done.stderr.count("\n") == 1


def test_a_file_with_a_right_head_or_none_is_asked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    query = "SELECT ?x { VALUES ?x { 1 } }\n"
    for text in (
        f"#+ summary: s\n#+ columns: x\n{query}",
        f"#+----\n#+++ mine +++\n# summary: s\n{query}",
        'SELECT ("""\n#+ x""" AS ?x) {}',
    ):
        file.write_text(text, encoding="utf-8")
        assert run("query", "-f", file, "-F", "csv").exit_code == 0
    shipped = find_data_folder("queries") / "participants.rq"
    assert run("query", "-f", shipped, "-F", "csv").stdout == (
        run("query", "participants", "-F", "csv").stdout
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("#+ sumary: x",), "2:1: not a head line: unknown key 'sumary'; did you mean summary?"),
        (("#+ Nothing: x",), "2:1: not a head line: unknown key 'Nothing'; known keys: question, "),
        (("#+summary x",), "2:1: not a head line of the form '#+ key: value'"),
        (("", "#+ summary: y"), "3:1: summary stands in line 1 too; keep one of the two"),
        (("#+ description:",), "2:1: description is empty; fill it in or delete the line"),
        (("#+ question: x",), "2:1: 'x' is not a number of a question"),
        (("#+ columns: a ?b",), "2:1: 'a ?b' is not names of columns"),
        (("#+ mode: three",), "2:1: 'three' is not a mode; write one or two"),
        (("#+ directed: maybe",), "2:1: 'maybe' is not yes or no"),
        (("#+ nodes: Actor",), "2:1: 'Actor' is not the classes of both ends; write them like"),
        (("#+   a: actor",), "2:1: an indented line; write '#+ params:' above parameters"),
        (
            ("#+ params:", "#+  a: actor", "#+  a: event"),
            "4:1: the parameter 'a' has a kind above; keep one",
        ),
    ],
)
def test_a_wrong_line_of_a_head_is_an_error(lines: list[str], expected: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_question("\n".join(("#+ summary: x", *lines)), "x")
    assert str(caught.value).startswith(f"x.rq:{expected}")


def test_a_head_of_many_lines_is_read_at_once() -> None:
    began = time.process_time()
    parse_question("#+ summary: x" + "\n" * 300_000 + "SELECT * {}", "x")
    assert time.process_time() - began < 5


def test_a_question_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "x.rq"
    file.write_bytes("#+ summary: é".encode("latin-1"))
    with pytest.raises(QueryError, match=r"x\.rq: not UTF-8: byte 12; save the file as UTF-8"):
        questions(tmp_path)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("#+ mode: one",), "1:1: a network needs the line '#+ nodes: ...'"),
        (("#+ nodes: Actor Evnt",), "2:1: unknown class 'Evnt'; did you mean Event?"),
        (("#+ columns: a b",), "2:1: the columns of a network are source target relation"),
    ],
)
def test_a_wrong_line_of_a_network_is_an_error(lines: list[str], expected: str) -> None:
    nodes = () if "#+ mode: one" in lines or "nodes" in lines[0] else ("#+ nodes: Actor Event",)
    mode = () if "#+ mode: one" in lines else ("#+ mode: one",)
    columns = () if "columns" in lines[0] else (f"#+ columns: {' '.join(EDGE_COLUMNS)}",)
    head = ("#+ summary: x", *lines, "#+ edge: x", *nodes, *mode, *columns)
    asked = parse_question("\n".join(head), "x")
    with pytest.raises(QueryError) as caught:
        parse_network_definition(asked)
    assert str(caught.value).startswith(f"x.rq:{expected}")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("#+ params:", "#+   a: actor", "SELECT * {}"), "3:1: no line marks the parameter 'a'"),
        (("#+ params: a", "VALUES ?a { 1 } #= a", ""), "3:1: the head gives no kind for the p"),
        (("VALUES ?a { 1 } #= a", ""), "2:1: the head gives no kind for the parameter 'a'"),
        (
            ("#+ params:", "#+   a: actr", "VALUES ?a { 1 } #= a", ""),
            "3:1: unknown kind of parameter 'actr'; known kinds: actor, actor or all, event, ",
        ),
    ],
)
def test_a_wrong_parameter_is_an_error_with_its_line(lines: list[str], expected: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_question("\n".join(("#+ summary: x", *lines)), "x")
    assert str(caught.value).startswith(f"x.rq:{expected}")


def test_unknown_names_get_the_nearest(run: Run) -> None:
    result = run("query", "organizers")
    assert result.exit_code == 2
    assert "unknown query 'organizers'; did you mean organisers" in result.stderr
    assert "did you mean India" in run("explain", "Indai").stderr
    assert "parameter of organisers" in run("query", "organisers", "-p", "evnt=x").stderr


def test_a_broken_query_is_told_with_its_position(run: Run, tmp_path: Path) -> None:
    result = run("query", "--text", "SELECT * WHERE {\n  ?s ?p ,, }")
    assert result.exit_code == 2
    assert result.stderr.startswith("query:2:3: not SPARQL from '?s ?p ,, }' on")
    file = tmp_path / "broken.rq"
    file.write_bytes(b"\xef\xbb\xbfSELECT")
    assert run("query", "-f", file).stderr.startswith(f"{file}:1:7: something is missing here")
    update = run("query", "--text", "INSERT DATA { <a:b> <a:c> 1 }")
    assert update.exit_code == 2


def test_a_question_can_be_read_back(run: Run) -> None:
    assert run("queries", "venue").stdout == load_question("venue").text
    listed = run("queries").stdout
    assert all(asked.summary in listed for asked in QUESTIONS.values())


def test_a_note_names_the_parameters_and_where_they_came_from(graph: Graph) -> None:
    assert ask(graph, "overdue").notes[0] == "asked with day = 2026-09-01, default"
    assert ask(graph, "overdue", day="2026").notes[0] == "asked with day = 2026, given"
    assert ask(graph, "shared-texts", other="japan").notes[0] == (
        "asked with one = India (actor:IND), default; other = Japan (actor:JPN), given"
    )
    assert ask(graph, "relations").notes == ()


@pytest.mark.parametrize(("question", "known"), [("heads", "IND"), ("bodies-under", "meity")])
def test_an_answer_without_rows_is_no_no(question: str, known: str, graph: Graph) -> None:
    nothing = "nothing in this graph answers this; what no source here says may still be so"
    assert [*ask(graph, question, body="actor:brics")] == []
    assert nothing in ask(graph, question, body="actor:brics").notes
    assert [*ask(graph, question, body=f"actor:{known}")] != []
    assert nothing not in ask(graph, question, body=f"actor:{known}").notes


@pytest.mark.slow
def test_an_answer_without_rows_on_a_day_says_that_there_may_be_more(graph: Graph) -> None:
    supporters = ask(
        select(graph, at="2024-01-01"), "supporters", text="instrument:paris-statement"
    )
    assert [*supporters] == []
    _, note, other = supporters.notes
    assert other.startswith("there are rows for text = Bletchley Declaration (")
    assert note.startswith("nothing in this graph is known to have been so at 2024-01-01; ask ")


def test_a_day_after_the_newest_source_has_a_note(graph: Graph) -> None:
    notes = ask(graph, "laws-in-force", day="2100").notes
    assert re.match(r"the newest source here is of 2026-\d\d-\d\d; what came after it is", notes[1])
    assert not any("newest" in note for note in ask(graph, "laws-in-force", day="2025").notes)


@pytest.mark.slow
def test_the_day_of_a_graph_is_the_day_of_the_question(graph: Graph) -> None:
    at = select(graph, at="2024-06-01")
    asked = ask(at, "laws-in-force")
    assert [*asked] == [*ask(graph, "laws-in-force", day="2024-06-01")]
    assert asked.notes == ask(graph, "laws-in-force", day="2024-06-01").notes
    assert [*ask(at, "laws-in-force", day="2024-06-01")] == [*asked]
    with pytest.raises(QueryError, match=r"two days are given, 2024-06-01 and day=2025$"):
        ask(at, "laws-in-force", day="2025")


def test_a_question_of_the_house_leaves_no_narrower_class_out(graph: Graph) -> None:
    answer = ask(graph, "overdue", day="1990")
    assert len(answer) == 0
    assert not any("narrower" in note for note in answer.notes)


def test_one_actor_or_all_can_be_asked_about(graph: Graph) -> None:
    of_one = [*ask(graph, "heads", body="actor:united-nations")]
    of_all = [*ask(graph, "heads", body="all")]
    assert of_one == [row for row in of_all if row["body"] == v.expand("actor:united-nations")]
    assert 0 < len(of_one) < len(of_all)
    with pytest.raises(UnknownNameError, match="unknown actor"):
        ask(graph, "heads", body="event:ai-action-summit-2025")
