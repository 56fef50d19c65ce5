"""Runs the command line as ``python -m graph_builder``."""

from graph_builder.cli import main

main()
