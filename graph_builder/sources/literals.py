"""Literals: the datatype of a value follows from the relation's range."""

import re

from graph_builder.sources.model import check_date
from graph_builder.terms import Relation
from graph_builder.vocabulary import PREFIXES

_XSD = PREFIXES["xsd"]
LANG_STRING = PREFIXES["rdf"] + "langString"
_DATES = {4: _XSD + "gYear", 7: _XSD + "gYearMonth", 10: _XSD + "date"}


def date_type(value: str) -> str:
    """Return the datatype of a date at the precision it is written in; raises ValueError."""
    return _DATES[len(check_date(value))]


def datatype(value: str, relation: Relation) -> str:
    """Return the IRI of the datatype that a value has under a relation; raises ValueError."""
    ranges = relation.ranges
    if LANG_STRING in ranges:
        return LANG_STRING
    if _XSD + "integer" in ranges:
        if not re.fullmatch(r"0|-?[1-9]\d*", value):
            raise ValueError(f"{value!r} is no whole number")
        return _XSD + "integer"
    if not ranges.isdisjoint(_DATES.values()):
        found = date_type(value)
        if found not in ranges:
            raise ValueError(f"{value!r} is not as precise as {relation.name} wants it")
        return found
    return _XSD + "string"
