"""Pictures: a NetworkX graph as one page that works without a network connection."""

from graph_builder.pictures.page import PictureError, render, stress_layout, to_pyvis

__all__ = ["PictureError", "render", "stress_layout", "to_pyvis"]
