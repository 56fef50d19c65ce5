"""Validation of records with pydantic; its errors become findings in plain English."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from graph_builder.core.errors import suggest_similar
from graph_builder.core.text import escape_controls, quote, shorten
from graph_builder.ingest.locations import KEY, Diagnostics, KeyPath, Location
from graph_builder.ingest.model import Record

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)

#: How many texts of a key are remembered as valid.
_MAX_REMEMBERED = 50_000
_MISSING = " is missing"
_MESSAGES = {
    "string_type": "must be plain words",
    "string_unicode": "contains half a character (a lone surrogate); write the character itself",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "int_type": "must be a whole number",
    "list_type": "must be a list, each item behind a hyphen",
    "dict_type": "must be keys with values, such as 'en: India'",
    "model_type": "must be keys with values",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "too_short": "needs at least one entry",
    "string_pattern_mismatch": "must be 64 hexadecimal digits",
}


@dataclass(frozen=True, slots=True)
class LocatedRecord(Generic[R_co]):
    """A record and its location; an incomplete one holds its valid values and None for others."""

    record: R_co
    location: Location
    complete: bool = True


def read_record(
    model: type[R], data: Any, location: Location, diagnostics: Diagnostics
) -> LocatedRecord[R]:
    """Return the record at a location and report what is wrong in it.

    An invalid record is returned incomplete, so that later checks still run on its valid values.
    """
    record = validate_record(model, data, location, diagnostics)
    if record is None:
        return LocatedRecord(_build_partial_record(model, data), location, complete=False)
    return LocatedRecord(record, location)


def validate_record(
    model: type[R], data: Any, location: Location, diagnostics: Diagnostics
) -> R | None:
    """Return the record, or None if it is invalid; report what is wrong in it."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for path, message in iter_problems(model, error):
            is_given = (*location.path, *path) in location.positions
            advice = "; fill it in" if message.endswith(_MISSING) and is_given else ""
            diagnostics.add(location, message + advice, *path)
    return None


class RowValidator(Generic[R]):
    """Validates records whose values are all text, as those of lists are.

    A text that was valid under a key before is not validated again. A record with a mistake is
    validated by its model, which says what is wrong.
    """

    def __init__(self, model: type[R], check: Callable[[R], object]) -> None:
        """Take the model, and what it checks of a record as a whole."""
        self._model = model
        self._check = check
        self._required = frozenset(list_required_keys(model))
        self._names = {field.alias or name: name for name, field in model.model_fields.items()}
        self._defaults = _list_defaults(model)
        self._adapters = _build_adapters(model)
        self._valid: dict[str, dict[str, Any]] = {key: {} for key in self._adapters}

    def read(
        self, data: dict[str, str], location: Location, diagnostics: Diagnostics
    ) -> LocatedRecord[R]:
        """Return what ``read_record`` returns."""
        with suppress(ValueError):  # of which ValidationError is one
            if self._required <= data.keys():
                values = {self._names[key]: self._validate(key, data[key]) for key in data}
                record = restore_record(self._model, {**self._defaults, **values}, {*values})
                self._check(record)
                return LocatedRecord(record, location)
        return read_record(self._model, data, location, diagnostics)

    def _validate(self, key: str, text: str) -> Any:
        """Return the value of a text under a key; raises ValidationError."""
        valid = self._valid[key]
        if text not in valid:
            if len(valid) > _MAX_REMEMBERED:
                valid.clear()
            valid[text] = self._adapters[key].validate_python(text)
        return valid[text]


def restore_record(model: type[R], values: dict[str, Any], given: set[str]) -> R:
    """Return a record of the valid values of all fields, and the names of those that are given."""
    record = model.__new__(model)
    object.__setattr__(record, "__dict__", values)
    object.__setattr__(record, "__pydantic_fields_set__", given)
    object.__setattr__(record, "__pydantic_extra__", None)
    object.__setattr__(record, "__pydantic_private__", None)
    return record


@cache
def _list_defaults(model: type[Record]) -> dict[str, Any]:
    """Return the default of each field in the order of the model, None for what has none."""
    fields = model.model_fields.items()
    return {name: None if field.is_required() else field.default for name, field in fields}


@cache
def list_keys(model: type[Record]) -> list[str]:
    """Return the keys of a model, which are the columns of a list."""
    return [field.alias or name for name, field in model.model_fields.items()]


@cache
def list_required_keys(model: type[Record]) -> list[str]:
    """Return the keys that a record must have."""
    fields = model.model_fields.items()
    return [field.alias or name for name, field in fields if field.is_required()]


def iter_problems(model: type[Record], error: ValidationError) -> Iterator[tuple[KeyPath, str]]:
    """Yield the path of each invalid value in a record, and a message that says what is wrong."""
    for detail in error.errors(include_url=False):
        yield _format_problem(model, dict(detail))


def _format_problem(model: type[Record], detail: dict[str, Any]) -> tuple[KeyPath, str]:
    path = tuple(KEY if step == "[key]" else step for step in detail["loc"])
    last = path[-1] if path else 0
    name = "this" if isinstance(last, int) or last == KEY else shorten(escape_controls(last))
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            near = suggest_similar(str(last), _list_keys(model, path[:-1]))
            return (*path, KEY), f"unknown key {quote(str(last))}{near}"
        case "missing":
            return path, f"{name}{_MISSING}"
        case _ if detail["input"] == "" and name != "this":
            return path, f"{name} is empty; fill it in"
        case "value_error":
            return path, str(context["error"])
        case "literal_error":
            value = str(detail["input"])
            near = suggest_similar(value, re.findall(r"'(.+?)'", context["expected"]))
            advice = near or f"; write {context['expected']}"
            return path, f"unknown {name} {quote(value)}{advice}"
        case kind:
            message = _MESSAGES.get(kind, "has a value of a wrong kind").format(**context)
            value = detail["input"]
            actual = f" (not {quote(value)})" if value and isinstance(value, str) else ""
            return path, f"{name} {message}{actual}"


def _list_keys(model: type[Record], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the model at a path of a record."""
    for key in path:
        field = next((f for n, f in model.model_fields.items() if (f.alias or n) == key), None)
        types = _list_types(field.annotation) if field else []
        model = next((type_ for type_ in types if issubclass(type_, Record)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _list_types(annotation: Any) -> list[type]:
    if isinstance(annotation, type):
        return [annotation]
    return [t for part in getattr(annotation, "__args__", ()) for t in _list_types(part)]


def _build_partial_record(model: type[R], data: Any) -> R:
    """Return a record of the values that are valid; the others are None."""
    given = data if isinstance(data, dict) else {}
    adapters = _build_adapters(model)
    values: dict[str, Any] = dict.fromkeys(adapters)
    for key in adapters.keys() & given:
        with suppress(ValidationError):
            values[key] = adapters[key].validate_python(given[key])
    return model.model_construct(_fields_set=set(given), **values)


@cache
def _build_adapters(model: type[Record]) -> dict[str, TypeAdapter[Any]]:
    """Return the validator of each value of a model, by key."""
    adapters: dict[str, TypeAdapter[Any]] = {}
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        checked: Any = Annotated[(kind, *field.metadata)] if field.metadata else kind
        adapters[field.alias or name] = TypeAdapter(checked)
    return adapters
