"""Everything that is known of a thing, each fact with its passage: ``aigg explain``."""

import textwrap
from collections.abc import Mapping

from graph_builder.answers import write
from graph_builder.catalogue import ask, question
from graph_builder.parameters import resolve
from graph_builder.store import Graph, GraphLike
from graph_builder.vocabulary import compact

_WIDTH = 96


def explain(graph: GraphLike, thing: str) -> list[dict[str, str]]:
    """Return all facts of a thing given by label, prefixed name or IRI, a mapping an assertion.

    The keys are the columns of the question ``facts-of``; things are IRIs. Raises UnknownNameError.
    """
    return ask(graph, "facts-of", thing=thing)


def explanation(graph: Graph, thing: str, extension: str = "table") -> str:
    """Return all facts of a thing as text: to read, or in a format of the answers."""
    iri = resolve(thing, graph)
    if extension != "table":
        return write(
            graph.query(question("facts-of").fill({"thing": iri}, graph)), extension, graph
        )
    facts = explain(graph, iri)
    heading = f"{graph.label(iri)}  ({compact(iri)})"
    described = [_describe(fact, graph) for fact in facts]
    count = f"{len(facts)} fact{'' if len(facts) == 1 else 's'}"
    return "\n".join((heading, "═" * len(heading), "", *described, count, ""))


def _describe(fact: Mapping[str, str], graph: Graph) -> str:
    """Return one fact in a few lines: the statement, its strength, its passage, its reason."""
    subject, relation, object_ = (
        graph.label(fact[key]) if fact[key].startswith("http") else fact[key]
        for key in ("subject", "relation", "object")
    )
    strength = f"{graph.label(fact['modality'])}, {graph.label(fact['basis'])}"
    span = f", characters {fact['start']}-{fact['end']}" if fact["start"] else ""
    where = f"{graph.label(fact['source'])}, {fact['section']}{span}"
    lines = [
        f"{subject} — {relation} — {object_}",
        f"    {strength}; {graph.label(fact['verification'])}",
        f"    {where}" + (f": “{fact['passage']}”" if fact["passage"] else ""),
        *(f"    {key}: {fact[key]}" for key in ("reason", "note") if fact[key]),
    ]
    return "\n".join(_wrapped(line) for line in lines) + "\n"


def _wrapped(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False)
