"""Datatypes of literals, which follow from the range of the relation."""

import re
from collections.abc import Sequence

from graph_builder.core.number_forms import find_number_readings
from graph_builder.core.ontology import Relation
from graph_builder.core.text import join_alternatives, quote
from graph_builder.core.validity_period import check_date
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.ingest.addresses import ADDRESS_PATTERN, check_address

_XSD = PREFIXES["xsd"]
LANG_STRING = PREFIXES["rdf"] + "langString"
#: Relations whose numbers begin at 1.
ORDINAL_RELATIONS = {"editionNumber"}
INTEGER = _XSD + "integer"
ANY_URI = _XSD + "anyURI"
DECIMAL = _XSD + "decimal"
NUMBER_TYPES = frozenset({INTEGER, DECIMAL})
INTEGER_PATTERN = re.compile(r"0|-?[1-9][0-9]{0,17}")
#: Datatypes whose literals have one form each: the form, and what to call it in a message.
LITERAL_FORMS = {
    _XSD + "boolean": (re.compile(r"true|false"), "true or false"),
    DECIMAL: (re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?"), "a number such as 250 or 1.5"),
    ANY_URI: (
        ADDRESS_PATTERN,
        "a web address that starts with http:// or https://",
    ),
}
#: Relations whose texts have one form each: the form, and what to call it in a message.
TEXT_FORMS = {
    "dueWithin": (
        re.compile(r"P(?=[0-9])([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,5}D)?"),
        "a length of time such as P90D (90 days), P6M (six months) or P1Y (a year)",
    ),
    "currency": (re.compile(r"[A-Z]{3}"), "the code of a currency such as USD"),
}
_DATE_TYPES_BY_LENGTH = {4: _XSD + "gYear", 7: _XSD + "gYearMonth", 10: _XSD + "date"}
DATE_TYPES = frozenset(_DATE_TYPES_BY_LENGTH.values())


def find_date_datatype(value: str) -> str:
    """Return the IRI of the datatype of a year, month or day; raises ValueError."""
    return _DATE_TYPES_BY_LENGTH[len(check_date(value))]


def find_datatype(value: str, relation: Relation) -> str:
    """Return the IRI of the datatype that a value has under a relation; raises ValueError."""
    ranges = relation.ranges
    if LANG_STRING in ranges:
        return LANG_STRING
    if INTEGER in ranges:
        if not INTEGER_PATTERN.fullmatch(value):
            name = "a whole number of at most 18 digits"
            raise ValueError(_explain_number(value, INTEGER_PATTERN, name))
        if relation.name in ORDINAL_RELATIONS and int(value) < 1:
            raise ValueError(f"{relation.name} must be at least 1 (not {value})")
        return INTEGER
    if not ranges.isdisjoint(DATE_TYPES):
        datatype = find_date_datatype(value)
        if datatype not in ranges:
            raise ValueError(f"{quote(value)} is less or more precise than {relation.name} allows")
        return datatype
    for datatype in LITERAL_FORMS:
        if datatype in ranges:
            _check_literal(value, datatype)
            return datatype
    if relation.name in TEXT_FORMS:
        _check_form(value, *TEXT_FORMS[relation.name])
    return _XSD + "string"


def _check_literal(value: str, datatype: str) -> None:
    if datatype == ANY_URI:
        check_address(value)
        return
    form, name = LITERAL_FORMS[datatype]
    if datatype == DECIMAL and not form.fullmatch(value):
        raise ValueError(_explain_number(value, form, name))
    _check_form(value, form, name)


def _explain_number(value: str, form: re.Pattern[str], name: str) -> str:
    """Return what to write instead of a text that is no number of a form."""
    readings = find_number_readings(value)
    if not any(map(form.fullmatch, readings)):
        return f"{quote(value)} is not {name}"
    if len(readings) == 1:
        return f"{quote(value)} is written {readings[0]} here"
    return explain_readings(value, readings)


def explain_readings(value: str, readings: Sequence[str]) -> str:
    """Return a message on a number that may be a whole one in groups of digits, or a decimal."""
    whole, decimal = readings
    written = f"write {whole} or {decimal}0"  # four decimals are no group of digits
    return f"{quote(value)} may be {join_alternatives(readings)}; {written}"


def _check_form(value: str, form: re.Pattern[str], name: str) -> None:
    if not form.fullmatch(value):
        raise ValueError(f"{quote(value)} is not {name}")
