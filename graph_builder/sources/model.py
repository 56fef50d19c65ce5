"""What a fact file may hold: sources, entities and facts, as pydantic models.

Names of keys are the names of columns: a fact reads the same in YAML and in CSV.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
#: What a source record writes where the source bears no date, or its address is not known.
UNDATED = "undated"
UNKNOWN = "unknown"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def check_date(value: str) -> str:
    """Return a day, month or year as it is; raises ValueError if there is no such date."""
    if not DATE.fullmatch(value):
        raise ValueError(f"{value!r} is no date; write 2025-02-10, 2025-02 or 2025")
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise ValueError(f"there is no date {value}: {error}") from error
    return value


def _check_date(value: str) -> str:
    return value if value == UNDATED else check_date(value)


def _check_id(value: str) -> str:
    if not ID.fullmatch(value):
        raise ValueError(f"{value!r} is no id; use letters, digits and hyphens")
    return value


def _check_name(value: str) -> str:
    kind, _, local = value.partition(":")
    if not kind or not ID.fullmatch(local):
        raise ValueError(f"{value!r} is no id of a thing; write its kind and id, as in actor:IND")
    return value


def _check_language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise ValueError(f"{value!r} is no language tag; write en, fr or en-gb")
    return value


def _check_address(value: str) -> str:
    if value != UNKNOWN and not re.fullmatch(r'https?://[^\s<>"{}|\\^`]+', value):
        raise ValueError(f"{value!r} is no web address; it begins with http:// or https://")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Id = Annotated[str, AfterValidator(_check_id)]
Name = Annotated[str, AfterValidator(_check_name)]
Date = Annotated[str, AfterValidator(check_date)]
SourceDate = Annotated[str, AfterValidator(_check_date)]
Language = Annotated[str, AfterValidator(_check_language)]
Address = Annotated[str, AfterValidator(_check_address)]
Verification = Literal["primary", "official-copy", "cross-checked", "press"]


class Record(BaseModel):
    """The base of all records: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SourceText(Record):
    """The text that spans count on: its length in code points and its SHA-256 as UTF-8."""

    length: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Holding(Record):
    """What a source must hold: how many facts of a relation, with this end, day or kind of end."""

    relation: Text
    subject: Text | None = None
    object: Text | None = None
    class_: Annotated[Text | None, Field(alias="class")] = None
    from_: Annotated[Date | None, Field(alias="from")] = None
    count: Annotated[int, Field(ge=0)]


class Source(Record):
    """A source document: who published what, where, when, and under which terms."""

    id: Id
    title: Text
    publisher: Text
    address: Address
    date: SourceDate
    kind: Text
    language: Language
    title_language: Annotated[Language | None, Field(alias="title-language")] = None
    licence: Text
    verification: Verification
    note: Text | None = None
    text: SourceText | None = None
    holds: tuple[Holding, ...] = ()


class Entity(Record):
    """A thing of the registry: its id, its class, and the names it is shown by, by language."""

    id: Name
    class_: Annotated[str, Field(alias="class")]
    label: Annotated[dict[Language, Text], Field(min_length=1)]


class Fact(Record):
    """One statement of a source: what it says, in which passage, and how strongly."""

    subject: Text
    relation: Text
    object: Text
    section: Text
    anchor: Text | None = None
    start: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(gt=0)] | None = None
    modality: Text
    basis: Text | None = None
    verification: Verification | None = None
    from_: Annotated[Date | None, Field(alias="from")] = None
    to: Date | None = None
    as_of: Annotated[Date | None, Field(alias="as-of")] = None
    language: Language | None = None
    reason: Text | None = None
    note: Text | None = None

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
    lists: list[Text] = []
