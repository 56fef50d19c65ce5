"""Answers as pictures: a graph, or rows that have the shape of edges."""

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from graph_builder.catalogue import Term, text
from graph_builder.networks.facts import joined
from graph_builder.pictures.page import render
from graph_builder.server.answering import Reply, whole_reply
from graph_builder.server.cells import TRIPLE, Answer, read
from graph_builder.server.limits import Refusal
from graph_builder.server.media import HTML
from graph_builder.store import Graph
from graph_builder.vocabulary import expand

#: Things and relations that a picture shows at most, so that it can be read and is there in time.
MARKS, LINES = 150, 600
#: What a browser may do with a picture: run its own script, and open the pages that it cites.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"

Row = Mapping[str, Term]

_SUBJECT = NamedNode(expand("rdf:subject"))
_TERMS = {
    "subject": "rdf:subject",
    "relation": "rdf:predicate",
    "object": "rdf:object",
    "modality": "aigg:modality",
    "basis": "aigg:basis",
    "verification": "aigg:verification",
    "source": "prov:wasDerivedFrom",
    "section": "aigg:section",
    "passage": "aigg:anchor",
    "start": "oa:start",
    "end": "oa:end",
    "from": "aigg:validFrom",
    "to": "aigg:validTo",
    "asOf": "aigg:asOf",
    "reason": "aigg:reason",
    "note": "skos:note",
}
_RECORD = {name: expand(term) for name, term in _TERMS.items()}


def picture(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the answer to a query as the page of a picture; raises Refusal if it makes none."""
    answer = read(graph, asked, LINES)
    if reason := hindrance(answer):
        raise Refusal(400, reason)
    network = joined(_with_evidence(_facts(answer), graph), graph)
    page = render(network, title="The answer as a picture")
    policy = f"sandbox {SANDBOX}; frame-ancestors 'self'"
    return whole_reply(HTML, page, most, Content_Security_Policy=policy)


def hindrance(answer: Answer) -> str:
    """Return why an answer makes no picture, as a sentence, or "" if it makes one."""
    if not set(TRIPLE) <= set(answer.columns):
        return f"A picture takes a graph, or rows with the columns {', '.join(TRIPLE)}."
    facts = _facts(answer)
    ends = [row[end] for row in facts for end in ("subject", "object")]
    things = {text(end) for end in ends if not isinstance(end, Literal)}
    if not facts:
        return "There is nothing to draw."
    if answer.more or len(facts) > LINES:
        return f"A picture holds {LINES} facts at most, and here are more; ask for less."
    if len(things) > MARKS:
        return f"A picture holds {MARKS} things at most, and here are {len(things)}; ask for less."
    return ""


def _facts(answer: Answer) -> list[Row]:
    """Return the rows that can be lines between things, or values of things."""
    return [
        row
        for row in answer.rows
        if isinstance(row["subject"], NamedNode | BlankNode)
        and isinstance(row["relation"], NamedNode)
        and isinstance(row["object"], NamedNode | BlankNode | Literal)
    ]


def _with_evidence(facts: list[Row], graph: Graph) -> Iterator[Row]:
    """Return facts each as often as they are asserted, and those once that are not.

    Facts that come with a source are not looked up: they are as the query has it.
    """
    recorded: dict[Term, list[Row]] = {}
    for fact in facts:
        if _has_evidence(fact):
            yield fact
            continue
        subject = fact["subject"]
        if subject not in recorded:
            recorded[subject] = _assertions(subject, graph)
        bare = {part: fact[part] for part in TRIPLE}
        yield from [each for each in recorded[subject] if each.items() >= bare.items()] or [bare]


def _has_evidence(fact: Row) -> bool:
    places = [text(fact.get(name)) for name in ("start", "end")]
    is_placed = all(place.isdecimal() or not place for place in places)
    return isinstance(fact.get("source"), NamedNode) and is_placed


def _assertions(subject: Term, graph: Graph) -> list[Row]:
    """Return what is recorded of each assertion about a thing, in the order of their IRIs."""
    if not isinstance(subject, NamedNode):
        return []
    quads = graph.store.quads_for_pattern(None, _SUBJECT, subject)
    found: list[Row] = []
    for assertion in sorted({quad.subject for quad in quads}, key=str):
        parts = graph.store.quads_for_pattern(assertion, None, None)
        said: dict[str, Term] = {part.predicate.value: part.object for part in parts}
        found.append({name: said.get(predicate) for name, predicate in _RECORD.items()})
    return found
