"""The files of ``deploy``: systemd and proxies accept them, and the server their options."""

import json
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph_builder.cli.serve_command import serve
from tests.conftest import ROOT, until
from tests.server.conftest import Answer, Server, Start, logged

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "aigg.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMMAND = re.findall(r"^ExecStart=(\S+/aigg) serve ", UNIT, re.MULTILINE)[0]
BACKEND = "127.0.0.1:7878"


def find_program(name: str) -> str:
    found = shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin")
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def check(*words: object) -> None:
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "") or "successful" in done.stderr, done.stderr


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "aigg.service"
    unit.write_text(UNIT.replace(COMMAND, "/bin/true"), encoding="utf-8")
    check(find_program("systemd-analyze"), "verify", "--man=no", unit)


def test_the_unit_starts_the_server_with_options_that_it_has() -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    command, name, *words = shlex.split(line)
    assert (command, name) == (COMMAND, "serve")
    options = serve.make_context("serve", words).params
    assert (options["public_url"], options["behind_proxy"]) == ("https://example.org/graph", True)


def test_the_container_is_built_as_is_good_practice() -> None:
    parse = pytest.importorskip("dockerfile_parse").DockerfileParser
    steps = [(step["instruction"], step["value"]) for step in _read_steps(parse)]
    names = [name for name, _ in steps]
    images = [value.split()[0] for name, value in steps if name == "FROM"]
    assert all(re.fullmatch(r"[a-z]+:\d[\w.-]*", image) for image in images)
    assert "ADD" not in names
    assert names.index("USER") < names.index("ENTRYPOINT") < names.index("CMD")
    assert dict(steps)["USER"].isdecimal()
    assert "/health" in dict(steps)["HEALTHCHECK"]
    entry, words = (json.loads(dict(steps)[name]) for name in ("ENTRYPOINT", "CMD"))
    assert entry[:2] == [COMMAND, "serve"]
    assert serve.make_context("serve", [*entry[2:], *words]).params["proxies"]


def _read_steps(parse: object) -> list[dict[str, str]]:
    from io import BytesIO

    steps = parse(fileobj=BytesIO(CONTAINER.encode())).structure  # type: ignore[operator]
    return [step for step in steps if step["instruction"] != "COMMENT"]


@contextmanager
def running_nginx(folder: Path, backend: int) -> Iterator[int]:
    """Run nginx with the locations of ``deploy`` before a server, and return its port."""
    port = find_free_port()
    locations = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    server = f"server {{ listen 127.0.0.1:{port}; {locations.replace('7878', str(backend))} }}"
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error;\n"
        f"events {{}} http {{ access_log off; {temporary} {server} }}",
        encoding="utf-8",
    )
    words = [find_program("nginx"), "-p", str(folder), "-e", str(folder / "error")]
    words += ["-c", str(folder / "nginx.conf")]
    check(*words, "-t")
    with subprocess.Popen(words) as process:
        try:
            assert until(lambda: _is_open(port) or process.poll() is not None)
            yield port
        finally:
            process.terminate()


@contextmanager
def running_caddy(folder: Path, backend: int) -> Iterator[int]:
    """Run Caddy with the file of ``deploy`` before a server, and return its port."""
    port = find_free_port()
    file = folder / "Caddyfile"
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8").replace("7878", str(backend))
    site = f"http://example.org:{port} {{\n\tbind 127.0.0.1"
    options = "{\n\tadmin off\n\tauto_https off\n}\n"
    file.write_text(options + text.replace("example.org {", site, 1), encoding="utf-8")
    words = [find_program("caddy"), "run", "--adapter", "caddyfile", "--config", str(file)]
    own = {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with subprocess.Popen(words, stderr=subprocess.DEVNULL, env=own) as process:
        try:
            assert until(lambda: _is_open(port) or process.poll() is not None)
            yield port
        finally:
            process.terminate()


def _is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.server
@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_a_proxy_with_a_path_prefix(start: Start, data: Path, tmp_path: Path, proxy: str) -> None:
    """The clients' addresses and the names are right; what clients say of themselves is not."""
    run = running_nginx if proxy == "nginx" else running_caddy
    find_program(proxy)
    server = start("-s", data, "--behind-proxy", "--allowed-host", "example.org")
    with run(tmp_path, server.port) as port:
        front = Server(server.process, port, server.log)
        host = "example.org" if proxy == "nginx" else f"example.org:{port}"
        forged = {"X_Forwarded_For": "192.0.2.66", "X_Forwarded_Prefix": "/evil"}

        def get(path: str, **headers: str) -> Answer:
            return front.send("GET", path, None, Host=host, **headers)

        described = get("/graph/sparql", Accept="text/turtle", **forged).text
        assert f"#endpoint> <http://{host}/graph/sparql>" in described
        assert get("/graph/sparql?query=ASK%7B%7D").status == 200
        assert get("/graph").headers["location"].endswith("/graph/")
        assert "/graph/void" in get("/.well-known/void").headers["location"]
        assert "Disallow: /graph/sparql" in get("/robots.txt").text
        assert b"href=" in get("/graph/", Accept="text/html").body
        assert until(lambda: " 127.0.0.1 GET /sparql 200" in logged(server))
        assert "192.0.2.66" not in logged(server)
