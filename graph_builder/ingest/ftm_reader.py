"""Reader of FollowTheMoney entities, such as OpenSanctions and Aleph export them.

https://followthemoney.tech/explorer/ describes the schemata and their properties.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph_builder.ingest.record_collector import Place, RecordCollector, cut_time

#: The classes of things of a schema.
_CLASSES = {
    "Person": "Person",
    "Company": "Company",
    "Organization": "Institution",
    "PublicBody": "GovernmentBody",
    "Position": "Post",
}
#: What joins two things: the properties of its subject and its object, and the relation.
_LINKS = {
    "Membership": ("member", "organization", "memberOf"),
    "Directorship": ("director", "organization", "memberOf"),
    "Employment": ("employee", "employer", "memberOf"),
    "Occupancy": ("holder", "post", "holderOf"),
    "Representation": ("agent", "client", "represented"),
}
_OTHER_NAMES = ("name", "alias", "weakAlias", "previousName")
_COUNTRIES = ("country", "mainCountry")
_VALUES = {"website": "officialPage", "incorporationDate": "establishedOn"}
_PARTS = {"parent": "parentBody", "organization": "postIn"}
_INTERGOVERNMENTAL = "gov.igo"
_REASONS = {
    "LegalEntity": "it may be a person or a body; give its schema",
    "Ownership": "no relation here says who owns what",
    "UnknownLink": "it does not say how the two are joined",
}
#: Properties that say how a record came about, not what it is about.
_ADMINISTRATIVE = frozenset(
    {"alephUrl", "indexText", "modifiedAt", "namesMentioned", "proof", "recordId", "retrievedAt"}
)


def is_ftm_record(record: Any) -> bool:
    """Return whether a JSON value is an entity of FollowTheMoney."""
    return (
        isinstance(record, dict)
        and isinstance(record.get("schema"), str)
        and isinstance(record.get("properties"), dict)
    )


def read_ftm(records: Iterable[tuple[Place, Any]], collector: RecordCollector) -> None:
    """Declare the things of entities and state how they are joined; count what is left out."""
    listed = [(p, each) for place, record in records for p, each in _iter_nested(place, record)]
    for place, record in listed:
        if record["schema"] not in _LINKS:
            _declare(place, record, collector)
    for place, record in listed:
        if record["schema"] in _LINKS:
            _link(place, record, collector)
        elif collector.is_declared(_get_key(record, place)):
            _describe(place, record, collector)


def _iter_nested(place: Place, record: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield an entity and the entities that its properties hold, each with its place."""
    stack: list[Any] = [record]
    while stack:
        each = stack.pop()
        key = str(each.get("id") or "")
        section = f"line {place.position[0]}" + (f", {key}" if key else "")
        yield Place(place.position, section), each
        for values in each["properties"].values():
            stack += filter(is_ftm_record, values if isinstance(values, list) else [values])


def _get_key(record: Mapping[str, Any], place: Place) -> str:
    return str(record.get("id") or place.section)


def _list_values(record: Mapping[str, Any], key: str) -> list[str]:
    """Return the texts of a property; of an entity in its place, the id."""
    values = record["properties"].get(key, ())
    listed = values if isinstance(values, list | tuple) else [values]
    texts = (str(each.get("id", "")) if isinstance(each, dict) else str(each) for each in listed)
    return list(dict.fromkeys(text for text in texts if text.strip() and text != "None"))


def _declare(place: Place, record: Mapping[str, Any], collector: RecordCollector) -> None:
    schema, names = record["schema"], _list_values(record, "name")
    if schema not in _CLASSES:
        collector.leave_out(schema, _REASONS.get(schema, "no class here is for it"), place)
    elif not names:
        collector.leave_out(schema, "it has no name", place)
    else:
        class_name = _CLASSES[schema]
        if _INTERGOVERNMENTAL in _list_values(record, "topics") and class_name != "Person":
            class_name = "IntergovernmentalOrganisation"
        collector.declare(_get_key(record, place), class_name, names[0], place)


def _describe(place: Place, record: Mapping[str, Any], collector: RecordCollector) -> None:
    """State the names, seat, beginning and address of a thing."""
    key, schema = _get_key(record, place), record["schema"]
    names = _list_values(record, "name")
    for name in record["properties"]:
        for number, value in enumerate(_list_values(record, name)):
            is_label = name == "name" and number == 0
            if is_label or name in _ADMINISTRATIVE or value in names[:1]:
                continue
            if not _describe_value(key, name, value, schema, place, collector):
                collector.leave_value(schema, name, place)


def _describe_value(
    key: str, name: str, value: str, schema: str, place: Place, collector: RecordCollector
) -> bool:
    is_person, relation = schema == "Person", _VALUES.get(name)
    if name in _OTHER_NAMES:
        return collector.describe(key, "altLabel", value, place)
    if name in _COUNTRIES and not is_person:
        seat = "postIn" if schema == "Position" else "basedIn"
        return collector.join_country(key, seat, value, place)
    if relation and not is_person:
        return collector.describe(key, relation, cut_time(value), place)
    if name in _PARTS:
        return collector.join(key, _PARTS[name], value, place)
    return name == "topics" and value == _INTERGOVERNMENTAL


def _link(place: Place, record: Mapping[str, Any], collector: RecordCollector) -> None:
    schema = record["schema"]
    subject_key, object_key, relation = _LINKS[schema]
    subjects, objects = _list_values(record, subject_key), _list_values(record, object_key)
    more = _read_period(record)
    role = "; ".join(_list_values(record, "role"))
    more["note"] = f"Role: {role}" if role else ""
    for subject in subjects or [""]:
        for object_ in objects or [""]:
            if not collector.join(subject, relation, object_, place, **more):
                ends = all(map(collector.is_declared, (subject, object_)))
                reason = (
                    f"{relation} does not join things of these classes"
                    if ends
                    else "what it joins is not in the file, or was left out"
                )
                collector.leave_out(schema, reason, place)
    used = {subject_key, object_key, "role", "startDate", "endDate", "date", *_ADMINISTRATIVE}
    for name in record["properties"]:
        if name not in used and _list_values(record, name):
            collector.leave_value(schema, name, place)


def _read_period(record: Mapping[str, Any]) -> dict[str, str]:
    """Return from and to of a link, or as-of where it has only one date."""
    first, last, at = (
        sorted(map(cut_time, _list_values(record, key))) for key in ("startDate", "endDate", "date")
    )
    period = {"from": first[0] if first else "", "to": last[-1] if last else ""}
    return period if any(period.values()) else {"as-of": at[0] if at else ""}
