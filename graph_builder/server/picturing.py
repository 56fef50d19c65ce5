"""Answers as pictures: a graph, or rows that have the shape of edges."""

from collections.abc import Mapping
from typing import Any

from graph_builder.pictures import render
from graph_builder.pictures.answers import TRIPLE, facts, network_of, things
from graph_builder.server.answering import Reply, whole_reply
from graph_builder.server.cells import Answer, read
from graph_builder.server.limits import Refusal
from graph_builder.server.media import HTML
from graph_builder.store import Graph

#: Things and relations that a picture shows at most, so that it can be read and is there in time.
MARKS, LINES = 150, 600
#: What a browser may do with a picture: run its script, save it, and open the pages that it cites.
SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


def picture(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the answer to a query as the page of a picture; raises Refusal if it makes none."""
    answer = read(graph, asked, LINES)
    if reason := hindrance(answer):
        raise Refusal(400, reason)
    network = network_of(facts(answer.rows), graph)
    page = render(network, title="The answer as a picture")
    policy = f"sandbox {SANDBOX}; frame-ancestors 'self'"
    return whole_reply(HTML, page, most, Content_Security_Policy=policy)


def hindrance(answer: Answer) -> str:
    """Return why an answer makes no picture, as a sentence, or "" if it makes one."""
    if not set(TRIPLE) <= set(answer.columns):
        return f"A picture takes a graph, or rows with the columns {', '.join(TRIPLE)}."
    found = facts(answer.rows)
    marks = len(things(found))
    if not found:
        return "There is nothing to draw."
    if answer.more or len(found) > LINES:
        return f"A picture holds {LINES} facts at most, and here are more; ask for less."
    if marks > MARKS:
        return f"A picture holds {MARKS} things at most, and here are {marks}; ask for less."
    return ""
