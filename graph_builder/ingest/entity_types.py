"""Kinds of ids (the part before the colon) and the classes that entities of each may have."""

from collections.abc import Iterable

from graph_builder.core.ontology import Ontology
from graph_builder.core.vocabulary import NS

#: The classes whose instances, and those of their subclasses, have ids of a kind.
CLASSES_OF_KIND = {
    "actor": ("Actor",),
    "event": ("Event", "EventSeries"),
    "instrument": ("PolicyInstrument",),
    "place": ("Place", "Venue"),
    "outcome": ("Outcome",),
    "position": ("Position",),
    "undertaking": ("Undertaking",),
    "post": ("Post",),
    "report": ("Report",),
    "theme": ("PolicyTheme",),
}
_SCHEME_FILES = {
    **dict.fromkeys(("modality", "basis", "verification", "rank"), "strength"),
    **dict.fromkeys(("topic", "bearer"), "duties"),
    "status": "statuses",
}
#: Classes too general for an entity, which has a narrower one (see ontology/terms/classes.ttl).
ABSTRACT_CLASSES = {"Actor"}
EPISTEMIC_KINDS = ("modality", "basis", "verification", "rank")


def map_kinds_to_classes(ontology: Ontology) -> dict[str, set[str]]:
    """Return the IRIs of the classes of each kind of id, of entities and of concepts."""
    classes_by_kind = {
        kind: {
            NS + name
            for name in ontology.list_classes()
            if ontology.is_a([NS + name], [NS + general for general in classes])
        }
        for kind, classes in CLASSES_OF_KIND.items()
    }
    for name, types in ontology.concepts.items():
        classes_by_kind.setdefault(name.partition(":")[0], set()).update(types)
    return classes_by_kind


def list_declarable_classes(kind: str, ontology: Ontology) -> list[str]:
    """Return the names of the classes, sorted, that a declared entity of a kind may have."""
    names = {iri.removeprefix(NS) for iri in map_kinds_to_classes(ontology).get(kind, ())}
    return sorted(names - ABSTRACT_CLASSES) if kind in CLASSES_OF_KIND else []


def get_scheme_file(kind: str) -> str:
    """Return the file that declares the concepts of a kind."""
    return f"ontology/schemes/{_SCHEME_FILES.get(kind, 'subjects')}.ttl"


def format_class_names(iris: Iterable[str]) -> str:
    """Return the names of at least one class as ``a Place or Venue``."""
    names = [iri.rpartition("#")[2] for iri in sorted(iris)]
    article = "an" if names[0][0] in "AEIOU" else "a"
    return f"{article} {' or '.join(names)}"
