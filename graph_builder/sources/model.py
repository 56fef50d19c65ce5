"""What a fact file may hold: sources, entities and facts, as pydantic models.

Names of keys are the names of columns: a fact reads the same in YAML and in CSV.
"""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from graph_builder.texts import quoted

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
#: What a source record writes where the source bears no date, or its address is not known.
UNDATED = "undated"
UNKNOWN = "unknown"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
NUMBER = re.compile(r"[0-9]{1,9}")
ELLIPSIS = "…"


def check_date(value: str) -> str:
    """Return a day, month or year as it is; raises ValueError if there is no such date."""
    if not DATE.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no date; write 2025-02-10, 2025-02 or 2025")
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise ValueError(f"there is no date {value} in the calendar") from error
    return value


def _check_date(value: str) -> str:
    return value if value == UNDATED else check_date(value)


def _check_id(value: str) -> str:
    if not ID.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no id; use letters, digits and hyphens")
    return value


def _check_single(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    raise ValueError("a text rests on one other: the one that it copies or rewrites; write one id")


def _check_name(value: str) -> str:
    kind, _, local = value.partition(":")
    if not kind or not ID.fullmatch(local):
        raise ValueError(
            f"{quoted(value)} is no id of a thing; write its kind and id, as in actor:IND"
        )
    return value


def _check_language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no language tag; write en, fr or en-gb")
    return value


def _check_address(value: str) -> str:
    if value != UNKNOWN and not re.fullmatch(r'https?://[^\s\x00-\x1f\x7f-\x9f<>"{}|\\^`]+', value):
        raise ValueError(f"{quoted(value)} is no web address; it begins with http:// or https://")
    return value


def _check_number(value: Any) -> Any:
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no whole number; write at most 9 digits")
    return value


def _check_prose(value: str) -> str:
    return _check_line(value.replace("\n", " ").replace("\t", " ")) and value


def _check_line(value: str) -> str:
    control = next((c for c in value if unicodedata.category(c) == "Cc"), None)
    if control is not None:
        what = {"\n": "a line break", "\t": "a tab"}.get(
            control, f"the control character U+{ord(control):04X}"
        )
        raise ValueError(f"{quoted(value)} holds {what}; write plain words on one line")
    return value


def _check_anchor(value: str) -> str:
    first, ellipsis, last = (part.strip() for part in value.partition(ELLIPSIS))
    if ellipsis and not (first and last):
        raise ValueError(
            f"the anchor {quoted(value)} needs words on both sides of the {ELLIPSIS}: "
            "the first and the last ones of the passage"
        )
    return value


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
#: Words on one line, and those that may take several.
Line = Annotated[_Text, AfterValidator(_check_line)]
Prose = Annotated[_Text, AfterValidator(_check_prose)]
Anchor = Annotated[Line, AfterValidator(_check_anchor)]
Id = Annotated[str, AfterValidator(_check_id)]
SourceId = Annotated[str, AfterValidator(_check_id), BeforeValidator(_check_single)]
Name = Annotated[str, AfterValidator(_check_name)]
Date = Annotated[str, AfterValidator(check_date)]
SourceDate = Annotated[str, AfterValidator(_check_date)]
Language = Annotated[str, AfterValidator(_check_language)]
Address = Annotated[str, AfterValidator(_check_address)]
Number = Annotated[int, BeforeValidator(_check_number)]
Verification = Literal["primary", "official-copy", "cross-checked", "press"]


class Record(BaseModel):
    """The base of all records: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceText(Record):
    """The text that spans count on: its length in code points and its SHA-256 as UTF-8."""

    length: Annotated[Number, Field(gt=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Holding(Record):
    """What a source must hold: how many facts of a relation, with this end, day or kind of end."""

    relation: Line
    subject: Line | None = None
    object: Line | None = None
    class_: Annotated[Line | None, Field(alias="class")] = None
    from_: Annotated[Date | None, Field(alias="from")] = None
    count: Annotated[int, Field(ge=0)]


class Source(Record):
    """A source document: who published what, where, when, and under which terms.

    ``rests_on`` is the source that it copies, translates or rewrites; ``origin`` names whose word
    it is where that is neither a source here nor the publisher, such as a news agency.
    """

    id: Id
    title: Line
    publisher: Line
    rests_on: Annotated[SourceId | None, Field(alias="rests-on")] = None
    origin: Line | None = None
    address: Address
    date: SourceDate
    kind: Line
    language: Language
    title_language: Annotated[Language | None, Field(alias="title-language")] = None
    licence: Line
    verification: Verification
    note: Prose | None = None
    text: SourceText | None = None
    holds: tuple[Holding, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.rests_on and self.origin:
            raise ValueError(
                "rests-on and origin exclude each other: a copy has the origin of the original"
            )
        return self


class Entity(Record):
    """A thing of the registry: its id, its class, and the names it is shown by, by language."""

    id: Name
    class_: Annotated[Line, Field(alias="class")]
    label: Annotated[dict[Language, Line], Field(min_length=1)]


class Fact(Record):
    """One statement of a source: what it says, in which passage, and how strongly."""

    subject: Line
    relation: Line
    object: Line
    section: Line
    anchor: Anchor | None = None
    start: Annotated[Number, Field(ge=0)] | None = None
    end: Annotated[Number, Field(gt=0)] | None = None
    modality: Line
    basis: Line | None = None
    verification: Verification | None = None
    from_: Annotated[Date | None, Field(alias="from")] = None
    to: Date | None = None
    as_of: Annotated[Date | None, Field(alias="as-of")] = None
    language: Language | None = None
    reason: Prose | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end go together")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"the span ends at {self.end}, before it starts at {self.start}")
        if self.start is not None and self.anchor is None:
            raise ValueError("a span needs its anchor: the words that stand there")
        if self.as_of and (self.from_ or self.to):
            raise ValueError("a fact holds either from and to, or as-of")
        if self.from_ and self.to and self.to < self.from_[: len(self.to)]:
            raise ValueError(f"the fact ends ({self.to}) before it begins ({self.from_})")
        return self


class FactFile(Record):
    """The outline of a YAML fact file: one source with its facts, or entities alone."""

    source: dict[str, Any] | None = None
    entities: list[Any] = []
    facts: list[Any] = []
    lists: list[Line] = []
