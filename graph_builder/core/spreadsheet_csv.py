"""CSV for spreadsheet programs, which need a byte order mark and run cells as formulas.

Commas separate the cells. A line ``sep=`` would tell a separator, but Excel then reads the file in
the encoding of the machine, in spite of the mark; semicolons would fail where commas work.
"""

import csv
import io
import re

BYTE_ORDER_MARK = "\ufeff"
#: What begins a formula, also in full width, or is skipped before one; a negative number is none.
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(
    r"(?!-\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z)\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)


def protect_cells(text: str) -> str:
    """Return CSV with a byte order mark and an apostrophe before each cell that begins a formula.

    Each cell is quoted, so that none is split where semicolons separate.
    """
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return BYTE_ORDER_MARK + out.getvalue()
