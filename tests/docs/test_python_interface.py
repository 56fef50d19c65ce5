"""The Python interface as its documentation shows it: the examples of the page, the notebook."""

import doctest
import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

DOCS = ROOT / "docs"
NOTEBOOK = DOCS / "notebook.ipynb"
#: The pages with examples, and the libraries that these need.
PAGES = {"python.md": ("pandas", "polars"), "scaling.md": ("pyarrow", "pysail", "pyspark")}
CELLS: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]
#: What each code cell shows, in order; a cell of no HTML shows its text.
SHOWN = (
    *(
        "facts by",
        "lead organiser",
        "office-of-the-principal-scientific-adviser",
        "Sciences Po Paris",
        "headline theme",
    ),
    *("(IISc), Bengaluru", "inferred", "Bletchley Declaration", "AI Seoul Summit 2024", "<iframe"),
    "organisers.csv",
)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_its_examples_print(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in PAGES[page]:
        pytest.importorskip(library, reason=f"no {library}, so the examples were not run")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    written = (DOCS / page).read_text("utf-8")
    blocks = re.findall(r"^```pycon\n(.*?)^```$", written, re.MULTILINE | re.DOTALL)
    text = re.sub(r"\n\n(?!>>>)", "\n<BLANKLINE>\n", "".join(blocks))
    examples = doctest.DocTestParser().get_doctest(text, {}, page, None, 0)
    told: list[str] = []
    found = doctest.DocTestRunner().run(examples, out=told.append)
    assert found.attempted > 10
    assert found.failed == 0, "".join(told)


def test_the_notebook_is_stored_without_what_its_cells_show() -> None:
    assert [cell["outputs"] for cell in CODE] == [[] for _ in CODE]
    assert {cell["execution_count"] for cell in CODE} == {None}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the notebook after it was run in an empty folder, and the folder."""
    for library in ("nbclient", "ipykernel", "pandas", "polars"):
        pytest.importorskip(library, reason=f"no {library}, so the notebook was not run")
    nbformat: Any = importlib.import_module("nbformat")
    from nbclient import NotebookClient

    folder, own = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("jupyter")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(own))
        client = NotebookClient(notebook, kernel_name="python3", timeout=300)
        client.execute(cwd=folder)
    return notebook, folder


@pytest.mark.slow
def test_every_cell_of_the_notebook_shows_what_it_is_there_for(ran: Any) -> None:
    outputs = [cell["outputs"] for cell in ran[0].cells if cell["cell_type"] == "code"]
    assert [[output["output_type"] for output in each] for each in outputs] == [
        ["execute_result"] for _ in CODE
    ]
    shown = [each[0]["data"].get("text/html", each[0]["data"]["text/plain"]) for each in outputs]
    missing = [word for word, text in zip(SHOWN, shown, strict=True) if word not in text]
    assert missing == []


@pytest.mark.slow
def test_the_notebook_leaves_the_files_that_it_speaks_of(ran: Any) -> None:
    from graph_builder.store.loading import open_graph

    names = {path.name for path in ran[1].iterdir()}
    assert names == {"graph.ttl", "organisers.csv", "roundtable.html"}
    assert len(open_graph(ran[1] / "graph.ttl")) > 1000
