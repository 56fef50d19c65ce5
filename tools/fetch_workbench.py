"""Fetch the editor of the workbench by npm and lay it beside the files that the server sends.

It is pinned in workbench.json by version and hash, and no part of the repository. Without it the
workbench has a plain text area.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PIN = Path(__file__).with_name("workbench.json")
#: Whose the editor and what it is made of are, and the licences; its package holds no such text.
NOTICE = Path(__file__).with_name("yasgui.NOTICE.txt")
STATIC = Path(__file__).parents[1] / "graph_builder" / "server" / "static"
_SECONDS = 60


class FetchError(Exception):
    """The editor cannot be had, or is not the one that was pinned."""


def fetch(folder: Path = STATIC) -> None:
    """Lay the pinned files into a folder unless they are there; raises FetchError."""
    pin = json.loads(PIN.read_text(encoding="utf-8"))
    if _has(folder, pin):
        return
    with tempfile.TemporaryDirectory() as place:
        archive = _pack(f"{pin['package']}@{pin['version']}", Path(place))
        unpack(archive, pin, folder)


def unpack(archive: Path, pin: dict[str, Any], folder: Path) -> None:
    """Lay files of an archive into a folder; raises FetchError if it is not the pinned archive."""
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pin["integrity"]:
        raise FetchError(f"{archive.name} is not the archive that was pinned: sha512-{digest}")
    with tarfile.open(archive) as packed:
        for member, name in pin["files"].items():
            found = packed.extractfile(member)
            if found is None:
                raise FetchError(f"{archive.name} holds no file {member}")
            (folder / name).write_bytes(found.read())
    shutil.copyfile(NOTICE, folder / NOTICE.name)


def _has(folder: Path, pin: dict[str, Any]) -> bool:
    if not all((folder / name).is_file() for name in (*pin["files"].values(), NOTICE.name)):
        return False
    about = json.loads((folder / "yasgui.package.json").read_text(encoding="utf-8"))
    return bool(about["version"] == pin["version"])


def _pack(package: str, place: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError("there is no npm")
    command = [npm, "pack", package, "--silent", "--fetch-retries=0", "--pack-destination", "."]
    try:
        subprocess.run(  # noqa: S603 -- the words are the pin's
            command, cwd=place, check=True, capture_output=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FetchError(f"npm cannot get {package}") from error
    return next(place.glob("*.tgz"))


def main() -> None:
    """Fetch the editor; say so if it cannot be had."""
    try:
        fetch()
    except FetchError as error:
        sys.exit(f"no editor, so the workbench has a plain text area: {error}")


if __name__ == "__main__":
    main()
