"""Checks that sources have as many facts as their records expect, which protects long lists."""

from graph_builder.core.errors import suggest_similar
from graph_builder.core.ontology import Ontology
from graph_builder.core.text import quote, shorten_id
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.fact_file_reader import ReadResult, SourceDocument
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import ExpectedCount, Fact


def check_expected_counts(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Return a finding for each expected count of a source that its facts do not match."""
    classes = {entity.record.id: entity.record.class_ for entity in result.entities}
    classes |= {f"actor:{code}": "Country" for code in ontology.countries}
    checker = _CountChecker(ontology, classes, Diagnostics())
    for document in result.documents.values():
        for number, expected in enumerate(document.source.holds):
            checker.check(expected, document, document.location.child("holds", number))
    return checker.diagnostics


class _CountChecker:
    def __init__(
        self, ontology: Ontology, classes: dict[str, str], diagnostics: Diagnostics
    ) -> None:
        self.ontology = ontology
        self.classes = classes
        self.diagnostics = diagnostics

    def check(self, expected: ExpectedCount, document: SourceDocument, location: Location) -> None:
        """Report a count that the facts of a document do not match."""
        if not self._check_names(expected, location):
            return
        facts = {
            (fact.subject, fact.object)
            for fact in (located.record for located in document.facts)
            if self._is_counted(fact, expected)
        }
        if len(facts) != expected.count:
            parts = (expected.subject, expected.relation, expected.object)
            facts_counted = " ".join(map(shorten_id, filter(None, parts)))
            message = f"{facts_counted}: expected {expected.count}, found {len(facts)}"
            self.diagnostics.add(location, message, "count")

    def _check_names(self, expected: ExpectedCount, location: Location) -> bool:
        relations, classes = self.ontology.relations, self.ontology.list_classes()
        for key, value, known in (
            ("relation", expected.relation, relations),
            ("class", expected.class_ or "Actor", classes),
        ):
            if value not in known:
                message = f"unknown {key} {quote(value)}{suggest_similar(value, known)}"
                self.diagnostics.add(location, message, key)
                return False
        return True

    def _is_counted(self, fact: Fact, expected: ExpectedCount) -> bool:
        return (
            fact.relation == expected.relation
            and expected.subject in (None, fact.subject)
            and expected.object in (None, fact.object)
            and expected.from_ in (None, fact.from_)
            and self._is_counted_class(fact, expected)
        )

    def _is_counted_class(self, fact: Fact, expected: ExpectedCount) -> bool:
        """Return whether the end of a fact that is not given has the expected class, if any."""
        end = fact.object if expected.subject else fact.subject
        return expected.class_ is None or self.ontology.is_a(
            [f"{NS}{self.classes.get(end)}"], [f"{NS}{expected.class_}"]
        )
