"""Find assertions that do not have the form of ours: a text or a blank node where an IRI belongs.

Commands that show facts count on the form of assertions; ``aigg validate`` does not.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graph_builder.core.errors import ReadError
from graph_builder.core.resources import find_path
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import compact
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import LocalEngine

#: The parts of an assertion that are IRIs, and those that are whole numbers.
_IRIS = (
    *("rdf:subject", "rdf:predicate", "prov:wasDerivedFrom"),
    *("aigg:modality", "aigg:basis", "aigg:verification"),
)
_NUMBERS = ("oa:start", "oa:end")
#: The property of a stored graph that names such a part, "" if there is none.
ASSERTION_FAULT = "assertion fault"
_ANYWHERE = "{{ {0} }} UNION {{ GRAPH ?graph {{ {0} }} }}"
_PART = _ANYWHERE.format("?assertion ?part ?value")
_QUERY = f"""SELECT ?assertion ?part ?value {{
  {{ {_PART} VALUES ?part {{ {" ".join(_IRIS)} }} FILTER (!isIRI(?value)) }}
  UNION
  {{ {_PART} VALUES ?part {{ {" ".join(_NUMBERS)} }}
    FILTER (!isLiteral(?value) || !REGEX(STR(?value), "^[0-9]{{1,9}}$")) }}
  FILTER EXISTS {{ {_ANYWHERE.format("?assertion prov:wasDerivedFrom ?source")} }}
}} ORDER BY STR(?assertion) ?part LIMIT 1"""


def check_assertions(graph: Graph, location: str) -> None:
    """Raise ReadError for a graph with an assertion of another form; name the first such part.

    A server is not asked: it may take long to look through all that it holds.
    """
    if not isinstance(graph.engine, LocalEngine):
        return
    known = graph.get_recorded(ASSERTION_FAULT)
    if fault := find_assertion_fault(graph) if known is None else known:
        raise ReadError(f"{_format_place(graph, location)}: {fault}; correct it")


def _format_place(graph: Graph, location: str) -> str:
    """Return a location, with line and column of the first fault if it is a file that has them."""
    from graph_builder.store.rdf_files import locate_statement

    path, rows = find_path(Path(location)), _find_faults(graph)
    if not rows or not path.is_file():  # a pipe cannot be read again
        return location

    def is_fault(quad: Quad) -> bool:
        return all(map(_is_alike, (quad.subject, quad.predicate, quad.object), rows[0]))

    with suppress(ReadError):  # it was changed meanwhile
        if found := locate_statement(path, is_fault):
            return f"{location}:{found[0]}:{found[1]}"
    return location


def _is_alike(one: object, other: object) -> bool:
    """Return whether two terms are equal; blank nodes have another name whenever they are read."""
    return one == other or (isinstance(one, BlankNode) and isinstance(other, BlankNode))


def find_assertion_fault(graph: Graph) -> str:
    """Return the first part of an assertion that has another form, "" if there is none."""
    for assertion, part, value in _find_faults(graph):
        thing = compact(assertion.value) if isinstance(assertion, NamedNode) else "a blank node"
        what = f"the text {quote(value.value)}" if isinstance(value, Literal) else "a blank node"
        if isinstance(value, NamedNode):
            what = f"the IRI {quote(value.value)}"
        name = compact(part.value)
        wanted = "a whole number" if name in _NUMBERS else "an IRI"
        return f"{name} of {thing} is {what}, not {wanted}"
    return ""


def _find_faults(graph: Graph) -> list[Any]:
    """Return the first assertion, part and value that has another form, if there is one."""
    rows: Any = graph.query(_QUERY, "assertions")
    return list(rows)
