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
    WithJsonSchema,
    model_validator,
)

from graph_builder.core.text import quote, shorten

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
DATE_PATTERN = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
#: What a source record writes where the source bears no date, or its address is not known.
UNDATED = "undated"
UNKNOWN_ADDRESS = "unknown"
LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
NUMBER_PATTERN = re.compile(r"[0-9]{1,9}")
ADDRESS_PATTERN = re.compile(r'https?://[^\s\x00-\x1f\x7f-\x9f<>"{}|\\^`]+')
ELLIPSIS = "…"


def check_date(value: str) -> str:
    """Return a day, month or year as it is; raises ValueError if there is no such date."""
    if not DATE_PATTERN.fullmatch(value):
        raise ValueError(f"{quote(value)} is no date; write 2025-02-10, 2025-02 or 2025")
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise ValueError(f"there is no date {value} in the calendar") from error
    return value


def _check_source_date(value: str) -> str:
    return value if value == UNDATED else check_date(value)


def _check_id(value: str) -> str:
    if not ID_PATTERN.fullmatch(value):
        raise ValueError(f"{quote(value)} is no id; use letters, digits and hyphens")
    return value


def _check_not_list(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    raise ValueError("a text rests on one other: the one that it copies or rewrites; write one id")


def _check_prefixed_id(value: str) -> str:
    kind, _, local = value.partition(":")
    if not kind or not ID_PATTERN.fullmatch(local):
        words = re.findall(r"[a-z0-9]+", local.lower()) if kind.islower() else []
        example = f"{kind}:{'-'.join(words)}" if words else "actor:IND"
        wanted = f"write its kind and id, as in {shorten(example)}"
        raise ValueError(f"{quote(value)} is no id of a thing; {wanted}")
    return value


def _check_language(value: str) -> str:
    if not LANGUAGE_PATTERN.fullmatch(value):
        raise ValueError(f"{quote(value)} is no language tag; write en, fr or en-gb")
    return value


def _check_address(value: str) -> str:
    if value != UNKNOWN_ADDRESS and not ADDRESS_PATTERN.fullmatch(value):
        raise ValueError(f"{quote(value)} is no web address; it begins with http:// or https://")
    return value


def _check_number(value: Any) -> Any:
    if isinstance(value, str) and not NUMBER_PATTERN.fullmatch(value):
        raise ValueError(f"{quote(value)} is no whole number; write at most 9 digits")
    return value


def _check_prose(value: str) -> str:
    return _check_line(value.replace("\n", " ").replace("\t", " ")) and value


def _check_line(value: str) -> str:
    control = next((c for c in value if unicodedata.category(c) == "Cc"), None)
    if control is not None:
        what = {"\n": "a line break", "\t": "a tab"}.get(
            control, f"the control character U+{ord(control):04X}"
        )
        raise ValueError(f"{quote(value)} holds {what}; write plain words on one line")
    return value


def _check_anchor(value: str) -> str:
    first, ellipsis, last = (part.strip() for part in value.partition(ELLIPSIS))
    if ellipsis and not (first and last):
        raise ValueError(
            f"the anchor {quote(value)} needs words on both sides of the {ELLIPSIS}: "
            "the first and the last ones of the passage"
        )
    return value


def _pattern_schema(pattern: str, wanted: str, *more: str) -> WithJsonSchema:
    """Return what a JSON Schema says of words of a pattern; 2025 is a number to an editor."""
    types = ["string", *more]
    return WithJsonSchema(
        {"type": types, "pattern": f"^({pattern})$", "patternErrorMessage": f"Write {wanted}."}
    )


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
#: Words on one line, and those that may take several.
SingleLine = Annotated[_Text, AfterValidator(_check_line)]
MultiLine = Annotated[_Text, AfterValidator(_check_prose)]
Anchor = Annotated[SingleLine, AfterValidator(_check_anchor)]
Id = Annotated[
    str,
    AfterValidator(_check_id),
    _pattern_schema(ID_PATTERN.pattern, "letters, digits and hyphens", "integer"),
]
SourceId = Annotated[Id, BeforeValidator(_check_not_list)]
PrefixedId = Annotated[
    str,
    AfterValidator(_check_prefixed_id),
    _pattern_schema(f"[a-z]+:{ID_PATTERN.pattern}", "a kind and an id: place:oslo"),
]
Date = Annotated[
    str,
    AfterValidator(check_date),
    _pattern_schema(DATE_PATTERN.pattern, "2025-02-10, 2025-02 or 2025", "integer"),
]
SourceDate = Annotated[
    str,
    AfterValidator(_check_source_date),
    _pattern_schema(
        f"{DATE_PATTERN.pattern}|{UNDATED}", f"2025-02-10, 2025-02, 2025 or {UNDATED}", "integer"
    ),
]
Language = Annotated[
    str,
    AfterValidator(_check_language),
    _pattern_schema(LANGUAGE_PATTERN.pattern, "a tag: en, fr or en-gb"),
]
Address = Annotated[
    str,
    AfterValidator(_check_address),
    _pattern_schema(
        f"{ADDRESS_PATTERN.pattern}|{UNKNOWN_ADDRESS}",
        f"an address with http:// or https://, or {UNKNOWN_ADDRESS}",
    ),
]
Offset = Annotated[int, Field(ge=0), BeforeValidator(_check_number)]
Length = Annotated[int, Field(gt=0), BeforeValidator(_check_number)]
Verification = Literal["primary", "official-copy", "cross-checked", "press"]


class Record(BaseModel):
    """The base of all records: unknown keys are errors, values do not change.

    The words below a key are shown wherever somebody fills it in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SourceText(Record):
    """The text that spans count on: its length in code points and its SHA-256 as UTF-8."""

    length: Length
    """Its number of characters (Unicode code points)."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """The SHA-256 of its UTF-8, so that a changed text is noticed."""


class ExpectedCount(Record):
    """What a source must hold: how many facts of a relation, with this end, day or kind of end."""

    relation: SingleLine
    """The relation whose facts are counted."""
    subject: SingleLine | None = None
    """Only facts of this subject are counted."""
    object: SingleLine | None = None
    """Only facts of this object are counted."""
    class_: Annotated[SingleLine | None, Field(alias="class")] = None
    """Only facts whose other end is of this class are counted."""
    from_: Annotated[Date | None, Field(alias="from")] = None
    """Only facts that begin on this day are counted."""
    count: Annotated[int, Field(ge=0)]
    """How many there must be; a build that finds more or fewer stops."""


class Source(Record):
    """A source document: who published what, where, when, and under which terms."""

    id: Id
    """The id of the source: letters, digits and hyphens, not used by another source."""
    title: SingleLine
    """The title that the document bears."""
    publisher: SingleLine
    """Who published it: a ministry, a newspaper, an institute."""
    rests_on: Annotated[SourceId | None, Field(alias="rests-on")] = None
    """The id of the source that it copies, translates or rewrites."""
    origin: SingleLine | None = None
    """Whose word it is, where that is neither a source here nor the publisher: a news agency."""
    address: Address
    """The web address where it was read; "unknown" if there is none."""
    date: SourceDate
    """The day, month or year that it bears, such as "2025-02-11"; "undated" if it bears none."""
    kind: SingleLine
    """What it is, in a few words: press release, press article, official text, law text."""
    language: Language
    """The language it is written in, as a tag: en, fr, hi."""
    title_language: Annotated[Language | None, Field(alias="title-language")] = None
    """The language of the title above, where it is another one (a translated title)."""
    licence: SingleLine
    """The terms under which it may be reused, as it says; "not seen" if it does not."""
    verification: Verification
    """What was read to check the facts; a fact may say it anew for itself."""
    note: MultiLine | None = None
    """Anything that a reader should know of the source."""
    text: SourceText | None = None
    """The text that anchors and spans are looked up in, by `aigg check FILE --text TEXT`."""
    holds: tuple[ExpectedCount, ...] = ()
    """What the source must hold, for long lists: a build that counts more or fewer stops."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.rests_on and self.origin:
            raise ValueError(
                "rests-on and origin exclude each other: a copy has the origin of the original"
            )
        return self


class Entity(Record):
    """A thing of the registry: its id, its class, and the names it is shown by, by language."""

    id: PrefixedId
    """Its kind, a colon, and words in small letters joined by hyphens: event:my-conference-2025."""
    class_: Annotated[SingleLine, Field(alias="class")]
    """What it is, as narrow as the source allows."""
    label: Annotated[dict[Language, SingleLine], Field(min_length=1)]
    """The names it is shown by, one a language: {en: My Conference 2025}."""


class Fact(Record):
    """One statement of a source: what it says, in which passage, and how strongly."""

    model_config = ConfigDict(
        json_schema_extra={
            "dependencies": {
                "start": ["end", "anchor"],
                "end": ["start", "anchor"],
                "as-of": {"not": {"anyOf": [{"required": ["from"]}, {"required": ["to"]}]}},
            }
        }
    )

    subject: SingleLine
    """Whom or what the fact is about: an id such as actor:FRA."""
    relation: SingleLine
    """What is said of it: a relation of the ontology, such as endorsed."""
    object: SingleLine
    """The other end: an id such as instrument:bletchley-declaration, or a date, number or words."""
    section: SingleLine
    """Where in the source it stands, for a reader who looks it up: lead, para 4, Annex I."""
    anchor: Anchor | None = None
    """Words of the passage, letter by letter; of a long one the first words … the last words."""
    start: Offset | None = None
    """Where the anchor begins in the text, in characters counted from 0."""
    end: Length | None = None
    """Where the anchor ends: the number of the character behind its last one."""
    modality: SingleLine
    """In which sense the source says it."""
    basis: SingleLine | None = None
    """How the fact comes out of the source, where it is not plainly stated."""
    verification: Verification | None = None
    """What was read to check this fact, where it is not what the source says above."""
    from_: Annotated[Date | None, Field(alias="from")] = None
    """The day, month or year of an act, or since when a state holds."""
    to: Date | None = None
    """Until when it holds."""
    as_of: Annotated[Date | None, Field(alias="as-of")] = None
    """When it is said to hold, where the source gives no beginning; not beside from or to."""
    language: Language | None = None
    """The language of an object that is words, where it is not that of the source."""
    reason: MultiLine | None = None
    """Why you hold it to be so: needed for a basis of inferred or background."""
    note: MultiLine | None = None
    """Anything that a reader of the fact should know."""

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
    """The document that says it all."""
    entities: list[Any] = []
    """Things that the facts name and that nobody has declared yet."""
    facts: list[Any] = []
    """What the source says, a statement each."""
    lists: list[SingleLine] = []
    """CSV files beside this one with more facts, a row each; the first row names the keys."""
