"""Lists of FollowTheMoney and Popolo: what they state, what is left out, and what is wrong."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core.errors import FactsError, ReadError
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.source_documents import check_source

HEAD = """\
source: {id: mine, title: T, publisher: P, address: unknown, date: undated, kind: k, language: en,
  licence: l, verification: dataset}
lists: [NAME]
"""
#: Where Python finds that nothing follows a comma: since 3.13 at the comma itself.
AFTER_COMMA = "3:16" if sys.version_info >= (3, 13) else "4:2"


def _entity(key: str, schema: str, **properties: Any) -> dict[str, Any]:
    values = {name: each if isinstance(each, list) else [each] for name, each in properties.items()}
    return {"id": key, "schema": schema, "properties": values}


ADA = _entity("p1", "Person", name=["Ada Example", "A. Example"], birthDate="1970", alias="Addie")
BODY = _entity(
    *("o1", "PublicBody"),
    name="Ministry of Examples",
    country="fr",
    website="https://examples.gouv.fr",
    incorporationDate="1990-02-01T00:00:00",
)
POST = _entity("post", "Position", name="Minister of Examples", organization="o1")
FTM = [
    ADA,
    BODY,
    POST,
    _entity("c1", "Company", name="ADOBE", mainCountry="us", jurisdiction="us"),
    _entity("m1", "Directorship", director="p1", organization="c1", role="Chair", startDate="2020"),
    _entity("m2", "Occupancy", holder="p1", post="post", startDate="2021", endDate="2022-01-01"),
    _entity("m3", "Employment", employer="o1", employee=_entity("p2", "Person", name="Ned Inner")),
    _entity("m4", "Representation", agent="p1", client="fr", date="2024-05"),
    _entity("fr", "PublicBody", name="French Republic"),
    _entity("igo", "Organization", name="Body of States", topics=["gov.igo"]),
    _entity("m5", "Membership", member="fr", organization="igo"),
]
STATED = {
    "actor:ada-example altLabel A. Example | line 1, p1",
    "actor:ada-example altLabel Addie | line 1, p1",
    "actor:ministry-of-examples basedIn actor:FRA | line 2, o1",
    "actor:ministry-of-examples officialPage https://examples.gouv.fr | line 2, o1",
    "actor:ministry-of-examples establishedOn 1990-02-01 | line 2, o1",
    "post:minister-of-examples postIn actor:ministry-of-examples | line 3, post",
    "actor:adobe basedIn actor:USA | line 4, c1",
    "actor:ada-example memberOf actor:adobe 2020 Role: Chair | line 5, m1",
    "actor:ada-example holderOf post:minister-of-examples 2021 2022-01-01 | line 6, m2",
    "actor:ned-inner memberOf actor:ministry-of-examples | line 7, m3",
    "actor:ada-example represented actor:FRA 2024-05 | line 8, m4",
    "actor:FRA memberOf actor:body-of-states | line 11, m5",
}
LEFT_OUT = [
    *("Asset", "Ownership", "UnknownLink", "LegalEntity", "Sanction"),
    "Membership",
]
COUNCIL = {
    "persons": [
        {
            "id": "1",
            "name": "Ada Example",
            "birth_date": "1970",
            "other_names": [{"name": "Addie"}],
            "memberships": [{"organization_id": "o", "role": "x", "start_date": "2020"}],
        }
    ],
    "organizations": [
        {
            "id": "o",
            "name": "Council of Examples",
            "founding_date": "1999-01",
            "parent": {"id": "big", "name": "Big Body"},
            "posts": [{"id": "p", "label": "Head"}],
        }
    ],
    "memberships": [
        {"person_id": "1", "post_id": "p", "end_date": "2021"},
        {"person_id": "2", "organization_id": "o"},
        {"member": {"name": "Other Body", "classification": "ngo"}, "organization": {"id": "o"}},
    ],
    "areas": [
        {"id": "n", "name": "North Examples", "parent_id": "f"},
        {"id": "f", "name": "France"},
        {"id": "x", "name": "Alone"},
    ],
    "events": [{"name": "term"}],
}
COUNCIL_STATED = {
    "actor:ada-example altLabel Addie | /persons/0 (1)",
    "actor:ada-example memberOf actor:council-of-examples 2020 Role: x | /persons/0/memberships/0",
    "actor:council-of-examples establishedOn 1999-01 | /organizations/0 (o)",
    "actor:council-of-examples parentBody actor:big-body | /organizations/0 (o)",
    "post:head-council-of-examples postIn actor:council-of-examples | /organizations/0/posts/0 (p)",
    "actor:ada-example holderOf post:head-council-of-examples 2021 | /memberships/0",
    "actor:other-body memberOf actor:council-of-examples | /memberships/2",
    "place:north-examples locatedIn actor:FRA | /areas/0 (n)",
}


def _write(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    (folder / "mine.yaml").write_text(HEAD.replace("NAME", name), encoding="utf-8")
    return folder / "mine.yaml"


def _read(folder: Path, name: str, content: str) -> ReadResult:
    return read_with_shipped_facts([_write(folder, name, content)], only=True)


def _list_facts(result: ReadResult) -> set[str]:
    assert [str(each) for each in result.diagnostics.findings] == []
    return {
        " ".join(filter(None, (f.subject, f.relation, f.object, f.from_, f.to, f.as_of, f.note)))
        + f" | {f.section}"
        for facts in result.facts.values()
        for f in (located.record for located in facts)
    }


def _list_warnings(result: ReadResult) -> list[str]:
    return [f"{each.line}:{each.column}: {each.message}" for each in result.warnings]


def test_followthemoney_becomes_entities_and_facts_with_their_lines(tmp_path: Path) -> None:
    lines = "\n".join(map(json.dumps, FTM))
    for name, content in (("list.ftm.jsonl", lines), ("list.JSON", lines), ("x.ftm", lines + "\n")):
        result = _read(tmp_path, name, content)
        assert _list_facts(result) == STATED
    same = "'ADOBE' for actor:adobe, 'French Republic' for actor:FRA"
    assert _list_warnings(result) == [
        f"4:1: taken for things of the same name: {same}",
        "1:1: left out of Person: birthDate (1); no relation here is for them",
        "4:1: left out of Company: jurisdiction (1); no relation here is for them",
    ]
    declared = {each.record.id: each.record.class_ for each in result.entities}
    assert declared["actor:body-of-states"] == "IntergovernmentalOrganisation"
    assert declared["actor:ministry-of-examples"] == "GovernmentBody"
    assert [*result.facts[tmp_path / "mine.yaml"]][-1].location.get_position() == (11, 1)


def test_other_forms_of_json_state_the_same(tmp_path: Path) -> None:
    for content in (json.dumps(FTM, indent=1), json.dumps({"results": FTM})):
        facts = _list_facts(_read(tmp_path, "list.json", content))
        assert {each.partition(" | ")[0] for each in facts} == {
            each.partition(" | ")[0] for each in STATED
        }


def test_what_has_no_place_is_counted_with_its_reason(tmp_path: Path) -> None:
    records = [BODY, *(_entity(str(n), schema, name="x") for n, schema in enumerate(LEFT_OUT))]
    records += [_entity("7", "Person"), _entity("8", "Asset"), _entity("o1", "Person", name="Y")]
    result = _read(tmp_path, "list.jsonl", "\n".join(map(json.dumps, records)))
    assert _list_warnings(result) == [
        "2:1: left out: 2 Asset (no class here is for it)",
        "3:1: left out: 1 Ownership (no relation here says who owns what)",
        "4:1: left out: 1 UnknownLink (it does not say how the two are joined)",
        "5:1: left out: 1 LegalEntity (it may be a person or a body; give its schema)",
        "6:1: left out: 1 Sanction (no class here is for it)",
        "8:1: left out: 1 Person (it has no name)",
        "10:1: left out: 1 record with the id 'o1' (it appears twice)",
        "7:1: left out: 1 Membership (what it joins is not in the file, or was left out)",
        "7:1: left out of Membership: name (1); no relation here is for them",
    ]


def test_two_records_of_one_name_stay_two_things(tmp_path: Path) -> None:
    people = [_entity(key, "Person", name="Ada Example") for key in ("p1", "Q 2")]
    people.append(_entity("p3", "Person", name="王小明"))
    people.append(_entity("p4", "Person", name="Adobe"))
    people.append(_entity("c5", "Company", name="Chad"))
    result = _read(tmp_path, "list.jsonl", "\n".join(map(json.dumps, people)))
    own = [each.record for each in result.entities if each.location.file.endswith(".jsonl")]
    assert {each.id: each.label["en"] for each in own} == {
        "actor:ada-example": "Ada Example",
        "actor:ada-example-q-2": "Ada Example (Q 2)",
        "actor:p3": "王小明",
        "actor:adobe-p4": "Adobe",
        "actor:chad": "Chad",
    }
    assert _list_warnings(result) == [
        "2:1: another record has the name 'Ada Example'; this one is called 'Ada Example (Q 2)'"
    ]


def test_popolo_lists_may_be_nested_or_side_by_side(tmp_path: Path) -> None:
    result = _read(tmp_path, "council.json", json.dumps(COUNCIL, indent=2))
    assert _list_facts(result) == COUNCIL_STATED
    assert [each.partition(": ")[2] for each in _list_warnings(result)] == [
        "taken for things of the same name: 'France' for actor:FRA",
        "left out: 1 record of events (no class here is for it)",
        "left out: 1 Area (nothing here is told of it)",
        "left out: 1 Membership (what it joins is not in the file, or was left out)",
        "left out of Person: birth_date (1); no relation here is for them",
        "left out of Organization: classification (1); no relation here is for them",
    ]
    people = json.dumps(COUNCIL["persons"])
    bare = _read(tmp_path, "people.json", people)
    assert _list_facts(bare) == {"actor:ada-example altLabel Addie | /0 (1)"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"id": 1}\n{"id": }\n[1,\n', ":2:8: not JSON: expecting value"),
        ("a.jsonl", '{"id": 1}\n{"id": }\n[1,\n', ":3:4: not JSON: "),
        ("a.json", '{\n "persons": [\n  {"name": "x"}\n ;]}', ":4:2: not JSON: "),
        ("a.json", '{\n "persons": [\n  {"name": "x"},\n ]}', f":{AFTER_COMMA}: not JSON: "),
        ("a.json", "[" * 100_000, ":1:1: not JSON: values nested too deeply"),
        ("a.json", "plain words", ":1:1: not JSON: expecting value"),
        ("a.json", '{"a": 1}', ":1:1: the file is neither FollowTheMoney (objects with schema"),
        ("a.json", "[]", ":1:1: the file is neither"),
        ("a.json", '{"persons": []}', ":1:1: the file has no entity and no fact"),
        (
            "a.jsonl",
            json.dumps(_entity("1", "Asset")),
            "has a place here; left out: 1 Asset (no class",
        ),
        ("a.json", '{"persons": [1, {}]}', "a place here; left out: 1 value (it has no keys)"),
        ("a.json", "", ":1:1: the file is empty"),
        (
            "a.jsonl",
            "\n".join(map(json.dumps, [ADA, BODY, {**FTM[6], "id": "\ud800"}]))
            + "\n"
            + json.dumps(
                _entity("m", "Employment", employee="p1", employer="o1", startDate="5 May")
            ),
            ":4:1: '5 May' is not a date",
        ),
    ],
)
def test_what_is_wrong_in_json_has_line_and_column(
    name: str, content: str, message: str, tmp_path: Path
) -> None:
    result = _read(tmp_path, name, content)
    assert any(message in str(each) for each in result.diagnostics.findings), [
        *map(str, result.diagnostics.findings)
    ]


def test_a_list_alone_is_told_where_it_belongs(tmp_path: Path) -> None:
    file = tmp_path / "people of 2025.ftm.jsonl"
    file.write_text(json.dumps(ADA), encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        check_source(str(file))
    assert str(caught.value) == (
        f"{file}: a list of FollowTheMoney (1 record); no fact file uses this list; add its name "
        "under 'lists:' in one beside it, such as a new one for its source "
        "(aigg new people-of-2025), as '  - \"people of 2025.ftm.jsonl\"'"
    )
    _write(tmp_path, file.name, json.dumps(ADA))
    with pytest.raises(ReadError, match="belongs to a fact file; check that file instead"):
        check_source(str(file))
    (tmp_path / "package.json").write_text('{"name": "x"}', encoding="utf-8")
    with pytest.raises(FactsError, match="neither FollowTheMoney"):
        check_source(str(tmp_path / "package.json"))


def test_a_list_in_a_folder_that_no_fact_file_names_is_reported(tmp_path: Path) -> None:
    _write(tmp_path, "list.jsonl", json.dumps(ADA))
    for name in ("other.ftm.json", "more.ndjson", "rows.xlsx", "~$rows.xlsx", "package.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    found = read_with_shipped_facts([tmp_path], only=True).diagnostics.findings
    assert sorted(Path(each.file).name for each in found) == [
        "more.ndjson",
        "other.ftm.json",
        "rows.xlsx",
    ]
