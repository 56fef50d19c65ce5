"""Entry point of the command line: ``aigg``, and ``python -m graph_builder``."""

import gc
import signal

#: New objects after which Python looks for cycles, which few commands make.
_OBJECTS_TO_COLLECT = 50_000


def main() -> None:
    """Run the command line; Ctrl-C ends it at once, without a message."""
    # Python does not see the signal while pyoxigraph answers a query, and an interrupted import
    # would end in a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(_OBJECTS_TO_COLLECT)
    from graph_builder.cli import main as run

    run()


if __name__ == "__main__":
    main()
