"""Checks for what does not belong into a public graph: ways to reach a person at home."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from graph_builder.core.text import join_alternatives
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Fact, Record
from graph_builder.ingest.record_validation import list_keys

#: What each kind of private data looks like; a web address is no e-mail address.
_STREETS = (
    r"(?:rue|avenue|boulevard|chemin|impasse|allée|quai|street|road|lane|drive|close|"
    r"st\.|rd\.|ave\.|via|calle|straße|strasse)"
)
_DWELLING = (
    r"\b(?:lives?|living|resid(?:es?|ing)|dwell(?:s|ing)|home address|private address|"
    r"habite|demeurant|domicilié(?:e)?|wohnt|wohnhaft)\b"
)
_PATTERNS = {
    "an e-mail address": re.compile(r"(?<![\w/@.])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(
        r"(?<![\w.,+])\+[1-9][0-9]{0,2}[ ./-]?\(?[0-9](?:[ ()./-]{0,2}[0-9]){6,12}(?!\w)"
        r"|\b(?:tel|telephone|phone|mobile|téléphone|telefon|whatsapp)\b\W{0,3}"
        r"\(?[0-9](?:[ ()./-]{0,2}[0-9]){5,13}",
        re.IGNORECASE,
    ),
    "a home address": re.compile(
        rf"{_DWELLING}.{{0,40}}(?:[0-9]+\w?,?\s+{_STREETS}\b|\b{_STREETS}\b.{{0,30}}[0-9])",
        re.IGNORECASE,
    ),
}
#: What each of them contains, and few texts do.
_SIGN = re.compile(r"[@0-9]")
#: Fields of records that hold no prose: web addresses, checksums.
_SKIPPED = {"address", "sha256"}
_FACT_KEYS = list_keys(Fact)


def check_private_data(result: ReadResult) -> Diagnostics:
    """Return a finding for each text of a source or entity that holds private data."""
    diagnostics = Diagnostics()
    sources = ((each.source, each.location) for each in result.documents.values())
    entities = ((each.record, each.location) for each in result.entities if each.complete)
    for record, location in chain[tuple[Record, Location]](sources, entities):
        for path, text in _iter_texts(record.model_dump(by_alias=True, exclude_none=True)):
            _check_text(text, location, diagnostics, *path)
    return diagnostics


def check_private_data_of_fact(fact: Fact, location: Location, diagnostics: Diagnostics) -> None:
    """Report each text of a fact that holds private data."""
    for key, text in zip(_FACT_KEYS, fact.__dict__.values(), strict=True):
        if isinstance(text, str):
            _check_text(text, location, diagnostics, key)


def _check_text(text: str, location: Location, diagnostics: Diagnostics, *path: str) -> None:
    if kind := find_private_data(text):
        message = f"holds {kind}; leave it out: no private data belongs into the graph"
        diagnostics.add(location, message, *path)


@lru_cache(maxsize=16_384)
def find_private_data(text: str) -> str:
    """Return the kinds of private data in a text, as ``an e-mail address``, "" if it has none."""
    if not _SIGN.search(text):
        return ""
    found = [kind for kind, pattern in _PATTERNS.items() if pattern.search(text)]
    return join_alternatives(found) if found else ""


def _iter_texts(values: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the paths of the texts of a record, each with the text."""
    for key, value in values.items():
        if isinstance(value, str) and key not in _SKIPPED:
            yield (key,), value
        elif isinstance(value, dict):
            yield from (((key, *path), text) for path, text in _iter_texts(value))
