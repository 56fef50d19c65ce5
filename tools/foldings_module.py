"""Write the table of foldings as a module for the scripts of pages, into the file that is named."""

import sys
from pathlib import Path

from graph_builder.core.folding import format_foldings_module

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(format_foldings_module(), encoding="utf-8", newline="\n")
