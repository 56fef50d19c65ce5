"""Reader of Popolo documents: persons, organizations, posts, memberships and areas.

The lists may stand side by side and refer to each other by ids, or be nested in each other.
https://www.popoloproject.com/specs/ describes the classes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph_builder.ingest.record_collector import Place, RecordCollector, cut_time

#: The lists of a document, by what their records are.
LISTS = {
    "persons": "Person",
    "people": "Person",
    "organizations": "Organization",
    "posts": "Post",
    "memberships": "Membership",
    "areas": "Area",
}
_CLASSES = {"Person": "Person", "Organization": "Institution", "Post": "Post", "Area": "Place"}
#: Keys that only records of one kind have.
_SIGNS = {
    "Membership": ("person_id", "organization_id", "post_id", "on_behalf_of_id"),
    "Person": ("family_name", "given_name", "birth_date", "honorific_prefix", "gender"),
    "Organization": ("classification", "founding_date", "dissolution_date", "posts"),
}
#: Records that one holds in the place of an id: their key, what they are, and the key of the id.
_NESTED = {
    "person": ("Person", "person_id"),
    "organization": ("Organization", "organization_id"),
    "member": ("", "member_id"),
    "post": ("Post", "post_id"),
    "parent": ("", "parent_id"),
    "area": ("Area", "area_id"),
}
_ADMINISTRATIVE = frozenset({"id", "created_at", "updated_at", "sources", "@type", "@context"})
_USED = {
    "Person": {"name", "given_name", "family_name", "other_names", "memberships"},
    "Organization": {"name", "other_names", "memberships", "posts", "parent_id", "founding_date"},
    "Post": {"label", "role", "other_label", "organization_id", "memberships"},
    "Area": {"name", "parent_id"},
    "Membership": {
        *("person_id", "member_id", "organization_id", "post_id"),
        *("role", "label", "start_date", "end_date"),
    },
}


def is_popolo_document(document: Any) -> bool:
    """Return whether a JSON value is a document of Popolo: an object with its lists."""
    return isinstance(document, dict) and any(
        isinstance(document.get(name), list) for name in LISTS
    )


def find_popolo_kind(record: Any) -> str | None:
    """Return what a single record of Popolo is, or None if it is none."""
    if not isinstance(record, dict) or not ({"name", "label", "person_id"} & record.keys()):
        return None
    return next((kind for kind, keys in _SIGNS.items() if any(key in record for key in keys)), None)


def read_popolo(records: Iterable[tuple[Place, str, Any]], collector: RecordCollector) -> None:
    """Declare the things of records, each of a kind, and state how they are joined."""
    flat = [each for place, kind, record in records for each in _flatten(place, kind, record)]
    order = ("Person", "Organization", "Area", "Post", "Membership")
    parents = {_get_text(record, "parent_id") for _, kind, record in flat if kind == "Area"}
    for place, kind, record in sorted(flat, key=lambda each: order.index(each[1])):
        if kind == "Area" and not (record["id"] in parents or _get_text(record, "parent_id")):
            collector.leave_out(kind, "nothing here is told of it", place)
        elif kind != "Membership":
            _declare(place, kind, record, collector)
    for place, kind, record in flat:
        if kind == "Membership":
            _read_membership(place, record, collector)
        elif collector.is_declared(record["id"]):
            _describe(place, kind, record, collector)


def _flatten(place: Place, kind: str, record: Any) -> Iterator[tuple[Place, str, dict[str, Any]]]:
    """Yield a record and those that it holds, with ids in their place."""
    if not isinstance(record, dict):
        return
    given = record.get("id")
    key = str(given) if given else place.section
    flat = {**record, "id": key}
    for name, (nested_kind, id_key) in _NESTED.items():
        inner = record.get(name)
        if not isinstance(inner, dict):
            continue
        inner_kind = nested_kind or find_popolo_kind(inner) or (kind if name == "parent" else None)
        if inner_kind is None:
            continue  # a member that may be a person or a body
        below = Place(place.position, f"{place.section}/{name}")
        inner_id = str(inner.get("id") or below.section)
        yield from _flatten(below, inner_kind, {**inner, "id": inner_id})
        flat[id_key] = inner_id
        del flat[name]
    for name, owner in (("memberships", kind), ("posts", kind)):
        for number, inner in enumerate(_list_records(record.get(name))):
            below = Place(place.position, f"{place.section}/{name}/{number}")
            own = {"Person": "person_id", "Organization": "organization_id", "Post": "post_id"}
            yield from _flatten(below, LISTS[name], {own[owner]: key, **inner})
    section = f"{place.section} ({key})" if given else place.section
    yield Place(place.position, section), kind, flat


def _list_records(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _get_text(record: Mapping[str, Any], *keys: str) -> str:
    """Return the first text among some keys of a record, or an empty one."""
    texts = (record.get(key) for key in keys)
    return next((str(t).strip() for t in texts if isinstance(t, str | int) and str(t).strip()), "")


def _declare(
    place: Place, kind: str, record: Mapping[str, Any], collector: RecordCollector
) -> None:
    key = record["id"]
    if collector.is_declared(key):
        return  # a nested copy of a record that is in a list too
    name = _get_text(record, "name")
    if kind == "Person" and not name:
        name = f"{_get_text(record, 'given_name')} {_get_text(record, 'family_name')}".strip()
    elif kind == "Post":
        name = _get_text(record, "label", "role")
        body = collector.get_label(_get_text(record, "organization_id"))
        name = f"{name}, {body}" if name and body and body not in name else name
    if not name:
        collector.leave_out(kind, "it has no name", place)
    else:
        collector.declare(key, _CLASSES[kind], name, place)


def _describe(
    place: Place, kind: str, record: Mapping[str, Any], collector: RecordCollector
) -> None:
    """State other names, the beginning, and what a thing is a part of."""
    key, name = record["id"], _get_text(record, "name", "label")
    others = [_get_text(each, "name") for each in _list_records(record.get("other_names"))]
    for other in dict.fromkeys(others):
        if other and other != name:
            collector.describe(key, "altLabel", other, place)
    links = {
        "Organization": ("parent_id", "parentBody"),
        "Post": ("organization_id", "postIn"),
        "Area": ("parent_id", "locatedIn"),
    }
    if kind in links and (target := _get_text(record, links[kind][0])):
        link, relation = links[kind]
        if not collector.join(key, relation, target, place):
            collector.leave_value(kind, link, place)
    if kind == "Organization" and (began := _get_text(record, "founding_date")):
        collector.describe(key, "establishedOn", cut_time(began), place)
    _count_unused(place, kind, record, collector)


def _read_membership(place: Place, record: Mapping[str, Any], collector: RecordCollector) -> None:
    """State the membership of a person or body, and the post that a person holds in it."""
    member = _get_text(record, "person_id", "member_id")
    role = _get_text(record, "role", "label")
    more = {
        "from": cut_time(_get_text(record, "start_date")),
        "to": cut_time(_get_text(record, "end_date")),
        "note": f"Role: {role}" if role else "",
    }
    joined = [
        collector.join(member, relation, target, place, **more)
        for key, relation in (("organization_id", "memberOf"), ("post_id", "holderOf"))
        if (target := _get_text(record, key))
    ]
    if not any(joined):
        reason = "what it joins is not in the file, or was left out"
        collector.leave_out("Membership", reason, place)
    _count_unused(place, "Membership", record, collector)


def _count_unused(
    place: Place, kind: str, record: Mapping[str, Any], collector: RecordCollector
) -> None:
    for key, value in record.items():
        is_used = key in _USED[kind] or key in _ADMINISTRATIVE
        if not is_used and value not in (None, "", [], {}):
            collector.leave_value(kind, key, place)
