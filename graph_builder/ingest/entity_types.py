"""Kinds of ids: which classes their things may be of, and where those of concepts are declared."""

from collections.abc import Iterable

from graph_builder.core.ontology import Vocabulary
from graph_builder.core.vocabulary import NS

#: The classes whose instances have ids of a kind; instances of classes below them have too.
CLASSES_OF_KIND = {
    "actor": ("Actor",),
    "event": ("Event", "EventSeries"),
    "instrument": ("PolicyInstrument",),
    "place": ("Place", "Venue"),
    "outcome": ("Outcome",),
    "position": ("Position",),
}
#: Classes too wide for a thing: each carries a narrower one (see ontology/terms/classes.ttl).
ABSTRACT = {"Actor"}
STRENGTHS = ("modality", "basis", "verification")


def kinds(vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Return for each kind of id, of entities and of concepts, the IRIs of its things' classes."""
    found = {
        kind: {
            NS + name
            for name in vocabulary.classes()
            if vocabulary.is_a([NS + name], [NS + wide for wide in classes])
        }
        for kind, classes in CLASSES_OF_KIND.items()
    }
    for name, types in vocabulary.concepts.items():
        found.setdefault(name.partition(":")[0], set()).update(types)
    return found


def declarable(kind: str, vocabulary: Vocabulary) -> list[str]:
    """Return the classes, sorted, that an entity with an id of a kind may be declared to be of."""
    names = {iri.removeprefix(NS) for iri in kinds(vocabulary).get(kind, ())}
    return sorted(names - ABSTRACT - {"Country"}) if kind in CLASSES_OF_KIND else []


def scheme_file(kind: str) -> str:
    """Return where the concepts of a kind stand."""
    return f"ontology/schemes/{'strength' if kind in STRENGTHS else 'subjects'}.ttl"


def either(names: list[str]) -> str:
    """Return names, of which there is at least one, as ``a, b or c``."""
    *rest, last = names
    return f"{', '.join(rest)} or {last}" if rest else last


def one_of(iris: Iterable[str]) -> str:
    """Return the names of classes, of which there is at least one, as ``a Place or Venue``."""
    words = [iri.rpartition("#")[2] for iri in sorted(iris)]
    article = "an" if words[0][0] in "AEIOU" else "a"
    return f"{article} {' or '.join(words)}"
