"""Pictures: views of a graph, each as one page that works without a network connection."""

from graph_builder.pictures.drawing import to_pyvis
from graph_builder.pictures.layout import stress_layout
from graph_builder.pictures.page import render
from graph_builder.pictures.registry import draw, picture

__all__ = ["draw", "picture", "render", "stress_layout", "to_pyvis"]
