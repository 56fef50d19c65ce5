"""Write the table of foldings as a module for the scripts of pages, into the file that is named."""

import sys
from pathlib import Path

from graph_builder.core.folding import format_folding_table

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(format_folding_table(), encoding="utf-8", newline="\n")
