"""Strengths: modality and basis of a fact, and what they ask for."""

from graph_builder.core.errors import suggest_similar
from graph_builder.core.ontology import Ontology
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Fact

#: Relations of what a heading alone says.
HEADLINE_RELATIONS = {"headlineTheme"}
#: The modality and the basis of what is neither more nor less than said.
DEFAULT_STATUS = {"modality": "reported", "basis": "stated"}


def find_basis(fact: Fact, vocabulary: Ontology) -> str:
    """Return a fact's basis: as given, else the one named like its modality, else stated.

    A basis that is kept apart has to be given: what an author says by the way is still stated.
    """
    named = f"basis:{fact.modality}"
    apart = vocabulary.members["basis:kept-apart"]
    known = named in vocabulary.concepts and expand(named) not in apart
    return fact.basis or (fact.modality if known else "stated")


def check_epistemic_status(
    fact: Fact, place: Location, vocabulary: Ontology, findings: Diagnostics
) -> None:
    """Add a finding for each word of strength that is unknown or does not fit the others."""
    for kind, value in (("modality", fact.modality), ("basis", fact.basis)):
        if value and f"{kind}:{value}" not in vocabulary.concepts:
            near = suggest_similar(value, vocabulary.scheme(kind))
            advice = near or f"; what a source plainly says is {DEFAULT_STATUS[kind]}"
            findings.add(place, f"unknown {kind} {quote(value)}{advice}", kind)
    basis = find_basis(fact, vocabulary)
    apart = PREFIXES["basis"] + basis in vocabulary.members["basis:kept-apart"]
    if apart and "reason" not in fact.model_fields_set:
        findings.add(place, f"a fact whose basis is {basis} needs a reason")
    if fact.relation in HEADLINE_RELATIONS and fact.modality and basis != "editorial":
        message = f"{fact.relation} is what a heading alone says; write the modality editorial"
        findings.add(place, message, "basis" if fact.basis else "modality")
