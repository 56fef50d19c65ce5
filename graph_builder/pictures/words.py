"""How strongly a fact is said, in words that a reader understands without a manual."""

from typing import NamedTuple

from graph_builder.verdicts import IN_WORDS

MODALITY = {
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

BASIS = {
    "stated": "stated in the source",
    "presupposed": "taken for granted by the source",
    "editorial": "only a heading of the source says it",
    "inferred": "inferred, not stated by the source",
    "background": "background knowledge, not from the source",
}

VERIFICATION = {
    "primary": "the official text was read",
    "official-copy": "a copy of the official text was read",
    "cross-checked": "two open datasets agree, the official page was not opened",
    "press": "press text, not checked against an official one",
}

DIFFERS = {verdict.value: f"{verdict.value}: {words}" for verdict, words in IN_WORDS.items()}


class Rule(NamedTuple):
    """A filter that the page offers: its name in script and links, label, meaning, and a sign."""

    name: str
    label: str
    meaning: str
    sign: str = ""


#: What the rules mean is decided in templates/core/filters.js.
RULES = (
    Rule("agreed", "Agreed or signed", "Facts that are agreed, signed, ratified or implemented"),
    Rule("official", "Official sources", "Facts for which an official text or its copy was read"),
    Rule("two", "At least two sources", "Facts that two or more independent sources affirm"),
    Rule("differs", "Sources differ", "Facts of which other sources tell something else", "\u2260"),
    Rule("apart", "Inferred", "What no source states: inferred or background knowledge", "\u2234"),
)
