"""What a named question was asked with: each parameter, its value, and where that came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from graph_builder.core.text import escape_markdown
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.query.parameters import format_typed_value
from graph_builder.query.text_table import wrap_line

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph


class Origin(StrEnum):
    """Where the value of a parameter came from."""

    GIVEN = "given"
    DEFAULT = "default"


@dataclass(frozen=True)
class AskedValue:
    """A parameter with its value as a user would type it; ``label`` is that of an entity, or ""."""

    name: str
    value: str
    label: str
    origin: Origin

    @property
    def iri(self) -> str:
        """The IRI of the entity that the value names, "" for any other value."""
        return expand(self.value) if self.value.partition(":")[0] in PREFIXES else ""

    def __str__(self) -> str:
        """Return the parameter as a reader sees it: ``body = NATO (actor:nato), given``."""
        return f"{self.name} = {format_labelled_value(self.value, self.label)}, {self.origin}"


def build_asked_value(name: str, term: str, origin: Origin, graph: "Graph") -> AskedValue:
    """Return a parameter with its value, given as a SPARQL term."""
    value = format_typed_value(term)
    return AskedValue(name, value, find_value_label(value, graph), origin)


def find_value_label(value: str, graph: "Graph") -> str:
    """Return the label of an entity that a value names, "" for any other value."""
    label = graph.label(expand(value)) if value.partition(":")[0] in PREFIXES else ""
    return "" if label == value else label


def format_labelled_value(value: str, label: str) -> str:
    """Return a value with the label of its entity, if it has one: ``India (actor:IND)``."""
    return f"{label} ({value})" if label else value


def describe_asked_values(asked: Iterable[AskedValue]) -> str:
    """Return a note on what a question was asked with, "" for a question without parameters."""
    shown = "; ".join(map(str, asked))
    return f"asked with {shown}" if shown else ""


def format_asked_values(asked: Iterable[AskedValue], extension: str) -> str:
    """Return lines on what a question was asked with, to stand before a table, "" for nothing."""
    if extension == "md":
        lines = [f"- {escape_markdown(str(each))}" for each in asked]
    else:
        lines = [wrap_line(str(each)) for each in asked]
    return "".join(f"{line}\n" for line in (*lines, "")) if lines else ""
