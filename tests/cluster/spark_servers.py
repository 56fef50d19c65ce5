"""Servers of the Spark Connect protocol on loopback: Spark with a master and two workers."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import until

HOST = "127.0.0.1"
STARTING = 180.0
CLASSES = "org.apache.spark"
NO_JAVA = "no java on this machine, so nothing ran on Spark"
NO_SPARK = "no Spark on this machine (set SPARK_HOME to its folder), so nothing ran on Spark"


def find_spark() -> Path:
    """Return the folder of Spark, from SPARK_HOME or the distribution pyspark; else skip."""
    if not shutil.which("java"):
        pytest.skip(NO_JAVA)
    found = find_spec("pyspark")
    package = Path(found.origin).parent if found and found.origin else Path()
    for folder in (Path(os.environ.get("SPARK_HOME", "")), package):
        if (folder / "jars").is_dir() and (folder / "bin" / "spark-class").is_file():
            return folder
    pytest.skip(NO_SPARK)


@contextmanager
def run_spark(home: Path, folder: Path) -> Iterator[str]:
    """Yield the address of a Spark Connect server, whose work a master gives to two workers."""
    master, connect = _free_port(), _free_port()
    address = f"spark://{HOST}:{master}"
    start = f"{home}/bin/spark-class {CLASSES}.deploy"
    settings = {
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": connect,
        "spark.driver.bindAddress": HOST,
        "spark.driver.host": HOST,
        "spark.executor.memory": "512m",
        "spark.sql.shuffle.partitions": 2,
        "spark.ui.enabled": "false",
    }
    given = " ".join(f"--conf {name}={value}" for name, value in settings.items())
    worker = f"--host {HOST} --cores 1 --memory 600m --webui-port 0 --work-dir {folder} {address}"
    server = f"--class {CLASSES}.sql.connect.service.SparkConnectServer {given} spark-internal"
    with ExitStack() as stack:
        for number, command in enumerate(
            (
                f"{start}.master.Master --host {HOST} --port {master} --webui-port 0",
                f"{start}.worker.Worker {worker}",
                f"{start}.worker.Worker {worker}",
                f"{home}/bin/spark-submit --master {address} {server}",
            )
        ):
            stack.enter_context(_run(command, home, folder / f"log-{number}"))
            if number in (0, 3):
                port = connect if number else master
                assert until(lambda port=port: _answers(port), STARTING), command  # type: ignore[misc]
        yield f"sc://{HOST}:{connect}"


@contextmanager
def _run(command: str, home: Path, log: Path) -> Iterator[None]:
    """Run a program of Spark until the end, when it is told to end, and then made to."""
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST}
    with log.open("wb") as file:
        process = subprocess.Popen(command.split(), stdout=file, stderr=file, env=environment)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return not tried.connect_ex((HOST, port))
