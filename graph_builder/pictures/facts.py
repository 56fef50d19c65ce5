"""The facts of a picture as rows: each once, in the order of the sources, where they belong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal

from graph_builder.pictures.days import between
from graph_builder.pictures.palette import APART_BASES
from graph_builder.texts import period
from graph_builder.vocabulary import compact

if TYPE_CHECKING:
    import networkx as nx

Fact = dict[str, Any]
#: What a fact stands on: a node (with "" for the rest) or a line.
Place = tuple[str, str, str]

_ORDER = ("source", "start", "end", "subject", "relation", "object", "modality", "anchor", "note")
_TOLD = ("basis", "verification", "section", "holds", "reason", "differs")
_DAYS = {"since": "from_", "until": "to", "asOf": "as_of"}
_LAST = 10**9
_SEVERAL = 2


@dataclass(frozen=True)
class Found:
    """A fact, the places where it stands, and how many independent sources affirm it."""

    fact: Fact
    places: tuple[Place, ...]
    voices: int


class Facts:
    """The facts of a network in an order that never varies, each once, however often it stands."""

    def __init__(self, network: "nx.MultiDiGraph[str]") -> None:
        """Gather the facts of nodes and edges; what is one object is one fact."""
        places: dict[int, list[Place]] = {}
        facts: dict[int, Fact] = {}
        for place, fact in _held(network):
            facts[id(fact)] = fact
            places.setdefault(id(fact), []).append(place)
        voices = _voices(network)
        rows = [
            Found(fact, tuple(sorted(places[key])), _heard(fact, places[key], voices))
            for key, fact in facts.items()
        ]
        self.rows = sorted(rows, key=_order)
        self._index = {id(found.fact): at for at, found in enumerate(self.rows)}
        self._of: dict[Place, list[int]] = {}
        for at, found in enumerate(self.rows):
            for place in found.places:
                self._of.setdefault(place, []).append(at)

    def of(self, *place: str) -> list[int]:
        """Return the numbers of the facts of a node, or of a line given by ends and relation."""
        return self._of.get((place[0], *(place[1:] or ("", ""))), [])  # type: ignore[arg-type]

    def numbers(self, facts: tuple[Mapping[str, Any], ...]) -> list[int]:
        """Return the numbers of facts, which have to be those of the network, in order."""
        return sorted(self._index[id(fact)] for fact in facts)

    def told(self, keys: Mapping[str, str]) -> list[Fact]:
        """Return what each fact says, without what it leaves empty, with the keys of its ends."""
        return [_row(found, keys) for found in self.rows]


def _held(network: "nx.MultiDiGraph[str]") -> Iterator[tuple[Place, Fact]]:
    for name, held in network.nodes(data=True):
        yield from (((str(name), "", ""), fact) for fact in held.get("facts", []))
    for source, target, relation, held in network.edges(keys=True, data=True):
        place = (str(source), str(target), str(relation))
        yield from ((place, fact) for fact in held.get("facts", []))


def _voices(network: "nx.MultiDiGraph[str]") -> dict[Place, int]:
    """Return how many independent sources a network has for what stands in a place."""
    sources = network.graph.get("sources", {})
    heard: dict[Place, set[str]] = {}
    for place, fact in _held(network):
        name = str(fact.get("source", ""))
        if fact.get("affirmed", True) and place[1]:
            heard.setdefault(place, set()).add(str(sources.get(name, {}).get("origin") or name))
    return {place: len(origins) for place, origins in heard.items()}


def _heard(fact: Fact, places: list[Place], voices: Mapping[Place, int]) -> int:
    if "voices" in fact:
        return int(fact["voices"])
    return max(voices.get(place, 1) for place in places)


def _order(found: Found) -> tuple[Any, ...]:
    """Order facts by source, then by place in its text, then by what they say."""
    parts: list[Any] = []
    for part in _ORDER:
        value = found.fact.get(part)
        number = part in ("start", "end")
        parts.append((_LAST if value is None else int(value)) if number else str(value or ""))
    return (*parts, found.places)


def _row(found: Found, keys: Mapping[str, str]) -> Fact:
    fact = found.fact
    told = {part: fact.get(part) for part in (*_ORDER, *_TOLD)}
    told |= {name: fact.get(part) for name, part in _DAYS.items()}
    told |= {
        "when": period({name: between(str(fact.get(name) or "")) for name in _DAYS.values()}),
        "apart": 1 if fact.get("basis") in APART_BASES else None,
        "voices": found.voices if found.voices >= _SEVERAL else None,
        "id": str(fact.get("id") or "").rpartition("/")[2],
    }
    kept = {part: value for part, value in told.items() if value not in (None, "")}
    return {**kept, **_ends(found, keys)}


def _ends(found: Found, keys: Mapping[str, str]) -> Fact:
    """Return the keys of both ends, "" for what is no mark, and the IRIs of what is none.

    A fact is at home on the line between its ends, or on its subject; one that stands elsewhere, as
    on a line that sums several up, has ``home`` "".
    """
    subject, object_, relation = _terms(found)
    home = subject if not object_ else (subject, object_, relation)
    at_home = any(home in (place, place[0]) for place in found.places)
    value = found.fact.get("statement", (None, None, None))[2]
    known: Fact = {
        "s": keys.get(subject, ""),
        "o": keys.get(object_, ""),
        "p": compact(relation),
        "home": at_home,
        "value": str(value) if isinstance(value, Literal) else "",
    }
    if not known["s"]:
        known["sIri"] = compact(subject)
    if object_ and not known["o"]:
        known["oIri"] = compact(object_)
    return known


def _terms(found: Found) -> tuple[str, str, str]:
    """Return the IRIs of subject, object ("" for a literal) and relation, as far as known."""
    if "statement" in found.fact:
        subject, relation, object_ = found.fact["statement"]
        far = "" if isinstance(object_, Literal) else object_.value
        return subject.value, far, relation.value
    return found.places[0]
