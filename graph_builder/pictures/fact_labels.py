"""How strongly a fact is said, in words that a reader understands without a manual."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from graph_builder.compare.conflict_classification import VERDICT_MEANINGS, Verdict

MODALITY_LABELS = {
    "reported": "told as having happened or being so",
    "ongoing": "said to be under way",
    "discussed": "discussed at the event",
    "enabled": "the event gave room for it",
    "highlighted": "highlighted at the event",
    "emphasised": "emphasised at the event",
    "recognised": "an actor is said to recognise it",
    "presupposed": "taken for granted in passing",
    "potential": "could be, not said to be",
    "intended": "aimed at, not yet reached",
    "predicted": "said to come",
    "takeaway": "listed as a takeaway for the future, not agreed",
    "announced": "announced",
    "agreed": "agreed",
    "signed": "signed",
    "ratified": "ratified",
    "implemented": "put into practice",
    "withdrawn": "withdrawn",
    "denied": "denied",
    "evaluative": "a judgement by the author",
    "rhetorical": "a turn of speech",
    "editorial": "only a heading says it",
    "background": "a general remark, not about the event",
}

BASIS_LABELS = {
    "stated": "stated in the source",
    "presupposed": "taken for granted by the source",
    "editorial": "only a heading of the source says it",
    "inferred": "inferred, not stated by the source",
    "background": "background knowledge, not from the source",
}

VERIFICATION_LABELS = {
    "primary": "the official text was read",
    "official-copy": "a copy of the official text was read",
    "cross-checked": "two open datasets agree, the official page was not opened",
    "press": "press text, not checked against an official one",
}

#: The same in a few words, for where many stand together.
SHORT_VERIFICATION_LABELS = {
    "primary": "official text",
    "official-copy": "copy of the official text",
    "cross-checked": "two open datasets",
    "press": "press",
}

CONFLICT_LABELS = {
    verdict.value: f"{verdict.value}: {words}" for verdict, words in VERDICT_MEANINGS.items()
}


class FactFilter(NamedTuple):
    """A filter that a page offers: its name in script and links, what it says, and its sign.

    One with a sign is offered where a fact of the picture has it; templates/core/filter.js decides
    which these are.
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
    FactFilter(
        "agreed", "Agreed or signed", "Facts that are agreed, signed, ratified or implemented"
    ),
    FactFilter(
        "official", "Official sources", "Facts for which an official text or its copy was read"
    ),
    FactFilter("two", "At least two sources", "Facts that two or more independent sources affirm"),
    FactFilter(
        "contradicts", "Sources contradict", "Not all of what sources say can be right", "\u2260"
    ),
    FactFilter("differs", "Sources differ", "Other sources say something else, too", "\u2248"),
    FactFilter("apart", "Inferred", "What no source states: inferred or background", "\u2234"),
)
