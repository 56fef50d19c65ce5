"""Everything that is known of a thing, each fact with its passage: ``aigg explain``."""

import textwrap
from collections.abc import Mapping

from pyoxigraph import NamedNode

from graph_builder.core.text import escape_controls, format_period
from graph_builder.core.vocabulary import compact
from graph_builder.query.entity_description import describe, uses
from graph_builder.query.named_queries import Term, ask_solutions, ask_terms, table, text
from graph_builder.query.parameters import resolve
from graph_builder.query.result_format import write
from graph_builder.query.result_table import Table
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.temporal_slice import HOLDS, DatedGraph

_WIDTH = 96
#: The questions that tell all facts of a thing: what sources say, then what is only inferred.
_FACTS = ("facts-of", "facts-inferred")


def explain(graph: GraphLike, thing: str) -> Table:
    """Return all facts of a thing given by label, prefixed name or IRI, a row an assertion.

    The columns are those of the question ``facts-of``; what is shown is what ``aigg explain``
    prints. Raises UnknownNameError.
    """
    opened = Graph.of(graph)
    facts = table(ask_solutions(opened, *_FACTS, thing=resolve(thing, opened)), opened)
    facts.words = explanation(opened, thing)
    return facts


def explanation(graph: Graph, thing: str, extension: str = "table") -> str:
    """Return all facts of a thing as text: to read, or in a format of the answers."""
    iri = resolve(thing, graph)
    if extension != "table":
        return write(ask_solutions(graph, *_FACTS, thing=iri), extension, graph)
    facts = ask_terms(graph, *_FACTS, thing=iri)
    heading = escape_controls(f"{graph.label(iri)}  ({compact(iri)})")
    head = [_wrapped(escape_controls(line)) for line in describe(graph, iri)]
    support = _support(iri, graph)
    described = [_describe(fact, graph, support.pop(_key(fact), "")) for fact in facts]
    described += _not_held(facts, iri, graph)
    return "\n".join(
        (heading, "═" * len(heading), *head, "", *described, _count(facts, iri, graph), "")
    )


def _count(facts: list[dict[str, Term]], iri: str, graph: Graph) -> str:
    used = 0 if facts else uses(graph, iri)
    number = used or len(facts)
    return f"{'used by ' if used else ''}{number} fact{'' if number == 1 else 's'}"


def _not_held(facts: list[dict[str, Term]], iri: str, graph: Graph) -> list[str]:
    """Return in a line each what surely did not hold on the day that the graph is narrowed to."""
    if not isinstance(graph, DatedGraph):
        return []
    kept = [{name: term for name, term in fact.items() if name != HOLDS} for fact in facts]
    left = [fact for fact in ask_terms(graph.whole, *_FACTS, thing=iri) if fact not in kept]
    lines = [f"    {_statement(fact, graph.whole)}" for fact in left]
    return [f"Surely not on {graph.at}:", *map(_wrapped, lines), ""] if left else []


def _statement(fact: Mapping[str, Term], graph: Graph) -> str:
    shown = {name: escape_controls(_shown(term, graph)) for name, term in fact.items()}
    return f"{shown['subject']} — {shown['relation']} — {shown['object']}{_period(shown)}"


def _support(iri: str, graph: Graph) -> dict[tuple[Term, ...], str]:
    """Return how a statement of which several sources speak is affirmed, by its three terms."""
    found: dict[tuple[Term, ...], str] = {}
    for row in ask_terms(graph, "corroboration", thing=iri):
        sources, independent = (int(text(row[name])) for name in ("sources", "independent"))
        by = f"{independent} independent sources"
        if independent == 1:
            by = f"{sources} sources that are not independent of each other"
        if sources > 1:
            best = _shown(row["verification"], graph)
            found.setdefault(_key(row), f"    affirmed by {by}, best verified: {best}")
    return found


def _key(row: Mapping[str, Term]) -> tuple[Term, ...]:
    return row["subject"], row["relation"], row["object"]


def _describe(fact: Mapping[str, Term], graph: Graph, support: str) -> str:
    """Return one fact in a few lines: the statement, its strength, its passage, its reason.

    The first of a statement says how many sources support it.
    """
    shown = {name: escape_controls(_shown(term, graph)) for name, term in fact.items()}
    strength = f"{shown['modality']}, {shown['basis']}; {shown['verification']}"
    span = f", characters {shown['start']}-{shown['end']}" if shown["start"] else ""
    where = f"{shown['source']}, {shown['section']}{span}"
    lines = [
        _statement(fact, graph),
        *([support] if support else []),
        *([f"    on {graph.at}: {shown[HOLDS]}"] if isinstance(graph, DatedGraph) else []),
        f"    {strength}",
        f"    {where}" + (f": “{shown['passage']}”" if shown["passage"] else ""),
        *(f"    {key}: {shown[key]}" for key in ("reason", "note") if shown[key]),
    ]
    return "\n".join(_wrapped(line) for line in lines) + "\n"


def _shown(term: Term, graph: Graph) -> str:
    return graph.label(term.value) if isinstance(term, NamedNode) else text(term)


def _period(shown: Mapping[str, str]) -> str:
    said = format_period({"from_": shown["from"], "to": shown["to"], "as_of": shown["asOf"]})
    return f", {said}" if said else ""


def _wrapped(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False)
