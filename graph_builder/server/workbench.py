"""What workers do for the workbench: answers with labels, filled questions, answers to keep."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from graph_builder.catalogue import Question, questions, readable
from graph_builder.errors import AiggError, UnknownNameError
from graph_builder.pictures.palette import stylesheet
from graph_builder.pictures.safety import policy
from graph_builder.resources import VERSION
from graph_builder.server import picturing, templating, words
from graph_builder.server.answering import Reply, Task, whole_reply
from graph_builder.server.cells import cells, read, sources
from graph_builder.server.limits import MIB, Refusal
from graph_builder.server.media import HTML, TEXT
from graph_builder.store import Graph

#: Rows that the page shows, and that a page to keep holds; CSV and Turtle have them all.
SHOWN, KEPT = 1_000, 10_000
_SUMMARY = re.compile(r"^#\+ summary: (.+)$", re.MULTILINE)


def answer(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the answer to a query as JSON, its IRIs with labels and links; raises Refusal."""
    found = read(graph, asked, SHOWN)
    told = {
        "kind": found.kind,
        "value": found.value,
        "columns": found.columns,
        "rows": cells(found, graph),
        "more": found.more,
        "hindrance": picturing.hindrance(found),
    }
    return whole_reply("application/json", json.dumps(told), most)


def kept(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return one file with query, day, sources and the answer as a table; raises Refusal.

    Beside the query it reads ``day``, on which it is asked.
    """
    found = read(graph, asked, KEPT)
    style = stylesheet() + templating.template("kept.css")
    summary = _SUMMARY.search(asked["query"])
    page = templating.render(
        "kept.html",
        answer=found,
        day=asked["day"],
        endpoint=asked["base"].rpartition("/workbench/")[0] + "/sparql",
        policy=policy((), (style,)),
        query=asked["query"].strip(),
        rows=cells(found, graph),
        sources=sources(found.rows, graph),
        style=style,
        title=summary[1] if summary else "The answer to a query",
        version=VERSION,
    )
    return whole_reply(HTML, page, most)


def filled(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return a named question with the given values, without most of its head; raises Refusal."""
    try:
        text = _question(asked["name"]).fill(asked["values"], graph)
    except AiggError as error:
        said = str(error)
        raise Refusal(400, said if said.endswith("?") else f"{said}.") from error
    return whole_reply(TEXT, readable(text) + "\n", most)


def _question(name: str) -> Question:
    if name not in shown():
        raise UnknownNameError("query", name, shown())
    return shown()[name]


@cache
def shown() -> Mapping[str, Question]:
    """Return the named questions, read once, since workers open no files."""
    return questions()


TASKS: Mapping[str, Task] = {
    "answer": answer,
    "filled": filled,
    "kept": kept,
    "picture": picturing.picture,
    "words": words.words,
}

_REHEARSED = {
    "base": "http://localhost/workbench/answer",
    "day": "",
    "default": (),
    "name": "organisers",
    "named": (),
    "query": "CONSTRUCT { aigg:a aigg:a aigg:a } {}",
    "values": {"event": "?"},
}


def prepare() -> None:
    """Do each task once, by which all is loaded that it takes; workers open no files."""
    for task in TASKS.values():
        with suppress(Refusal):
            task(Graph.of(()), _REHEARSED, MIB)
