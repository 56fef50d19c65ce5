"""Models of the records in fact files: sources, entities and facts.

Keys and columns have the same names, so a fact reads the same in YAML and in CSV.
"""

import re
import unicodedata
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
from pyoxigraph import Literal as TextLiteral

from graph_builder.core.text import quote, quote_id, shorten_id
from graph_builder.core.validity_period import DATE_PATTERN, check_date
from graph_builder.ingest.addresses import ADDRESS_PATTERN, check_address

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
#: Values of a source record for a source without a date, and for an unknown address.
UNDATED = "undated"
UNKNOWN_ADDRESS = "unknown"
LANGUAGE_PATTERN = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
NUMBER_PATTERN = re.compile(r"[0-9]{1,9}")
ELLIPSIS = "…"
#: The keys of a fact that hold a date, and the names of their fields.
DATE_KEYS = {"from": "from_", "to": "to", "as-of": "as_of"}
#: The class of entities that are concepts: with a definition, and under other concepts.
THEME_CLASS = "PolicyTheme"


def _check_source_date(value: str) -> str:
    return value if value == UNDATED else check_date(value)


def _check_id(value: str) -> str:
    if not ID_PATTERN.fullmatch(value):
        raise ValueError(f"{quote_id(value)} is not an id; use letters, digits and hyphens")
    return value


def _check_not_list(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    raise ValueError(
        "give one id, not a list: the id of the source that this source copies or rewrites"
    )


def _check_prefixed_id(value: str) -> str:
    kind, _, local = value.partition(":")
    if not kind or not ID_PATTERN.fullmatch(local):
        words = re.findall(r"[a-z0-9]+", local.lower()) if kind.islower() else []
        example = f"{kind}:{'-'.join(words)}" if words else "actor:IND"
        advice = f"write its kind and id, such as {shorten_id(example)}"
        raise ValueError(f"{quote_id(value)} is not the id of an entity; {advice}")
    return value


def check_language(value: str) -> str:
    """Return a language tag (BCP 47) in lower case, as the engine has it; raises ValueError."""
    tag = value.strip().lower()
    try:
        is_tag = LANGUAGE_PATTERN.fullmatch(tag) and TextLiteral("", language=tag).language == tag
    except ValueError:
        is_tag = False
    if is_tag:
        return tag
    if LANGUAGE_PATTERN.fullmatch(hyphened := tag.replace("_", "-").partition(".")[0]):
        raise ValueError(f"{quote(value)} is not a language tag; write {hyphened}")
    raise ValueError(f"{quote(value)} is not a language tag; write en, fr or en-gb")


def _check_labels(value: Any) -> Any:
    """Return the labels as they are; raises ValueError if two tags differ only in case."""
    tags = [tag.lower() for tag in value if isinstance(tag, str)] if isinstance(value, dict) else []
    if len(set(tags)) < len(tags):
        twice = next(tag for tag in tags if tags.count(tag) > 1)
        raise ValueError(f"two labels have the language {quote(twice)}; write one")
    return value


def _check_address(value: str) -> str:
    return value if value == UNKNOWN_ADDRESS else check_address(value)


def _check_number(value: Any) -> Any:
    if isinstance(value, str) and not NUMBER_PATTERN.fullmatch(value):
        raise ValueError(f"{quote(value)} is not a whole number of at most 9 digits")
    return value


def _check_prose(value: str) -> str:
    return _check_line(value.replace("\n", " ").replace("\t", " ")) and value


def _check_line(value: str) -> str:
    if value.isprintable():
        return value
    control = next((c for c in value if unicodedata.category(c) == "Cc"), None)
    if control is not None:
        what = {"\n": "a line break", "\t": "a tab"}.get(
            control, f"the control character U+{ord(control):04X}"
        )
        raise ValueError(f"{quote(value)} contains {what}; write plain text on one line")
    return value


def _check_words(value: str) -> str:
    if not any(map(str.isalnum, value)):
        raise ValueError(f"{quote(value)} has no letters and no digits; write words")
    return value


def _check_anchor(value: str) -> str:
    first, ellipsis, last = (part.strip() for part in value.partition(ELLIPSIS))
    if ellipsis and not (first and last):
        raise ValueError(
            f"the anchor {quote(value)} needs words on both sides of the {ELLIPSIS}: "
            "the first and the last words of the passage"
        )
    return value


def _pattern_schema(pattern: str, expected: str, *types: str) -> WithJsonSchema:
    """Return the JSON Schema of text that matches a pattern; 2025 is a number to an editor."""
    return WithJsonSchema(
        {
            "type": ["string", *types],
            "pattern": f"^({pattern})$",
            "patternErrorMessage": f"Write {expected}.",
        }
    )


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
_Line = Annotated[_Text, AfterValidator(_check_line)]
#: Text on one line, and text that may have several.
SingleLine = Annotated[_Line, AfterValidator(_check_words)]
MultiLine = Annotated[_Text, AfterValidator(_check_prose), AfterValidator(_check_words)]
Anchor = Annotated[_Line, AfterValidator(_check_anchor), AfterValidator(_check_words)]
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
    AfterValidator(check_language),
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
Verification = Literal["primary", "official-copy", "cross-checked", "dataset", "press"]


class Record(BaseModel):
    """Base of all records, which are immutable; unknown keys are errors.

    The docstring of a key is shown to those who fill it in: in new fact files and by editors.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SourceText(Record):
    """The text that spans refer to: its length in code points and its SHA-256 as UTF-8."""

    length: Length
    """Its number of characters (Unicode code points)."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """The SHA-256 of its UTF-8, so that a changed text is noticed."""


class ExpectedCount(Record):
    """The expected number of facts of a relation, possibly of one end, class or day only."""

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
    """The expected number of facts; a build that finds another number stops."""


class Source(Record):
    """A source document: who published what, where, when, and under which terms."""

    id: Id
    """The id of the source: letters, digits and hyphens, not used by another source."""
    title: SingleLine
    """The title of the document."""
    publisher: SingleLine
    """Who published it: a ministry, a newspaper, an institute."""
    rests_on: Annotated[SourceId | None, Field(alias="rests-on")] = None
    """The id of the source that it copies, translates or rewrites."""
    origin: SingleLine | None = None
    """Who first reported it, if that is neither a source here nor the publisher: a news agency."""
    address: Address
    """The web address where it was read; "unknown" if there is none."""
    date: SourceDate
    """The day, month or year of the document, such as "2025-02-11"; "undated" if it has none."""
    kind: SingleLine
    """What it is, in a few words: press release, press article, official text, law text."""
    language: Language
    """The language it is written in, as a tag: en, fr, hi."""
    title_language: Annotated[Language | None, Field(alias="title-language")] = None
    """The language of the title above, if it differs (a translated title)."""
    licence: SingleLine
    """The terms of reuse, as the source states them; "not seen" if it does not."""
    verification: Verification
    """What was read to check the facts; a single fact may give another value."""
    note: MultiLine | None = None
    """Anything that a reader should know about the source."""
    text: SourceText | None = None
    """The text in which `aigg check FILE --text TEXT` looks up anchors and their positions."""
    holds: tuple[ExpectedCount, ...] = ()
    """Expected numbers of facts, for long lists; a build that finds other numbers stops."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.rests_on and self.origin:
            raise ValueError(
                "write rests-on or origin, not both: a copy has the origin of its original"
            )
        return self


class Entity(Record):
    """An entity of the registry: its id, its class, and its labels by language."""

    id: PrefixedId
    """Its kind, a colon, and lower-case words joined by hyphens: event:my-conference-2025."""
    class_: Annotated[SingleLine, Field(alias="class")]
    """What it is, as specific as the source allows."""
    label: Annotated[
        dict[Language, SingleLine], BeforeValidator(_check_labels), Field(min_length=1)
    ]
    """Its name, one per language: {en: My Conference 2025}."""
    note: MultiLine | None = None
    """Why something that readers look for is missing, such as the country of a body."""
    definition: MultiLine | None = None
    """Only of a theme, which needs it: what it means, in English and in your own words."""
    broader: PrefixedId | None = None
    """Only of a theme: the theme under which all of it falls, such as theme:ai-safety."""
    close_match: Annotated[PrefixedId | None, Field(alias="close-match")] = None
    """Only of a theme: one with which it overlaps, if none is broader."""

    @property
    def is_theme(self) -> bool:
        """Whether it is a theme; only a theme has a definition and leads to other themes."""
        return self.class_ == THEME_CLASS

    @property
    def links(self) -> tuple[str, ...]:
        """The themes to which it leads."""
        return tuple(each for each in (self.broader, self.close_match) if each)


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
    """Who or what the fact is about: an id such as actor:FRA."""
    relation: SingleLine
    """What is said about it: a relation of the ontology, such as endorsed."""
    object: SingleLine
    """The other end: an id such as instrument:bletchley-declaration, or a date, number or text."""
    section: SingleLine
    """Where in the source it is, for a reader who looks it up: lead, para 4, Annex I."""
    anchor: Anchor | None = None
    """The exact words of the passage; of a long one, the first words … the last words."""
    start: Offset | None = None
    """Where the anchor begins in the text, in characters counted from 0."""
    end: Length | None = None
    """Where the anchor ends: the number of the character after its last one."""
    modality: SingleLine
    """How the source says it."""
    basis: SingleLine | None = None
    """How the fact follows from the source, if the source does not plainly state it."""
    verification: Verification | None = None
    """What was read to check this fact, if it differs from the source's value above."""
    from_: Annotated[Date | None, Field(alias="from")] = None
    """The day, month or year of an act, or when a state began."""
    to: Date | None = None
    """When it ends."""
    as_of: Annotated[Date | None, Field(alias="as-of")] = None
    """When it is true, if the source gives no beginning; not with from or to."""
    rank: Literal["preferred", "deprecated"] | None = None
    """Only for a judgement of yours on what others say: preferred sets other values aside,
    deprecated this one."""
    language: Language | None = None
    """The language of an object that is text, if it is not that of the source."""
    reason: MultiLine | None = None
    """Why you think so: required if the basis is inferred or background."""
    note: MultiLine | None = None
    """Anything that a reader of the fact should know."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_fact(self)
        return self


def check_fact(fact: Fact) -> None:
    """Raise ValueError if valid values of a fact do not fit each other."""
    if (fact.start is None) != (fact.end is None):
        raise ValueError("start and end must be given together")
    if fact.start is not None and fact.end is not None and fact.start >= fact.end:
        raise ValueError(f"the end ({fact.end}) must be greater than the start ({fact.start})")
    if fact.start is not None and fact.anchor is None:
        raise ValueError("start and end need an anchor: the words at this place")
    if fact.as_of and (fact.from_ or fact.to):
        raise ValueError("write as-of, or from and to, but not both")
    if fact.from_ and fact.to and fact.to < fact.from_[: len(fact.to)]:
        raise ValueError(f"the fact ends ({fact.to}) before it begins ({fact.from_})")


class FactFile(Record):
    """The outline of a YAML fact file: one source with its facts, or only entities."""

    source: dict[str, Any] | None = None
    """The document that states the facts below."""
    entities: list[Any] = []
    """Things that the facts name and that are not declared yet."""
    facts: list[Any] = []
    """What the source says, one statement each."""
    lists: list[Any] = []
    """Files in this folder with more facts or entities, one a row, whose first row names the keys:
    CSV or a spreadsheet; or FollowTheMoney or Popolo in JSON. A table with other columns has a map:
    {file: table.csv, map: {subject: Country}}."""


class MappedList(Record):
    """A table that is not ours, and the map that says what its columns are."""

    file: SingleLine | None = None
    """The table in this folder: CSV or a spreadsheet."""
    map: dict[str, Any]
    """For each key of a fact or an entity, the name of its column, or how it is made of columns."""


class TermMap(Record):
    """Where the value of a key comes from: a column, a constant or a template, one of the three."""

    column: SingleLine | None = None
    """The name of the column."""
    constant: SingleLine | None = None
    """The value for all rows."""
    template: SingleLine | None = None
    """Text with names of columns in braces, such as actor:{Code}."""
    values: dict[str, SingleLine] = {}
    """What to write for a text of the column: {Y: agreed}."""
    skip: tuple[SingleLine, ...] = ()
    """Texts of the column whose rows make no fact."""
    empty: tuple[Annotated[str, Field(max_length=100)], ...] = ()
    """Texts of the column that mean that there is no value."""
    dates: Literal["day-first", "month-first"] | None = None
    """How to read dates such as 03/04/2025."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = (self.column, self.constant, self.template)
        if sum(each is not None for each in given) != 1:
            raise ValueError("write one of column, constant and template")
        return self
