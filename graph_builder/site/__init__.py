"""The site: the graph as a folder of pages, pictures and files that any static host can serve."""

from graph_builder.site.building import asked, files
from graph_builder.site.folder import write

__all__ = ["asked", "files", "write"]
