"""The page of a named question: its answer as a table, and its query."""

from functools import cache
from itertools import islice

from pyoxigraph import Literal, NamedNode, QuerySolutions

from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pages.html_rendering import PageContext, render_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.query.named_questions import (
    OptionalTerm,
    Parameter,
    Question,
    questions,
    strip_question_head,
)
from graph_builder.store.engine import Answer
from graph_builder.store.graph import Graph

#: The most rows on a page.
MAX_ANSWER_ROWS = 500


@cache
def load_all_questions() -> dict[str, Question]:
    """Return the named questions by name."""
    return questions()


def render_question_page(
    graph: Graph, name: str, to: PageLinks, answer: Answer | None = None
) -> str | None:
    """Return the page of a named question with its answer, or None for an unknown name.

    The question is asked unless there is an answer.
    """
    asked = load_all_questions().get(name)
    if asked is None:
        return None
    if answer is None:
        answer = graph.query(asked.text)
    solutions = answer if isinstance(answer, QuerySolutions) else None
    rows = list(islice(solutions, MAX_ANSWER_ROWS + 1)) if solutions else []
    return render_page(
        "answer.html",
        PageContext(graph, to),
        asked_with={name: _parse_default(each) for name, each in asked.parameters.items()},
        columns=[each.value for each in solutions.variables] if solutions else [],
        more=len(rows) > MAX_ANSWER_ROWS,
        query=strip_question_head(asked.text),
        question=asked,
        rows=rows[:MAX_ANSWER_ROWS],
        title=asked.summary,
    )


def _parse_default(parameter: Parameter) -> OptionalTerm:
    """Return the default value of a parameter as a term."""
    if parameter.default.partition(":")[0] in PREFIXES:
        return NamedNode(expand(parameter.default))
    return Literal(parameter.default_text)
