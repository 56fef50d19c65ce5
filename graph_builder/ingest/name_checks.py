"""Checks of names: two ids for one name, and letters of mixed alphabets."""

import unicodedata

from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import USER_ASSIGNED_CODES, Ontology
from graph_builder.core.text import quote, shorten_id
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.locations import Diagnostics

#: Alphabets with letters that look like those of another one.
_LOOKALIKE_ALPHABETS = {"LATIN", "CYRILLIC", "GREEK"}


def check_names(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Return a finding for each label that is no name, or that another thing of its kind has."""
    diagnostics = Diagnostics()
    known: dict[tuple[str, str], str] = {
        ("actor", _fold(name)): f"actor:{country.alpha3}"
        for country in ontology.countries.values()
        if country.alpha3 not in USER_ASSIGNED_CODES
        for name in country.names.values()
    }
    for concept, labels in ontology.labels.items():
        known |= {(concept.partition(":")[0], _fold(label)): concept for label in labels}
    for each in (each for each in result.entities if each.complete):
        kind = each.record.id.partition(":")[0]
        for label in each.record.label.values():
            first = known.setdefault((kind, _fold(label)), each.record.id)
            if message := _describe_problem(label, each.record.id, first):
                diagnostics.add(each.location, message, "label")
                break
    return diagnostics


def _describe_problem(label: str, name: str, first: str) -> str:
    """Return what is wrong with a label, given the first thing that has it, "" if nothing."""
    words = [] if label.isascii() else label.split()
    if word := next(filter(_mixes_alphabets, words), ""):
        return f"{quote(word)} mixes letters of two alphabets that look alike; type it again"
    return (
        f"{shorten_id(first)} has the label {quote(label)} too; use its id" if first != name else ""
    )


def _mixes_alphabets(word: str) -> bool:
    """Return whether a word has letters of two alphabets that look alike."""
    alphabets = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
    return len(alphabets & _LOOKALIKE_ALPHABETS) > 1


def _fold(label: str) -> str:
    return "".join(fold_words(label))
