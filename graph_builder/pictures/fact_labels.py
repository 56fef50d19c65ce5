"""Labels of facts in plain words: modality, basis, verification and conflict; filters by them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from graph_builder.compare.conflict_classification import VERDICT_MEANINGS, Verdict

MODALITY_LABELS = {
    "reported": "reported as fact",
    "ongoing": "reported as under way",
    "discussed": "discussed at the event",
    "enabled": "made possible by the event",
    "highlighted": "highlighted at the event",
    "emphasised": "emphasised at the event",
    "recognised": "an actor recognises it, according to the source",
    "presupposed": "assumed in passing",
    "potential": "possible, not stated as fact",
    "intended": "intended, not yet reached",
    "predicted": "predicted",
    "takeaway": "listed as a takeaway for the future, not agreed",
    "announced": "announced",
    "agreed": "agreed",
    "signed": "signed",
    "ratified": "ratified",
    "implemented": "put into practice",
    "withdrawn": "withdrawn",
    "denied": "denied",
    "evaluative": "a judgement by the author",
    "rhetorical": "a figure of speech",
    "editorial": "stated only in a heading",
    "background": "a general remark, not about the event",
}

BASIS_LABELS = {
    "stated": "stated in the source",
    "presupposed": "assumed by the source",
    "editorial": "stated only in a heading of the source",
    "inferred": "inferred, not stated by the source",
    "background": "background knowledge, not from the source",
    "judged": "a judgement on what sources say, not the word of a source",
}

VERIFICATION_LABELS = {
    "primary": "the official text was read",
    "official-copy": "a copy of the official text was read",
    "cross-checked": "two open datasets agree; the official page was not opened",
    "dataset": "a row of a dataset; the official page was not opened",
    "press": "press report, not checked against an official text",
}

#: Short labels, for lists of many facts.
SHORT_VERIFICATION_LABELS = {
    "primary": "official text",
    "official-copy": "copy of the official text",
    "cross-checked": "two open datasets",
    "dataset": "one dataset",
    "press": "press",
}

CONFLICT_LABELS = {
    verdict.value: f"{verdict.value}: {words}" for verdict, words in VERDICT_MEANINGS.items()
}


class FactFilter(NamedTuple):
    """A filter of facts that a page offers: its name in scripts and links, label, meaning, sign.

    A filter with a sign is offered only where a fact of the picture fulfils its condition;
    templates/core/filter.js decides which facts fulfil a filter.
    """

    name: str
    label: str
    meaning: str
    sign: str = ""

    def is_offered(self, facts: Iterable[Mapping[str, Any]]) -> bool:
        """Return whether a page with these facts offers the filter."""
        return not self.sign or any(_FILTER_CONDITIONS[self.name](fact) for fact in facts)


_FILTER_CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "contradicts": lambda fact: fact.get("differs") == Verdict.CONTRADICTION,
    "differs": lambda fact: fact.get("differs", Verdict.CONTRADICTION) != Verdict.CONTRADICTION,
    "apart": lambda fact: "apart" in fact,
}
FACT_FILTERS = (
    FactFilter("agreed", "Agreed or signed", "Agreed, signed, ratified or implemented"),
    FactFilter("official", "Official sources", "An official text or a copy of it was read"),
    FactFilter("two", "At least two sources", "Affirmed by two or more independent sources"),
    FactFilter("contradicts", "Sources contradict", "Not all that sources say can be right", "≠"),
    FactFilter("differs", "Sources differ", "Another source says something else as well", "≈"),
    FactFilter("apart", "Inferred", "No source states it: inferred or background", "∴"),
)
