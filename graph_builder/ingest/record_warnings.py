"""Warnings about what one record says by itself: it may be right, but hardly is."""

from collections.abc import Iterable
from datetime import date, datetime

from graph_builder.core.text import format_count, quote, shorten_id
from graph_builder.core.validity_period import DateRange
from graph_builder.ingest.checked_facts import CheckedFact
from graph_builder.ingest.language_hints import is_language
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Entity, Source
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.ingest.time_checks import list_days_of_deed

#: The most characters that names and titles have; notes may be longer.
MAX_NAME = 500
_NAMES = ("title", "publisher", "kind", "licence", "origin")
#: Relations by which a thing is a part of one other.
_WHOLES = ("sideEventOf", "sessionOf")


def warn_of_source(source: Source, location: Location, diagnostics: Diagnostics) -> None:
    """Warn of a day to come, an origin that is the publisher, long names and unknown languages."""
    issued = DateRange.parse_or_none(source.date)
    if issued and issued.first > _get_today():
        diagnostics.add(location, f"{source.date} is a day to come; check the date", "date")
    if source.origin and source.origin.casefold() == source.publisher.casefold():
        message = "the origin is the publisher; delete the key, or name who reported it first"
        diagnostics.add(location, message, "origin")
    for key in _NAMES:
        _warn_of_length(getattr(source, key) or "", location, diagnostics, key)
    for key, tag in (("language", source.language), ("title-language", source.title_language)):
        _warn_of_language(tag or "", location, diagnostics, key)


def warn_of_entity(located: LocatedRecord[Entity], diagnostics: Diagnostics) -> None:
    """Warn of long labels and unknown languages."""
    for tag, label in located.record.label.items():
        _warn_of_length(label, located.location, diagnostics, "label", tag)
        _warn_of_language(tag, located.location, diagnostics, "label", tag)


def warn_of_facts(
    own: Iterable[CheckedFact], every: Iterable[CheckedFact], diagnostics: Diagnostics
) -> None:
    """Warn of facts that are odd by themselves, or for what is said of the same subject."""
    series = {each.record.subject for each in every if each.record.relation == "editionOf"}
    wholes: dict[tuple[str, str], str] = {}
    for each in own:
        fact = each.record
        _warn_of_language(fact.language or "", each.location, diagnostics, "language")
        if fact.modality == "denied" and fact.basis == "background":
            message = (
                "background is what no source says; write how the source denies it, or reported"
            )
            diagnostics.add(each.location, message, "basis")
        if not each.is_affirmed:
            continue
        _warn_of_day_to_come(each, diagnostics)
        if each.relation.is_count and fact.object == "0":
            diagnostics.add(each.location, "the source counts none; check the number", "object")
        if fact.relation == "editionNumber" and fact.subject not in series:
            message = (
                f"no fact says of what {shorten_id(fact.subject)} is an edition; add editionOf"
            )
            diagnostics.add(each.location, message, "subject")
        if fact.relation in _WHOLES:
            whole = wholes.setdefault((fact.subject, fact.relation), fact.object)
            if whole != fact.object:
                message = f"the source says {fact.relation} {shorten_id(whole)} too; check both"
                diagnostics.add(each.location, message, "object")


def _warn_of_day_to_come(fact: CheckedFact, diagnostics: Diagnostics) -> None:
    """Warn of what a source without a date tells as done on a day to come."""
    if fact.issued:
        return
    for key, given in list_days_of_deed(fact):
        if given.first > _get_today():
            message = f"{given.first} is a day to come; write the modality intended or announced"
            diagnostics.add(fact.location, f"{message}, or correct the date", key)


def _warn_of_length(text: str, location: Location, diagnostics: Diagnostics, *key: str) -> None:
    if len(text) > MAX_NAME:
        message = f"{format_count(len(text), 'character')} is long for a name; check the text"
        diagnostics.add(location, message, *key)


def _warn_of_language(tag: str, location: Location, diagnostics: Diagnostics, *key: str) -> None:
    if tag and not is_language(tag):
        message = f"{quote(tag)} begins with no code of a language (ISO 639); check the tag"
        diagnostics.add(location, message, *key)


def _get_today() -> date:
    return datetime.now().astimezone().date()
