"""Names of lists: files beside a fact file, in formats that are told by their names."""

import re

JSON_LINES_SUFFIXES = (".jsonl", ".ndjson")
PARQUET_SUFFIX = ".parquet"
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".ftm")
SHEET_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".ods", ".xls")
#: Of all lists; a .json may be another file, such as the schema for editors.
LIST_SUFFIXES = (".csv", PARQUET_SUFFIX, *JSON_SUFFIXES, *SHEET_SUFFIXES)
#: Of lists whose rows are read in blocks.
LONG_SUFFIXES = (".csv", PARQUET_SUFFIX, *JSON_LINES_SUFFIXES)
_CERTAIN_LIST = re.compile(
    r"(?!~\$|\.~)(.*\.(csv|parquet|jsonl|ndjson|ftm|xlsx|xlsm|xlsb|ods|xls)|.*\.(ftm|popolo)\.json)",
    re.IGNORECASE,
)
#: What separates the name of a file from that of a sheet in it.
SHEET_MARK = "#"


def is_json_list(name: str) -> bool:
    """Return whether a name is that of a list in JSON."""
    return name.lower().endswith(JSON_SUFFIXES)


def is_spreadsheet(name: str) -> bool:
    """Return whether a name is a spreadsheet's, such as ``list.xlsx``."""
    return name.lower().endswith(SHEET_SUFFIXES)


def is_certain_list(name: str) -> bool:
    """Return whether a file in a folder of fact files can only be a list, by its name."""
    return bool(_CERTAIN_LIST.fullmatch(name))


def split_sheet_name(name: str) -> tuple[str, str]:
    """Return the names of a file and of a sheet in it, which is empty for the first sheet."""
    start, _, sheet = name.partition(SHEET_MARK)
    return (start, sheet) if is_spreadsheet(start) else (name, "")
