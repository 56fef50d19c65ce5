"""Pictures: a network as one page that works without a network connection."""

from graph_builder.pictures.drawing import to_pyvis
from graph_builder.pictures.layout import stress_layout
from graph_builder.pictures.page import render
from graph_builder.pictures.views import draw

__all__ = ["draw", "render", "stress_layout", "to_pyvis"]
