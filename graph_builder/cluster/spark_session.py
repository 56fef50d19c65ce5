"""Sessions of engines with the Spark DataFrame API, and tables that they keep between steps."""

import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from graph_builder.core.errors import LibraryError, ReadError
from graph_builder.core.text import quote

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: The names of Sail on this machine: threads of this process, or a driver and workers over RPC.
LOCAL_MODES = {"sail": "local", "sail-cluster": "local-cluster"}
_CONNECT = re.compile(r"sc://(?P<host>[^:/;]+)(?::(?P<port>\d+))?(?:[/;].*)?")
_DEFAULT_PORT = 15002
_PATIENCE = 10.0


@contextmanager
def open_session(master: str = "sail") -> "Iterator[SparkSession]":
    """Yield a session of an engine, which is stopped at the end.

    ``master`` is ``sail`` or ``sail-cluster`` for Sail on this machine, the address of a Spark
    Connect server (``sc://host:port``) of Sail or Spark, or whatever else Spark takes for a master
    (``spark://host:port``), which needs the distribution pyspark and Java. Raises LibraryError if
    a library is missing, and ReadError for an address at which nothing answers.
    """
    if master in LOCAL_MODES:
        with start_sail(LOCAL_MODES[master]) as address:
            yield from _connect(address)
    else:
        yield from _connect(master)


@contextmanager
def start_sail(mode: str) -> Iterator[str]:
    """Yield the address of a Sail server in this process: of this machine alone, and no password.

    ``mode`` is one of Sail's, such as ``local``. Raises LibraryError without pysail.
    """
    os.environ.setdefault("RUST_LOG", "error")
    os.environ["SAIL_MODE"] = mode
    try:
        from pysail.spark import SparkConnectServer
    except ImportError as error:
        raise _make_library_error("Sail", "pysail") from error
    server = SparkConnectServer()
    server.start()
    host, port = server.listening_address
    try:
        yield f"sc://{host}:{port}"
    finally:
        server.stop()


def _connect(master: str) -> "Iterator[SparkSession]":
    try:
        with warnings.catch_warnings():
            # it warns of pandas, which is not used here
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            from pyspark.sql import SparkSession
            from pyspark.util import is_remote_only

            is_remote = master.startswith("sc:")
            if is_remote:
                _check_answers(master)
                with _name_main_file():
                    import pyspark.sql.connect  # noqa: F401
            elif is_remote_only():
                raise LibraryError(
                    f"{quote(master)} needs the whole of Spark: install pyspark and Java in place "
                    "of pyspark-client, or give the address of a Spark Connect server, "
                    "sc://HOST:PORT"
                )
            builder = SparkSession.builder
            session = (
                builder.remote(master).create()
                if is_remote
                else builder.master(master).getOrCreate()
            )
    except ImportError as error:
        raise _make_library_error("a Spark session", "pyspark") from error
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def _name_main_file() -> Iterator[None]:
    """Give the main module a file while the client of Spark is imported, if it has none.

    A program without one, such as that of ``python -c``, is taken for the client's own doctests and
    ended.
    """
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = "<string>"
    try:
        yield
    finally:
        del main.__file__


def _make_library_error(what: str, library: str) -> LibraryError:
    return LibraryError(f"{what} needs {library}; pip install 'ai-governance-graph[cluster]'")


def _check_answers(master: str) -> None:
    """Raise ReadError if nothing listens at an address: the client would try for minutes."""
    found = _CONNECT.fullmatch(master)
    if not found:
        raise ReadError(f"{quote(master)} is no address of a Spark server; write sc://HOST:PORT")
    place = found["host"], int(found["port"] or _DEFAULT_PORT)
    try:
        socket.create_connection(place, _PATIENCE).close()
    except OSError as error:
        raise ReadError(f"{master}: no Spark server answers; is it running?") from error


class WorkFolder:
    """A folder in which tables are kept between steps, so that no step repeats those before it.

    Driver and workers must see it under one path.
    """

    def __init__(self, session: "SparkSession", path: str) -> None:
        """Use a folder, given by path or by address, such as ``s3://bucket/work``."""
        self._session = session
        self._path = path.rstrip("/")
        self._numbers = count()
        self._latest: dict[str, str] = {}

    def keep(self, table: "DataFrame", name: str) -> "DataFrame":
        """Return a table read back from the folder; the one that had its name before is deleted.

        Nothing is deleted in a folder that is not of this machine.
        """
        place = f"{self._path}/{name}-{next(self._numbers):05}"
        table.write.parquet(place)
        if (former := self._latest.get(name)) and Path(former).is_dir():
            shutil.rmtree(former)
        self._latest[name] = place
        kept = self._session.read.parquet(place)
        # Sail writes no file of a table without rows
        return kept if kept.columns else self._session.createDataFrame([], table.schema)
