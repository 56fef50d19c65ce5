"""Countries in fact files: what people write for them, and codes beside ISO 3166-1."""

from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("actor:EU", "'EU' is not an id; European Union is actor:european-union"),
        ("actor:UK", "'UK' is not an id; United Kingdom is actor:GBR"),
        ("actor:ROK", "'ROK' is not an id; South Korea is actor:KOR"),
        ("actor:EL", "'EL' is not an id; Greece is actor:GRC"),
        ("actor:XYZ", "unknown country code 'XYZ'; write an alpha-3 code of ISO 3166"),
        ("actor:great-britain", "unknown id 'actor:great-britain'; did you mean actor:GBR?"),
        ("Frankreich", "unknown id 'Frankreich'; did you mean actor:FRA?"),
        ("actor:korea", "did you mean actor:KOR or actor:PRK?"),
    ],
)
def test_a_proposal_is_the_country_that_is_meant(
    subject: str, told: str, tmp_path: Path, run: Run
) -> None:
    file = _write_endorsement(tmp_path, subject)
    result = run("check", str(file))
    assert result.exit_code == 2
    assert told in result.stderr


def test_codes_beside_iso_3166_1_are_countries(tmp_path: Path, run: Run) -> None:
    assert run("check", str(_write_endorsement(tmp_path, "actor:XKX"))).exit_code == 0
    ended = run("check", str(_write_endorsement(tmp_path, "actor:SUN", date="2024-01-01")))
    assert ended.exit_code == 2
    assert "actor:SUN was dissolved on 1992-08-30" in ended.stderr


@pytest.mark.slow
def test_a_country_may_be_declared_with_an_id_of_its_own(tmp_path: Path, run: Run) -> None:
    new = _write_endorsement(tmp_path, "actor:somaliland", declared="Somaliland")
    result = run("check", str(new))
    assert result.exit_code == 0
    assert "same country" not in result.stderr
    known = _write_endorsement(tmp_path, "actor:kosovo", declared="Kosovo")
    assert "warning: actor:XKX is the same country" in run("check", str(known)).stderr
    ttl = run("build", "--facts", str(new), "-o", str(tmp_path / "g.ttl"))
    assert ttl.exit_code == 0
    assert run("validate", "-s", str(tmp_path / "g.ttl")).exit_code == 0


def _write_endorsement(folder: Path, subject: str, *, date: str = "", declared: str = "") -> Path:
    file = folder / "x.yaml"
    source = (
        "source: {id: x-c, title: T, publisher: P, kind: x, language: en, licence: n, "
        "verification: press, address: 'https://example.org/r', date: 2025}\n"
    )
    entity = f"entities:\n  - {{id: {subject}, class: Country, label: {{en: {declared}}}}}\n"
    fact = (
        f"facts:\n  - {{subject: {subject}, relation: endorsed, section: p, modality: agreed, "
        f"object: instrument:bletchley-declaration{f', from: {date}' if date else ''}}}\n"
    )
    file.write_text(source + (entity if declared else "") + fact, encoding="utf-8")
    return file
