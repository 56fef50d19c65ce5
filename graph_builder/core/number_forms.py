"""Numbers as people and programs write them: with decimal commas and groups of three digits."""

import re

#: Spaces and apostrophes between groups of digits, which separate nothing else.
_GAP = r"[\s'\u2019]"
_MINUS = "\u2212"
_PLAIN = re.compile(r"-?[0-9]+")
_ONE_MARK = re.compile(r"(?P<whole>-?[0-9]+)[.,](?P<part>[0-9]+)")
_MAYBE_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED_BY_GAPS = re.compile(rf"-?[0-9]{{1,3}}(?:{_GAP}[0-9]{{3}})+(?:[.,][0-9]+)?")
#: Groups by one mark: several of them, or followed by the other mark.
_GROUPED_BY_MARKS = (
    re.compile(r"(?P<whole>-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+),(?P<part>[0-9]+)"),
    re.compile(r"(?P<whole>-?[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.(?P<part>[0-9]+)"),
    re.compile(r"(?P<whole>-?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})(?P<part>)"),
    re.compile(r"(?P<whole>-?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,})(?P<part>)"),
    # groups of two above the thousands, as in India
    re.compile(r"(?P<whole>-?[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.(?P<part>[0-9]+))?"),
)


def find_number_readings(text: str) -> list[str]:
    """Return the numbers, with a decimal point and nothing else, that a text may mean.

    ``12,5`` and ``1.234,5`` have one reading; ``1,234`` and ``1.234`` have two, of which the
    first is the whole number.
    """
    plain = text.strip().replace(_MINUS, "-")
    if _PLAIN.fullmatch(plain):
        return [plain]
    if _GROUPED_BY_GAPS.fullmatch(plain):
        return [re.sub(_GAP, "", plain).replace(",", ".")]
    if match := _ONE_MARK.fullmatch(plain):
        decimal = f"{match['whole']}.{match['part']}"
        grouped = [match["whole"] + match["part"]] if _MAYBE_GROUPED.fullmatch(plain) else []
        return [*grouped, decimal]
    for pattern in _GROUPED_BY_MARKS:
        if match := pattern.fullmatch(plain):
            part = f".{match['part']}" if match["part"] else ""
            return [re.sub("[.,]", "", match["whole"]) + part]
    return []
