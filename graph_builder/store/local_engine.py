"""The engine in this process: pyoxigraph, in memory or on disk."""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, Store

from graph_builder.core.errors import QueryError, suggest_similar
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.store.dataset_merge import query_dataset
from graph_builder.store.engine import Answer, GraphName, Subject, Term
from graph_builder.store.query_text import find_undeclared_prefix

_MAX_REASON_LENGTH = 60
_MAX_QUERY_LENGTH = 100_000
_MAX_NESTING = 200
_NESTING_SIGN = re.compile(rf"[{{(\[]|[}})\]]|(?:!\s*){{{_MAX_NESTING}}}")


class LocalEngine:
    """An engine over a pyoxigraph store."""

    def __init__(self, store: Store) -> None:
        """Use a store; it stays available as ``store``."""
        self.store = store

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; QueryError gives the position of an error."""
        check_query_size(text, name)
        try:
            found: Answer = query_dataset(self.store, text)
        except SyntaxError as error:
            raise QueryError(format_syntax_error(error, text, name)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query cannot be answered: {error}") from error
        return found

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that match a pattern."""
        return iter(self.store.quads_for_pattern(subject, predicate, object_, graph))


def check_query_size(text: str, name: str) -> None:
    """Raise QueryError for a query so long or so deeply nested that the parser could crash."""
    if len(text) > _MAX_QUERY_LENGTH:
        raise QueryError(
            f"{name}:1:1: the query has {len(text):,} characters; "
            f"at most {_MAX_QUERY_LENGTH:,} are allowed"
        )
    depth = 0
    for found in _NESTING_SIGN.finditer(text):
        depth += 1 if found[0] in "{([" else -1 if found[0] in "})]" else _MAX_NESTING
        if depth > _MAX_NESTING:
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            raise QueryError(
                f"{name}:{line}:{column}: brackets are nested more than {_MAX_NESTING} deep; "
                "simplify the query"
            )


def format_syntax_error(error: SyntaxError, text: str, name: str) -> str:
    """Return a syntax error as ``name:line:column: ...`` with the text at that position.

    If nothing declares a prefix of the query, that is the error.
    """
    if undeclared := find_undeclared_prefix(text):
        prefix, offset = undeclared
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        advice = suggest_similar(prefix, PREFIXES) or "; declare it: PREFIX name: <IRI>"
        return f"{name}:{line}:{column}: unknown prefix {quote(prefix)}{advice}"
    found = re.match(r"(?s)error at (\d+):(\d+): (.*)", str(error))
    if found is None:
        return f"{name}:1:1: {error}"
    line, column, reason = int(found[1]), int(found[2]), found[3]
    rest = text.split("\n")[line - 1][column - 1 :].strip()
    problem = f"not SPARQL from {quote(rest)} on" if rest else "something is missing here"
    if not reason.startswith("expected") or len(reason) <= _MAX_REASON_LENGTH:
        problem += f" ({reason})"
    return f"{name}:{line}:{column}: {problem}"
