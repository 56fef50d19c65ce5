"""Query cost: a guess from the text which queries are cheap and may go first."""

import re

_OPAQUE = re.compile(r"<[^<>\s]*>|\"[^\"\n]*\"|'[^'\n]*'|(?m:#.*$)|\bSELECT\s+\*", re.IGNORECASE)
#: Expressions, aggregates, paths, collections, blank nodes, and all that joins two patterns.
_HEAVY = re.compile(
    r"[(\[*+/|^!;,]|\{.*\{.*\{|\.\s*[^\s}]|\b(?:ORDER|SERVICE)\b", re.IGNORECASE | re.DOTALL
)
_LONGEST = 2_000


def is_single_pattern_query(text: str) -> bool:
    """Return whether a query has one triple pattern at most and computes nothing with it."""
    return len(text) <= _LONGEST and not _HEAVY.search(_OPAQUE.sub(" ", text))
