"""Items of lists: what each stands for, and what is to be known of it besides its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph_builder.pictures.drawing import strongest
from graph_builder.pictures.model import Bundle, EdgeKey
from graph_builder.pictures.palette import APART_BASES, FAMILIES
from graph_builder.verdicts import Verdict

Fact = dict[str, Any]
#: What an item may stand for: a thing by its IRI, a line, or facts that are none.
Of = str | EdgeKey | Bundle

#: The modality of what editors of a graph hold to be right.
JUDGED = "evaluative"
_RANKS = {family.name: at for at, family in enumerate(FAMILIES)}


@dataclass(frozen=True)
class Item:
    """What stands in a list: what it stands for, whose name it shows, how firmly it is said.

    A click opens the evidence of the first that it stands for: things, lines, bundles. ``sign`` is
    the rule that holds for it (see words).
    """

    of: tuple[Of, ...]
    name: str | Bundle
    family: str
    affirmed: bool = True
    tags: tuple[str, ...] = ()
    sign: str = ""
    groups: tuple["Group", ...] = ()


@dataclass(frozen=True)
class Group:
    """Items under one heading; a sign that all of them have; folded until a reader opens it.

    What is ``past`` is shown as no longer so.
    """

    heading: str
    items: tuple[Item, ...]
    sign: str = ""
    folded: bool = False
    past: bool = False


def item_of(of: tuple[Of, ...], name: str | Bundle, facts: Sequence[Fact]) -> Item:
    """Return an item that rests on facts."""
    family = strongest([*facts]).name
    affirmed = any(fact["affirmed"] for fact in facts)
    return Item(of, name, family, affirmed, tuple(_tags(family, facts)), _sign(facts))


def rank(each: Item) -> int:
    """Return a number by which items are ordered, that of the most firmly said being the least."""
    return _RANKS[each.family]


def _tags(family: str, facts: Sequence[Fact]) -> Iterator[str]:
    """Yield what is to be known besides the name: what was not done, not stated, not known."""
    if all(fact["basis"] in APART_BASES for fact in facts):
        yield "∴ inferred"
    elif family == "judged" or not any(fact["affirmed"] for fact in facts):
        yield str(min(fact["modality"] for fact in facts))
    if any(fact["holds"] for fact in facts) and all(fact["holds"] != "yes" for fact in facts):
        yield "not known"


def _sign(facts: Sequence[Fact]) -> str:
    found = {fact.get("differs", "") for fact in facts} - {""}
    if not found:
        return ""
    return "contradicts" if Verdict.CONTRADICTION.value in found else "differs"
