"""Write the table of search words as a module for the scripts of pages, into the file named."""

import sys
from pathlib import Path

from graph_builder.core.search_words import format_search_words

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(format_search_words(), encoding="utf-8", newline="\n")
