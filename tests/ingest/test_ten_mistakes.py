"""One file with ten mistakes of ten kinds: all are told at once, each in its place."""

from pathlib import Path

from tests.conftest import Run

TEN = """\
source:
  id: ten-mistakes
  title:
  publisher: Somebody
  address: example.org
  date: 11 February 2025
  kind: press release
  language: en
  licence: not known
  verification: presss
entities:
  - id: event:port-lumen-roundtable
    class: Evnt
    label: {en: Port Lumen Roundtable}
facts:
  - subject: actor:FRN
    relation: endorsd
    object: instrument:bletchly-declaration
    section: lead
    modality: agred
    anchr: France
  - subject: event:port-lumen-roundtable
    relation: venue
    object: place:grand-palais
    section: lead
    modality: reported
"""


TEN_FINDINGS = """\
3:9: title is missing; fill it in
5:12: 'example.org' is not a web address; begin with http:// or https://
6:9: '11 February 2025' is 11 February 2025; write 2025-02-11
10:17: unknown verification 'presss'; did you mean press?
13:12: unknown class 'Evnt'; did you mean Event?
16:14: unknown country code 'FRN'; write an alpha-3 code of ISO 3166, \
or declare a Country with an id of its own
17:15: unknown relation 'endorsd'; did you mean endorsed?
18:13: unknown id 'instrument:bletchly-declaration'; did you mean \
instrument:bletchley-declaration? If not, declare it under entities
20:15: unknown modality 'agred'; did you mean agreed?
21:5: unknown key 'anchr'; did you mean anchor?
"""


def test_ten_mistakes_are_ten_findings_each_in_its_place(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "ten.yaml"
    file.write_text(TEN, encoding="utf-8")
    result = run("check", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.replace(f"{file}:", "") == TEN_FINDINGS
