"""Format all facts about an entity with their evidence (``aigg explain``)."""

from collections.abc import Mapping
from typing import cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions

from graph_builder.core.text import escape_controls, format_count, format_period
from graph_builder.core.vocabulary import BASE, compact, expand
from graph_builder.query.entity_description import count_uses, describe_entity
from graph_builder.query.named_questions import (
    OptionalTerm,
    ask_for_rows,
    ask_for_solutions,
    build_table,
    list_rows,
    load_question,
    to_text,
)
from graph_builder.query.parameters import resolve_entity
from graph_builder.query.result_format import format_rows, format_snapshot_day
from graph_builder.query.result_table import ResultTable
from graph_builder.query.text_table import wrap_line
from graph_builder.store.graph import HOLDS_COLUMN, Graph, GraphLike

#: Columns of remarks on a fact, and the words before them.
_REMARKS = {
    "setAside": "set aside by a judgement",
    "rank": "judged to be",
    "reason": "reason",
    "note": "note",
}
#: The questions that return all facts about an entity: reported ones, then inferred ones.
_FACT_QUESTIONS = ("facts-of", "facts-inferred")

#: A pattern for the assertions about an entity: as an end, as relation, source or other value.
_ABOUT = "?assertion a aigg:Assertion ; ?property {0} ."
_PLAIN_TRIPLES = """SELECT DISTINCT {0} WHERE {{
  VALUES ?thing {{ {1} }}
  {{ ?subject ?relation ?object }} UNION {{ GRAPH ?graph {{ ?subject ?relation ?object }} }}
  FILTER (?subject = ?thing || ?object = ?thing)
}} ORDER BY ?subject ?relation ?object"""


def explain(graph: GraphLike, thing: str) -> ResultTable:
    """Return all facts about an entity, one row for each assertion; of a foreign one, its triples.

    ``thing`` is a label, prefixed name or IRI. The columns are those of the question ``facts-of``;
    the table is shown as the text that ``aigg explain`` prints. Raises UnknownNameError.
    """
    opened = Graph.wrap(graph)
    facts = build_table(_ask_for_facts(opened, resolve_entity(thing, opened)), opened)
    facts.shown_text = format_explanation(opened, thing)
    return facts


def format_explanation(graph: Graph, thing: str, extension: str = "table") -> str:
    """Return all facts about an entity as text to read, or in a format for query answers."""
    iri = resolve_entity(thing, graph)
    if extension != "table":
        return format_rows(_ask_for_facts(graph, iri), extension, graph)
    questions, asked = _choose_questions(graph, iri)
    facts = ask_for_rows(graph, *questions, **asked)
    terms = (term for fact in facts for term in fact.values())
    graph.read_labels(term.value for term in terms if isinstance(term, NamedNode))
    heading = escape_controls(f"{graph.label(iri)}  ({compact(iri)})")
    if _is_foreign(iri, graph):
        return _format_plain_triples(iri, heading, graph)
    head = [wrap_line(escape_controls(line)) for line in describe_entity(graph, iri)]
    support = _find_support(iri, graph)
    lines = [_format_fact(fact, graph, support.pop(_get_statement_key(fact), "")) for fact in facts]
    lines += _format_excluded_facts(facts, iri, graph)
    return "\n".join(
        (heading, "═" * len(heading), *head, "", *lines, _format_count(facts, iri, graph), "")
    )


def _choose_questions(graph: Graph, iri: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the questions that ask for the facts about an entity, and their parameters.

    A relation is in facts as relation only. Those of one that joins things are told with these, and
    too many to list; but a date or a number is no thing that could be explained.
    """
    triples = graph.engine.quads(None, NamedNode(iri), None, DefaultGraph())
    values = (triple.object for triple in triples)
    if _is_relation(graph, iri) and isinstance(next(values, None), Literal):
        return ("relation-facts",), {"relation": iri}
    return _FACT_QUESTIONS, {"thing": iri}


def _is_relation(graph: Graph, iri: str) -> bool:
    """Return whether an entity is the relation of a fact."""
    facts = graph.engine.quads(None, NamedNode(expand("rdf:predicate")), NamedNode(iri))
    return next(iter(facts), None) is not None


def _ask_for_facts(graph: Graph, iri: str) -> QuerySolutions:
    if _is_foreign(iri, graph):
        return _query_plain_triples(iri, graph)
    questions, asked = _choose_questions(graph, iri)
    return ask_for_solutions(graph, *questions, **asked)


def _is_foreign(iri: str, graph: Graph) -> bool:
    """Return whether an entity is none of this project and no assertion is about it."""
    about = _ABOUT.format(NamedNode(iri))
    return not iri.startswith(BASE) and not graph.query(f"ASK {{ {about} }}", "assertions")


def _query_plain_triples(iri: str, graph: Graph) -> QuerySolutions:
    """Return the triples about a foreign entity, in the columns of facts; the others are empty."""
    columns = " ".join(f"?{name}" for name in load_question(_FACT_QUESTIONS[0]).columns)
    text = _PLAIN_TRIPLES.format(columns, NamedNode(iri))
    return cast("QuerySolutions", graph.whole.query(text, "triples"))


def _format_plain_triples(iri: str, heading: str, graph: Graph) -> str:
    """Return the triples about a foreign entity as text to read."""
    rows = list_rows(_query_plain_triples(iri, graph))
    lines = [f"{wrap_line(_format_ends(row, graph))}\n    unsourced\n" for row in rows]
    count = format_count(len(rows), "triple")
    ending = f"{count}; no source in this graph states {'it' if len(rows) == 1 else 'them'}"
    return "\n".join((heading, "═" * len(heading), "", *lines, ending, ""))


def _format_count(facts: list[dict[str, OptionalTerm]], iri: str, graph: Graph) -> str:
    used = 0 if facts else count_uses(graph, iri)
    if not used:
        return format_count(len(facts), "fact")
    hint = f"; aigg facts {compact(iri)} lists them" if _is_relation(graph, iri) else ""
    return f"used by {format_count(used, 'fact')}{hint}"


def _format_excluded_facts(
    facts: list[dict[str, OptionalTerm]], iri: str, graph: Graph
) -> list[str]:
    """Return a line for each fact that does not hold on the day of a snapshot."""
    if not graph.at:
        return []
    kept = [{name: term for name, term in fact.items() if name != HOLDS_COLUMN} for fact in facts]
    questions, asked = _choose_questions(graph.whole, iri)
    every = ask_for_rows(graph.whole, *questions, **asked)
    excluded = [fact for fact in every if fact not in kept]
    lines = [f"    {_format_statement(fact, graph.whole)}" for fact in excluded]
    if not lines:
        return []
    return [f"Not true {format_snapshot_day(graph.at)}:", *map(wrap_line, lines), ""]


def _format_statement(fact: Mapping[str, OptionalTerm], graph: Graph) -> str:
    shown = {name: escape_controls(graph.format_term(term)) for name, term in fact.items()}
    return f"{_format_ends(fact, graph)}{_format_period(shown)}"


def _format_ends(row: Mapping[str, OptionalTerm], graph: Graph) -> str:
    ends = (row["subject"], row["relation"], row["object"])
    return " — ".join(escape_controls(graph.format_term(term)) for term in ends)


def _find_support(iri: str, graph: Graph) -> dict[tuple[OptionalTerm, ...], str]:
    """Return how many sources affirm each fact that several sources affirm, by its three terms."""
    found: dict[tuple[OptionalTerm, ...], str] = {}
    for row in ask_for_rows(graph, "corroboration", thing=iri):
        sources, independent = (int(to_text(row[name])) for name in ("sources", "independent"))
        by = f"{independent} independent sources"
        if independent == 1:
            by = f"{sources} sources that are not independent of each other"
        if sources > 1:
            best = graph.format_term(row["verification"])
            found.setdefault(
                _get_statement_key(row), f"    affirmed by {by}, best verified: {best}"
            )
    return found


def _get_statement_key(row: Mapping[str, OptionalTerm]) -> tuple[OptionalTerm, ...]:
    return row["subject"], row["relation"], row["object"]


def _format_fact(fact: Mapping[str, OptionalTerm], graph: Graph, support: str) -> str:
    """Return lines on one assertion: the fact, its strength, source, passage, reason and note.

    ``support`` is a line on the number of sources, given for the first assertion of a fact.
    """
    shown = {name: escape_controls(graph.format_term(term)) for name, term in fact.items()}
    strength = f"{shown['modality']}, {shown['basis']}; {shown['verification']}"
    span = f", characters {shown['start']}-{shown['end']}" if shown["start"] else ""
    where = f"{shown['source']}, {shown['section']}{span}"
    lines = [
        _format_statement(fact, graph),
        *([support] if support else []),
        *([f"    true {format_snapshot_day(graph.at)}: {shown[HOLDS_COLUMN]}"] if graph.at else []),
        f"    {strength}",
        f"    {where}" + (f": “{shown['passage']}”" if shown["passage"] else ""),
        *(f"    {words}: {shown[key]}" for key, words in _REMARKS.items() if shown[key]),
    ]
    return "\n".join(wrap_line(line) for line in lines) + "\n"


def _format_period(shown: Mapping[str, str]) -> str:
    said = format_period({"from_": shown["from"], "to": shown["to"], "as_of": shown["asOf"]})
    return f", {said}" if said else ""
