"""Names of things in facts and ontology, and everyday names, with the ids that they stand for."""

from collections.abc import Iterable

from graph_builder.core.everyday_names import load_everyday_names
from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import Ontology
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.model import Entity
from graph_builder.ingest.record_validation import LocatedRecord


class EntityNames:
    """The classes of countries, concepts and declared entities by id, and the ids by name.

    ``classes`` has the IRIs of classes.
    """

    def __init__(self, entities: Iterable[LocatedRecord[Entity]], ontology: Ontology) -> None:
        """Index the labels of complete entities and of the ontology, codes and everyday names."""
        complete = [each.record for each in entities if each.complete]
        self.classes = {name: set(iris) for name, iris in ontology.concepts.items()}
        self.classes |= {f"actor:{code}": {NS + "Country"} for code in ontology.countries}
        self.classes |= {entity.id: {NS + entity.class_} for entity in complete}
        self._ids: dict[tuple[str, ...], set[str]] = {}
        for code, country in ontology.countries.items():
            self._add(f"actor:{code}", code, country.alpha2, *country.names.values())
        for concept, labels in ontology.labels.items():
            self._add(concept, *labels)
        for each in load_everyday_names():
            self._add(each.id, each.name)
        for entity in complete:
            self._add(entity.id, *entity.label.values())

    def find(self, name: str) -> set[str]:
        """Return the ids that a name stands for, whatever its case, accents and punctuation."""
        return self._ids.get(fold_words(name), set()) & self.classes.keys()

    def _add(self, id_: str, *names: str) -> None:
        for words in filter(None, map(fold_words, names)):  # a former country may have no code
            self._ids.setdefault(words, set()).add(id_)
