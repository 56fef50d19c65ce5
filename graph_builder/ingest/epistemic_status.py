"""Epistemic status: the modality and the basis of a fact, and what they require."""

from graph_builder.core.errors import suggest_similar
from graph_builder.core.ontology import Ontology
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Fact

#: Relations of facts that only a headline states.
HEADLINE_RELATIONS = {"headlineTheme"}
#: The modality and the basis of a fact that a source plainly states.
DEFAULT_STATUS = {"modality": "reported", "basis": "stated"}


def find_basis(fact: Fact, ontology: Ontology) -> str:
    """Return the basis that a fact gives, else the one of the same name as its modality, or stated.

    A fact with a rank is judged. A basis whose facts are kept apart (inferred, background) applies
    only where a fact gives it.
    """
    if fact.rank:
        return "judged"
    same_name = f"basis:{fact.modality}"
    kept_apart = ontology.members["basis:kept-apart"]
    applies = same_name in ontology.concepts and expand(same_name) not in kept_apart
    return fact.basis or (fact.modality if applies else "stated")


def check_epistemic_status(
    fact: Fact, location: Location, ontology: Ontology, diagnostics: Diagnostics
) -> None:
    """Report an unknown modality or basis, a missing reason, and a headline not editorial."""
    for kind, value in (("modality", fact.modality), ("basis", fact.basis)):
        if value and f"{kind}:{value}" not in ontology.concepts:
            near = suggest_similar(value, ontology.list_concepts(kind))
            advice = near or f"; write {DEFAULT_STATUS[kind]} for what a source plainly says"
            diagnostics.add(location, f"unknown {kind} {quote(value)}{advice}", kind)
    if fact.rank and (fact.modality != "evaluative" or not fact.reason):
        message = "a rank is a judgement; write the modality evaluative, and give the reason"
        diagnostics.add(location, message, "rank")
    basis = find_basis(fact, ontology)
    is_excluded_from_merge = PREFIXES["basis"] + basis in ontology.members["basis:kept-apart"]
    if is_excluded_from_merge and "reason" not in fact.model_fields_set:
        diagnostics.add(location, f"a fact with the basis {basis} needs a reason")
    if fact.relation in HEADLINE_RELATIONS and fact.modality and basis != "editorial":
        message = f"{fact.relation} is for headlines; write the modality editorial"
        diagnostics.add(location, message, "basis" if fact.basis else "modality")
