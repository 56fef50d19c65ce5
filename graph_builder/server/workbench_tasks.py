"""Workbench tasks, run in a worker: results with labels, filled questions, saved pages."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryTriples

from graph_builder.core import templating
from graph_builder.core.content_security import build_csp, sanitise_url
from graph_builder.core.errors import AiggError, UnknownNameError
from graph_builder.core.resources import VERSION
from graph_builder.core.text import escape_controls
from graph_builder.core.vocabulary import BASE, compact, expand
from graph_builder.pictures.answer_network import (
    TRIPLE_COLUMNS,
    build_answer_network,
    collect_entities,
    filter_fact_rows,
)
from graph_builder.pictures.palette import build_stylesheet
from graph_builder.pictures.picture_page import render_network_page
from graph_builder.query.named_questions import (
    OptionalTerm,
    Question,
    questions,
    strip_question_head,
    to_text,
)
from graph_builder.query.query_notes import annotate_answer
from graph_builder.server import completion_data
from graph_builder.server.content_negotiation import HTML, TEXT
from graph_builder.server.limits import MIB, HTTPError
from graph_builder.server.sparql_task import (
    Reply,
    Task,
    build_text_reply,
    collect_triples,
    evaluate_query,
    report_failed_query,
)
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    from jinja2 import Environment


_PACKAGE = "graph_builder.server"


def render_template(name: str, **values: Any) -> str:
    """Return a template of the server, rendered with values."""
    return _template_environment().get_template(name).render(values)


def read_server_template(name: str) -> str:
    """Return the text of a file among the server's templates."""
    return templating.read_template(_PACKAGE, name)


@cache
def _template_environment() -> "Environment":
    return templating.create_environment(_PACKAGE)


_STRINGS = (expand("xsd:string"), expand("rdf:langString"))

#: A cell: its text, and if it has one its IRI, prefixed name, link, language, datatype.
ResultCell = dict[str, str]


@dataclass(frozen=True)
class WorkbenchResult:
    """A query result: rows of terms (``more`` if cut), or in ``verdict`` what a boolean means.

    ``notes`` say what a reader has to know of it.
    """

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, OptionalTerm], ...] = ()
    more: bool = False
    verdict: str = ""
    notes: tuple[str, ...] = ()


def read_result(graph: Graph, asked: Mapping[str, Any], most: int) -> WorkbenchResult:
    """Return the result of a query with up to ``most`` rows; raises HTTPError.

    The triples of a graph are rows too, sorted, with the columns of ``TRIPLE``.
    """
    text = asked["query"]
    answered = annotate_answer(graph, text, evaluate_query(graph, asked))
    answer, notes = answered.answer, answered.notes
    if isinstance(answer, QueryBoolean):
        return WorkbenchResult("boolean", verdict=answered.truth or "", notes=notes)
    if isinstance(answer, QueryTriples):
        quads = sorted(collect_triples(answer), key=str)
        found = [dict(zip(TRIPLE_COLUMNS, quad.triple, strict=True)) for quad in quads[:most]]
        more = len(quads) > most
        return WorkbenchResult("graph", TRIPLE_COLUMNS, tuple(found), more=more, notes=notes)
    columns = tuple(variable.value for variable in answer.variables)
    try:
        rows = [dict(zip(columns, row, strict=True)) for row in islice(answer, most + 1)]
    except (OSError, RuntimeError, ValueError) as error:
        raise report_failed_query(error) from error
    more = len(rows) > most
    return WorkbenchResult("rows", columns, tuple(rows[:most]), more=more, notes=notes)


def build_result_cells(answer: WorkbenchResult, graph: Graph) -> list[list[ResultCell]]:
    """Return the rows of a result as cells."""
    return [[_build_cell(row[name], graph) for name in answer.columns] for row in answer.rows]


def describe_sources(
    rows: Iterable[Mapping[str, OptionalTerm]], graph: Graph
) -> list[dict[str, str]]:
    """Return title, publisher, date and URL of the sources in rows, sorted by IRI."""
    start = expand("source:")
    named = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    return [_describe_source(iri, graph) for iri in sorted(named) if iri.startswith(start)]


def _describe_source(iri: str, graph: Graph) -> dict[str, str]:
    return {
        "title": graph.label(iri),
        "publisher": graph.value(iri, expand("aigg:publisherName")),
        "date": graph.value(iri, expand("dcterms:issued")),
        "url": sanitise_url(graph.value(iri, expand("schema:url"))),
    }


def _build_cell(term: OptionalTerm, graph: Graph) -> ResultCell:
    if isinstance(term, NamedNode):
        iri = term.value
        shown = {
            "text": graph.label(iri),
            "name": compact(iri),
            "iri": iri,
            "link": _get_page_link(iri),
        }
    else:
        shown = {"text": to_text(term)}
    if isinstance(term, Literal):
        shown["language"] = term.language or ""
        shown["type"] = "" if term.datatype.value in _STRINGS else compact(term.datatype.value)
    return {part: escape_controls(said) for part, said in shown.items() if said or part == "text"}


def _get_page_link(iri: str) -> str:
    """Return the URL of an entity's page; for an IRI of ours, relative to the endpoint."""
    return f"./{iri.removeprefix(BASE)}" if iri.startswith(BASE) else sanitise_url(iri)


#: The most nodes and edges of a picture, so that it can be read and is drawn in time.
MAX_PICTURE_NODES, MAX_PICTURE_EDGES = 150, 600
#: What a browser may do with a picture: run its script, save it, open the pages it cites.
SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


def draw_result(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the result of a query as a picture; raises HTTPError if it cannot be drawn."""
    answer = read_result(graph, asked, MAX_PICTURE_EDGES)
    if reason := explain_no_picture(answer):
        raise HTTPError(400, reason)
    network = build_answer_network(filter_fact_rows(answer.rows), graph)
    page = render_network_page(network, title="The answer as a picture")
    policy = f"sandbox {SANDBOX}; frame-ancestors 'self'"
    return build_text_reply(HTML, page, most, Content_Security_Policy=policy)


def explain_no_picture(answer: WorkbenchResult) -> str:
    """Return why a result cannot be drawn, as a sentence, or "" if it can."""
    if not set(TRIPLE_COLUMNS) <= set(answer.columns):
        columns = ", ".join(TRIPLE_COLUMNS)
        return f"A picture needs a CONSTRUCT query, or an answer with the columns {columns}."
    found = filter_fact_rows(answer.rows)
    marks = len(collect_entities(found))
    if not found:
        return "There is nothing to draw."
    if answer.more or len(found) > MAX_PICTURE_EDGES:
        return f"A picture holds at most {MAX_PICTURE_EDGES} facts; ask for fewer."
    if marks > MAX_PICTURE_NODES:
        return f"A picture holds at most {MAX_PICTURE_NODES} things, not {marks}; ask for fewer."
    return ""


#: The most rows on the page and in a saved page; CSV and Turtle hold all.
MAX_ROWS_SHOWN, MAX_ROWS_SAVED = 1_000, 10_000
_SUMMARY = re.compile(r"^#\+ summary: (.+)$", re.MULTILINE)


def answer_as_json(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the result of a query as JSON, IRIs with labels and links; raises HTTPError."""
    found = read_result(graph, asked, MAX_ROWS_SHOWN)
    data = {
        "kind": found.kind,
        "verdict": found.verdict,
        "notes": found.notes,
        "columns": found.columns,
        "rows": build_result_cells(found, graph),
        "more": found.more,
        "noPictureReason": explain_no_picture(found),
    }
    return build_text_reply("application/json", json.dumps(data), most)


def render_saved_page(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return a page to save, with query, date, sources and result table; raises HTTPError.

    ``asked`` has the SPARQL request and ``day``, today's date.
    """
    found = read_result(graph, asked, MAX_ROWS_SAVED)
    style = build_stylesheet() + read_server_template("saved_answer.css")
    summary = _SUMMARY.search(asked["query"])
    page = render_template(
        "saved_answer.html",
        answer=found,
        day=asked["day"],
        endpoint=asked["base"].rpartition("/workbench/")[0] + "/sparql",
        policy=build_csp((), (style,)),
        query=asked["query"].strip(),
        rows=build_result_cells(found, graph),
        sources=describe_sources(found.rows, graph),
        style=style,
        title=summary[1] if summary else "The answer to a query",
        version=VERSION,
    )
    return build_text_reply(HTML, page, most)


def fill_question(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return a named question with given parameter values; raises HTTPError."""
    try:
        text = _get_question(asked["name"]).fill(asked["values"], graph)
    except AiggError as error:
        reason = str(error)
        raise HTTPError(400, reason if reason.endswith("?") else f"{reason}.") from error
    return build_text_reply(TEXT, strip_question_head(text) + "\n", most)


def _get_question(name: str) -> Question:
    if name not in load_questions():
        raise UnknownNameError("query", name, load_questions())
    return load_questions()[name]


@cache
def load_questions() -> Mapping[str, Question]:
    """Return the named questions, read once, since workers can open no files."""
    return questions()


TASKS: Mapping[str, Task] = {
    "answer": answer_as_json,
    "filled": fill_question,
    "kept": render_saved_page,
    "picture": draw_result,
    "words": completion_data.build_completion_data,
}

_SAMPLE_REQUEST = {
    "base": "http://localhost/workbench/answer",
    "day": "",
    "default": (),
    "longest": MIB,
    "name": "organisers",
    "named": (),
    "values": {"event": "?"},
}
_SAMPLE_QUERIES = ("CONSTRUCT { aigg:a aigg:a aigg:a } {}", "ASK { aigg:a aigg:a aigg:a }")


def warm_up_tasks() -> None:
    """Run each task on each sample, to load what it needs: workers can open no files."""
    for task, query in product(TASKS.values(), _SAMPLE_QUERIES):
        with suppress(HTTPError):
            task(Graph.wrap(()), {**_SAMPLE_REQUEST, "query": query}, MIB)
