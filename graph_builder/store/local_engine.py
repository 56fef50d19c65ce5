"""The engine in this process: pyoxigraph, in memory or on disk."""

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from graph_builder.core.errors import QueryError
from graph_builder.core.file_locks import FileLock
from graph_builder.store.dataset_merge import query_dataset
from graph_builder.store.engine import Answer, GraphName, Subject, Term

#: The most characters of a query.
MAX_QUERY_LENGTH = 100_000
_MAX_NESTING = 200
_SERVICE = "service"
#: What nests: a text with fewer of them is not too deep.
_OPENING_SIGNS = "{([!"
_NESTING_SIGN = re.compile(rf"[{{(\[]|[}})\]]|(?:!\s*){{{_MAX_NESTING}}}")


class LocalEngine:
    """An engine over a pyoxigraph store."""

    def __init__(
        self,
        store: Store,
        lock: FileLock | None = None,
        digest: str = "",
        index: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        """Use a store, which stays available as ``store``, and hold the lock of one on disk.

        ``digest`` tells the store from any other, if that is known. ``index`` is the file with what
        was found out when one on disk was written, if there is one; ``folder`` has its files.
        """
        self.store = store
        self.digest = digest
        self.index = index
        self.folder = folder
        self.is_on_disk = lock is not None
        self._lock = lock

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; QueryError gives the position of an error."""
        if _SERVICE in text.lower():
            from graph_builder.store.query_errors import check_services

            check_services(text, name)
        return evaluate_query(self.store, text, name)

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that match a pattern."""
        return iter(self.store.quads_for_pattern(subject, predicate, object_, graph))


def evaluate_query(store: Store, text: str, name: str) -> Answer:
    """Return the answer of a store to a SPARQL query; raises QueryError."""
    check_query_size(text, name)
    try:
        found: Answer = query_dataset(store, text)
    except SyntaxError as error:
        from graph_builder.store.query_errors import format_syntax_error

        raise QueryError(format_syntax_error(error, text, name)) from error
    except (OSError, RuntimeError, ValueError) as error:
        from graph_builder.store.query_errors import describe_failure

        raise QueryError(describe_failure(error, text, name)) from error
    return found


def check_query_size(text: str, name: str, longest: int = MAX_QUERY_LENGTH) -> None:
    """Raise QueryError for a query so long or so deeply nested that the parser could crash."""
    if len(text) > longest:
        raise QueryError(
            f"{name}:1:1: the query has {len(text):,} characters; at most {longest:,} are allowed"
        )
    if sum(map(text.count, _OPENING_SIGNS)) <= _MAX_NESTING:
        return
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
