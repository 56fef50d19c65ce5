"""Checks that sources hold what their records promise: the wide check of long lists."""

from graph_builder.core.errors import suggest_similar
from graph_builder.core.ontology import Ontology
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import ExpectedCount, Fact
from graph_builder.ingest.reader import ReadResult, SourceDocument


def check_expected_counts(reading: ReadResult, vocabulary: Ontology) -> Diagnostics:
    """Return a finding for each count of a source's record that its facts do not meet."""
    classes = {entity.record.id: entity.record.class_ for entity in reading.entities}
    classes |= {f"actor:{code}": "Country" for code in vocabulary.countries}
    checker = _CountChecker(vocabulary, classes, Diagnostics())
    for document in reading.documents.values():
        for number, holding in enumerate(document.source.holds):
            checker.check(holding, document, document.place.inside("holds", number))
    return checker.findings


class _CountChecker:
    def __init__(
        self, vocabulary: Ontology, classes: dict[str, str], findings: Diagnostics
    ) -> None:
        self.vocabulary = vocabulary
        self.classes = classes
        self.findings = findings

    def check(self, holding: ExpectedCount, document: SourceDocument, place: Location) -> None:
        """Add a finding if the document's facts are more or fewer than promised."""
        if not self._known(holding, place):
            return
        facts = {
            (fact.subject, fact.object)
            for fact in (located.record for located in document.facts)
            if self._counts(fact, holding)
        }
        if len(facts) != holding.count:
            what = " ".join(
                word for word in (holding.subject, holding.relation, holding.object) if word
            )
            message = f"{what}: {holding.count} must be here, but {len(facts)} are"
            self.findings.add(place, message, "count")

    def _known(self, holding: ExpectedCount, place: Location) -> bool:
        relations, classes = self.vocabulary.relations, self.vocabulary.classes()
        for key, value, known in (
            ("relation", holding.relation, relations),
            ("class", holding.class_ or "Actor", classes),
        ):
            if value not in known:
                message = f"unknown {key} {value!r}{suggest_similar(value, known)}"
                self.findings.add(place, message, key)
                return False
        return True

    def _counts(self, fact: Fact, holding: ExpectedCount) -> bool:
        return (
            fact.relation == holding.relation
            and holding.subject in (None, fact.subject)
            and holding.object in (None, fact.object)
            and holding.from_ in (None, fact.from_)
            and (holding.class_ is None or self._is_a(self._other_end(fact, holding), holding))
        )

    def _is_a(self, name: str, holding: ExpectedCount) -> bool:
        return self.vocabulary.is_a([f"{NS}{self.classes.get(name)}"], [f"{NS}{holding.class_}"])

    @staticmethod
    def _other_end(fact: Fact, holding: ExpectedCount) -> str:
        """Return the end that is counted: the subject, unless it is the one that is given."""
        return fact.object if holding.subject else fact.subject
