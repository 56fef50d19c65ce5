"""Where the command line begins: ``aigg``, and ``python -m graph_builder``."""

import signal


def main() -> None:
    """Run the command line, which Ctrl-C ends at once and without a word."""
    # pyoxigraph answers a query in one call, during which Python would not see the signal; and
    # what is imported below would end in a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from graph_builder.cli import main as run

    run()


if __name__ == "__main__":
    main()
