"""How wheels are built: by setuptools, with the editor of the workbench where it can be fetched."""

import sys

import fetch_workbench
from setuptools import build_meta

build_editable = build_meta.build_editable
build_sdist = build_meta.build_sdist
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, str | list[str] | None] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Return the name of the wheel that is built in a folder (PEP 517)."""
    try:
        fetch_workbench.fetch()
    except fetch_workbench.FetchError as error:
        print(f"the workbench gets a plain text area: {error}", file=sys.stderr)
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))
