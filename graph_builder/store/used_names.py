"""The prefixed names of what a graph holds: properties, things with a class, and classes."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import compact

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

_NAMES = """SELECT DISTINCT ?name {
  { ?s ?name ?o } UNION { ?s a ?name } UNION { ?name a ?class FILTER (?class != aigg:Relation) }
}"""


class UsedNames(Protocol):
    """The prefixed names of what a graph holds, but for assertions."""

    def has_name(self, name: str) -> bool:
        """Return whether a prefixed name is used."""
        ...

    def find_namesakes(self, local: str) -> Iterable[str]:
        """Return the names that are a text after the prefix but for case, sorted."""
        ...

    def find_near_names(self, prefix: str, local: str) -> Iterable[str]:
        """Return what stands after a prefix in names, at least in those similar to a text."""
        ...


class UsedNamesInMemory:
    """The prefixed names of what a graph holds, read once."""

    def __init__(self, graph: "Graph") -> None:
        """Use a graph; what is added to it later is not found."""
        self._graph = graph

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        rows: Any = self._graph.query(_NAMES, "names")
        iris = (row[0].value for row in rows if isinstance(row[0], NamedNode))
        return tuple(sorted(n for n in map(compact, iris) if not n.startswith("assertion:")))

    def has_name(self, name: str) -> bool:
        """Return whether a prefixed name is used."""
        return name in self.names

    def find_namesakes(self, local: str) -> Iterable[str]:
        """Return the names that are a text after the prefix but for case, sorted."""
        wanted = local.lower()
        return [name for name in self.names if name.partition(":")[2].lower() == wanted]

    def find_near_names(self, prefix: str, local: str) -> Iterable[str]:  # noqa: ARG002
        """Return what stands after a prefix in all names with it."""
        names = (each.partition(":") for each in self.names)
        return [name for kind, _, name in names if kind == prefix]
