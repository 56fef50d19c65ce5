"""What is left of a record in which something is wrong, for what else there is to find in it."""

from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from graph_builder.sources.model import Record

R = TypeVar("R", bound=Record)


def read_rest(model: type[R], data: Any) -> R:
    """Return a record of the values that are as they should be; the others are None."""
    given = data if isinstance(data, dict) else {}
    values: dict[str, Any] = {}
    for key, values_of_key in _values(model).items():
        try:
            values[key] = values_of_key.validate_python(given.get(key))
        except ValidationError:
            values[key] = None
    return model.model_construct(_fields_set=set(given), **values)


@cache
def _values(model: type[Record]) -> dict[str, TypeAdapter[Any]]:
    """Return what checks the values of a model, by key."""
    adapters: dict[str, TypeAdapter[Any]] = {}
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        checked: Any = Annotated[(kind, *field.metadata)] if field.metadata else kind
        adapters[field.alias or name] = TypeAdapter(checked)
    return adapters
