"""Complete facts of known relations, with what checks ask of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_builder.core.ontology import Ontology, Relation
from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.located_facts import LocatedFacts
from graph_builder.ingest.locations import Location
from graph_builder.ingest.model import DATE_KEYS, UNDATED, Fact
from graph_builder.ingest.record_validation import LocatedRecord


@dataclass(frozen=True, slots=True)
class CheckedFact:
    """A fact with its location and relation; ``is_affirmed`` if its source says that it is so.

    ``issued`` is the date of its source, None if that is not known.
    """

    record: Fact
    location: Location
    relation: Relation
    is_affirmed: bool
    issued: DateRange | None

    def relation_is_a(self, kind: str) -> bool:
        """Return whether the relation is of a kind, given by its local name: ``ActRelation``."""
        return NS + kind in self.relation.kinds

    @property
    def file(self) -> str:
        """The file in which the fact stands: a YAML or CSV file."""
        return self.location.file

    def list_dates(self) -> list[tuple[str, DateRange]]:
        """Return the keys that hold a date, each with it."""
        record = self.record
        texts = zip(DATE_KEYS, (record.from_, record.to, record.as_of), strict=True)
        given = ((key, DateRange.parse_or_none(text)) for key, text in texts if text)
        return [(key, each) for key, each in given if each]


@dataclass(frozen=True)
class CheckedFacts:
    """The complete facts of known relations of a file, made anew each time that they are iterated.

    ``issued`` is the date of their source.
    """

    facts: LocatedFacts
    ontology: Ontology
    issued: DateRange | None

    def __iter__(self) -> Iterator[CheckedFact]:
        """Iterate over the facts."""
        return self.iterate(iter)

    def iterate(
        self, check: Callable[[LocatedFacts], Iterator[LocatedRecord[Fact]]]
    ) -> Iterator[CheckedFact]:
        """Iterate over the facts while a function, which yields them, checks what they are."""
        relations, is_affirmed = self.ontology.relations, self.ontology.is_affirmed
        for each in check(self.facts):
            relation = relations.get(each.record.relation)
            if relation and each.complete:
                affirmed = is_affirmed(each.record.modality, relation)
                yield CheckedFact(each.record, each.location, relation, affirmed, self.issued)


def collect_checked_facts(result: ReadResult, ontology: Ontology) -> Mapping[Path, CheckedFacts]:
    """Return the complete facts of known relations by the YAML file of their source."""
    issued = {
        document.path: DateRange.parse_or_none(document.source.date)
        for document in result.documents.values()
        if document.source.date != UNDATED
    }
    return {
        path: CheckedFacts(facts, ontology, issued.get(path))
        for path, facts in result.facts.items()
    }
