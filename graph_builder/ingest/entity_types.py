"""Kinds of ids: which classes their things may be of, and where those of concepts are declared."""

from collections.abc import Iterable

from graph_builder.core.ontology import Ontology
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
ABSTRACT_CLASSES = {"Actor"}
EPISTEMIC_KINDS = ("modality", "basis", "verification")


def map_kinds_to_classes(vocabulary: Ontology) -> dict[str, set[str]]:
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


def list_declarable_classes(kind: str, vocabulary: Ontology) -> list[str]:
    """Return the classes, sorted, that an entity with an id of a kind may be declared to be of."""
    names = {iri.removeprefix(NS) for iri in map_kinds_to_classes(vocabulary).get(kind, ())}
    return sorted(names - ABSTRACT_CLASSES - {"Country"}) if kind in CLASSES_OF_KIND else []


def get_scheme_file(kind: str) -> str:
    """Return where the concepts of a kind stand."""
    return f"ontology/schemes/{'strength' if kind in EPISTEMIC_KINDS else 'subjects'}.ttl"


def join_alternatives(names: list[str]) -> str:
    """Return names, of which there is at least one, as ``a, b or c``."""
    *rest, last = names
    return f"{', '.join(rest)} or {last}" if rest else last


def format_class_names(iris: Iterable[str]) -> str:
    """Return the names of classes, of which there is at least one, as ``a Place or Venue``."""
    words = [iri.rpartition("#")[2] for iri in sorted(iris)]
    article = "an" if words[0][0] in "AEIOU" else "a"
    return f"{article} {' or '.join(words)}"
