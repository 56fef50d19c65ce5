"""The scripts of pages: modules joined into one, by a rule that refuses what it cannot join."""

import re
from pathlib import Path

import pytest

from graph_builder.pictures.scripts import build_page_script, join_modules
from tests.conftest import ROOT

ENTRIES = (
    "pictures/templates/stages/network.js",
    "pictures/templates/stages/markup.js",
    "pictures/templates/stages/lists.js",
    "server/templates/workbench.js",
    "site/templates/search.js",
)
PACKAGE = ROOT / "graph_builder"


def _join(folder: Path, **modules: str) -> str:
    """Return modules joined, of which ``main`` imports the others."""
    for name, text in modules.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return join_modules("main.js", folder)


def test_what_is_imported_stands_once_and_before_what_imports_it(tmp_path: Path) -> None:
    joined = _join(
        tmp_path,
        main='import { one } from "./one.js";\nimport {\n  two,\n} from "./parts/two.js";\n\n'
        "/** @param {string} x */\nfunction run(x) {\n  one(two); // says it\n}\nrun();\n",
        one='import { two } from "./parts/two.js";\nexport function one() {\n  return two;\n}\n',
        parts__two="// a number\nexport const two = /** @type {number} */ (2);\n",
    )
    assert joined == (
        '(() => {\n"use strict";\n'
        "const two = (2);function one() {return two;}\nfunction run(x) {one(two);}\nrun();"
        "})();\n"
    )


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (
            {"main": 'import { a } from "./a.js";\n', "a": 'import { b } from "./main.js";\n'},
            r"import each other: main\.js -> a\.js -> main\.js",
        ),
        (
            {"main": 'import { a } from "./a.js";\nlet b = 1;\n', "a": "export const b = 2;\n"},
            "defined in two modules: b",
        ),
        ({"main": "export default 1;\n"}, "'export default 1;' cannot be joined"),
        ({"main": 'import * as a from "./a.js";\n'}, "cannot be joined"),
        ({"main": 'import a from "library";\n'}, "cannot be joined"),
    ],
)
def test_what_cannot_be_joined_is_refused(
    tmp_path: Path, modules: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        _join(tmp_path, **modules)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_script_of_pages_has_nothing_that_only_modules_or_readers_have(entry: str) -> None:
    script = build_page_script(entry)
    assert script.startswith('(() => {\n"use strict";\n')
    assert not re.search(r"^\s|^(?:import|export)\b|/\*\*|\n\n", script, re.MULTILINE)


def test_every_module_is_part_of_a_script() -> None:
    joined = "".join(map(build_page_script, ENTRIES))
    names = re.compile(r"^export (?:async )?(?:class|const|function|let) (\w+)", re.MULTILINE)
    for path in PACKAGE.rglob("*.js"):
        if not path.name.startswith("yasgui."):
            for name in names.findall(path.read_text(encoding="utf-8")):
                assert re.search(rf"(?:class|const|function|let) {name}\b", joined), path


def test_texts_of_scripts_stand_on_one_line_and_hold_no_comment() -> None:
    """The joined script loses line breaks, indents and comments, which no text may have."""
    for path in PACKAGE.rglob("*.js"):
        if path.name.startswith("yasgui."):
            continue
        code = re.sub(r"/\*\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for line in code.split("\n"):
            assert line.count("`") % 2 == 0, f"{path}: {line}"
            assert not re.search(r"""["'`][^"'`]*(?:\s// |/\*\*)[^"'`]*["'`]""", line), line
