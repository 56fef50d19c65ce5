"""Requests to SPARQL servers: bounded in time and size, repeated where that is safe, and sparing.

Credentials come from the environment alone (AIGG_STORE_USER and AIGG_STORE_PASSWORD, or
AIGG_STORE_TOKEN) and are sent over HTTPS or to this machine only.
"""

import os
import time
from collections.abc import Generator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit
from weakref import finalize

from graph_builder.core.errors import ReadError
from graph_builder.core.text import escape_controls, quote, shorten

if TYPE_CHECKING:
    import httpx

#: What an answer may weigh, in bytes, and how long a server may take, in seconds.
MAX_RESPONSE_BYTES = 512 * 1024 * 1024
CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 60.0
_RETRY_DELAYS = (0.2, 0.8)
_RETRY_STATUSES = (502, 503, 504)
_MAX_REASON_LENGTH = 300


class ServerError(ReadError):
    """A server refused a request; ``status`` is that of HTTP."""

    def __init__(self, message: str, status: int) -> None:
        """Keep the status beside the sentence."""
        super().__init__(message)
        self.status = status


class SparqlClient:
    """The address of a SPARQL server, and a client for it that is made when it is first used."""

    def __init__(self, url: str, transport: "httpx.BaseTransport | None" = None) -> None:
        """Check the address; raises ReadError for one that is none, or that holds a password."""
        parts = _split_url(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise ReadError(
                f"{quote(url)} is no address of a SPARQL server, as https://example.org/sparql is"
            )
        if parts.username or parts.password:
            raise ReadError(
                f"{parts.hostname}: an address holds no password; "
                "set AIGG_STORE_USER and AIGG_STORE_PASSWORD"
            )
        self.url = url
        self._transport = transport
        self._client: httpx.Client | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        again: bool,
        accept: str = "*/*",
        **options: Any,
    ) -> "httpx.Response":
        """Return the response, which is read; one that a request may be repeated for is awaited.

        Raises ReadError where no server answers in time, ServerError where it refuses.
        """
        import httpx

        headers = {"Accept": accept, **options.pop("headers", {})}
        for pause in (*_RETRY_DELAYS, None) if again else (None,):
            try:
                response = self._once(method, url, headers=headers, **options)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise ReadError(f"{quote(self.url)} is no address of a SPARQL server") from error
            except httpx.ConnectError as error:
                problem = ReadError(f"{self.url}: no server answers: {escape_controls(str(error))}")
            except httpx.TimeoutException as error:
                raise ReadError(f"{self.url}: no answer within {READ_TIMEOUT:g} seconds") from error
            except httpx.HTTPError as error:
                problem = ReadError(
                    f"{self.url}: the connection broke: {escape_controls(str(error))}"
                )
            else:
                if response.status_code not in _RETRY_STATUSES or pause is None:
                    return _check_status(response, self.url)
                problem = ReadError("")
            if pause is None:
                raise problem
            time.sleep(pause)
        raise AssertionError  # the last pause is None, so the loop has ended before

    def _once(self, method: str, url: str, **options: Any) -> "httpx.Response":
        import httpx

        with self._opened().stream(method, url, **options) as response:
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if len(body) > MAX_RESPONSE_BYTES:
                    raise ReadError(
                        f"{self.url}: the answer is larger than {MAX_RESPONSE_BYTES:,} bytes"
                    )
        return httpx.Response(
            response.status_code,
            headers=[(k, v) for k, v in response.headers.items() if k != "content-encoding"],
            content=bytes(body),
        )

    def _opened(self) -> "httpx.Client":
        try:
            import httpx
        except ImportError as error:
            raise ReadError(
                "a SPARQL server is read with httpx; pip install 'ai-governance-graph[remote]'"
            ) from error
        if self._client is None:
            self._client = httpx.Client(
                auth=_read_credentials(self.url),
                timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
                transport=self._transport,
                headers={"User-Agent": "aigg"},
            )
            finalize(self, self._client.close)
        return self._client


def _split_url(url: str) -> SplitResult | None:
    """Return the parts of an address, or None where it or its port cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


def _check_status(response: "httpx.Response", url: str) -> "httpx.Response":
    if response.is_success:
        return response
    is_page = get_media_type(response) == "text/html"
    said = (
        ""
        if is_page
        else shorten(escape_controls(response.text.strip().partition("\n")[0]), _MAX_REASON_LENGTH)
    )
    raise ServerError(
        f"{url}: the server refused ({response.status_code}): {said}".rstrip(": "),
        response.status_code,
    )


def get_media_type(response: "httpx.Response") -> str:
    """Return the media type of a response, without parameters, or ""."""
    return escape_controls(
        response.headers.get("content-type", "").partition(";")[0].strip().lower()
    )


def _read_credentials(url: str) -> "httpx.Auth | None":
    user, password, token = (
        os.environ.get(f"AIGG_STORE_{name}", "") for name in ("USER", "PASSWORD", "TOKEN")
    )
    if not (user or token):
        return None
    if not _is_secure(url):
        raise ReadError(f"{url}: credentials are sent over https or to this machine only")
    return _build_auth(user, password, token)


def _is_secure(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" or ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _build_auth(user: str, password: str, token: str) -> "httpx.Auth":
    import httpx

    class Asked(httpx.Auth):
        """Credentials that are sent once a server has asked, in the way it asks for."""

        way: httpx.Auth | None = None

        def auth_flow(
            self, request: httpx.Request
        ) -> Generator[httpx.Request, httpx.Response, None]:
            if self.way is None:
                response = yield request
                if response.status_code != httpx.codes.UNAUTHORIZED:
                    return
                asked = response.headers.get("WWW-Authenticate", "").lower()
                way = httpx.DigestAuth if asked.startswith("digest") else httpx.BasicAuth
                self.way = way(user, password)
            yield from self.way.auth_flow(request)

    class Bearer(httpx.Auth):
        """A token that is sent with every request."""

        def auth_flow(
            self, request: httpx.Request
        ) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    return Bearer() if token else Asked()
