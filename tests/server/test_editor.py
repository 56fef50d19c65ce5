"""The editor of the workbench: fetched as pinned, or not at all."""

import importlib.util
import json
import shutil
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

TOOL = ROOT / "tools" / "fetch_workbench.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Return the tool as a module."""
    spec = importlib.util.spec_from_file_location("fetch_workbench", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive with one file."""
    (tmp_path / "editor.js").write_text("1", encoding="utf-8")
    with tarfile.open(tmp_path / "some.tgz", "w:gz") as packed:
        packed.add(tmp_path / "editor.js", "package/editor.js")
    return tmp_path / "some.tgz"


def _pin(tool: ModuleType) -> dict[str, Any]:
    return dict(json.loads(tool.PIN.read_text(encoding="utf-8")))


def test_another_archive_than_the_pinned_one_is_refused(
    tool: ModuleType, archive: Path, tmp_path: Path
) -> None:
    with pytest.raises(tool.FetchError, match="is not the archive that was pinned"):
        tool.unpack(archive, _pin(tool), tmp_path)
    assert not (tmp_path / "yasgui.min.js").exists()


def test_without_npm_there_is_no_editor_and_a_sentence(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(tool.FetchError, match="there is no npm"):
        tool.fetch(tmp_path)


@pytest.mark.slow
def test_the_pinned_editor_is_fetched_where_there_is_a_network(
    tool: ModuleType, tmp_path: Path
) -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    try:
        tool.fetch(tmp_path)
    except tool.FetchError as error:
        assert "npm cannot get" in str(error)  # noqa: PT017
        pytest.skip(str(error))
    names = set(_pin(tool)["files"].values())
    assert {path.name for path in tmp_path.iterdir()} == names | {tool.NOTICE.name}


def test_the_editor_comes_with_its_licences(tool: ModuleType) -> None:
    pin, notice = _pin(tool), tool.NOTICE.read_text(encoding="utf-8")
    assert f"{pin['package']} {pin['version']}, " in notice
    assert "Permission is hereby granted, free of charge" in notice
    assert notice.count("Redistributions of source code must retain") == 2


def test_the_editor_is_no_part_of_the_repository(tool: ModuleType) -> None:
    ignored = (TOOL.parents[1] / ".gitignore").read_text(encoding="utf-8")
    assert "/graph_builder/server/static/yasgui.*" in ignored
    laid = (*_pin(tool)["files"].values(), tool.NOTICE.name)
    assert all(name.startswith("yasgui.") for name in laid)
