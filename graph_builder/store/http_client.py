"""HTTP client for SPARQL servers, with limits of time and size and safe retries.

Credentials come from the environment alone (AIGG_STORE_USER and AIGG_STORE_PASSWORD, or
AIGG_STORE_TOKEN) and are sent only over HTTPS or to this machine.
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

#: The largest response in bytes, and timeouts in seconds.
MAX_RESPONSE_BYTES = 512 * 1024 * 1024
CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 60.0
_RETRY_DELAYS = (0.2, 0.8)
#: Statuses of a server that is busy for the moment.
RETRY_STATUSES = (502, 503, 504)
_MAX_REASON_LENGTH = 300


class ServerError(ReadError):
    """A server refused a request; ``status`` is the HTTP status code."""

    def __init__(self, message: str, status: int) -> None:
        """Set the message and the status code."""
        super().__init__(message)
        self.status = status


class SparqlClient:
    """A client for the SPARQL server at ``url``; it connects when first used."""

    def __init__(self, url: str, transport: "httpx.BaseTransport | None" = None) -> None:
        """Check the address; raises ReadError if it is not valid or contains a password."""
        parts = _split_url(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise ReadError(
                f"{quote(url)} is not an address of a SPARQL server such as https://example.org/sparql"
            )
        if parts.username or parts.password:
            raise ReadError(
                f"{parts.hostname}: an address must not contain a password; "
                "put it in the environment variables AIGG_STORE_USER and AIGG_STORE_PASSWORD"
            )
        self.url = url
        self._transport = transport
        self._client: httpx.Client | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        retry: bool,
        accept: str = "*/*",
        read_timeout: float = READ_TIMEOUT,
        **options: Any,
    ) -> "httpx.Response":
        """Return the complete response; with ``retry``, repeat a request that fails for the moment.

        Raises ReadError if no server answers in time, ServerError if it refuses.
        """
        import httpx

        headers = {"Accept": accept, **options.pop("headers", {})}
        options["timeout"] = httpx.Timeout(read_timeout, connect=CONNECT_TIMEOUT)
        for pause in (*_RETRY_DELAYS, None) if retry else (None,):
            try:
                response = self._send_once(method, url, headers=headers, **options)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise ReadError(
                    f"{quote(self.url)} is not an address of a SPARQL server"
                ) from error
            except httpx.ConnectError as error:
                problem = ReadError(f"{self.url}: no server answers: {escape_controls(str(error))}")
            except httpx.TimeoutException as error:
                raise ReadError(
                    f"{self.url}: no answer within {read_timeout:g} seconds; try again later"
                ) from error
            except httpx.HTTPError as error:
                problem = ReadError(
                    f"{self.url}: the connection failed: {escape_controls(str(error))}"
                )
            else:
                if response.status_code not in RETRY_STATUSES or pause is None:
                    return _check_status(response, self.url)
                problem = ReadError("")
            if pause is None:
                raise problem
            time.sleep(pause)
        raise AssertionError  # unreachable: the last pause is None

    def _send_once(self, method: str, url: str, **options: Any) -> "httpx.Response":
        import httpx

        with self._get_client().stream(method, url, **options) as response:
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if len(body) > MAX_RESPONSE_BYTES:
                    raise ReadError(
                        f"{self.url}: the answer is larger than {MAX_RESPONSE_BYTES:,} bytes; ask "
                        "for less"
                    )
        return httpx.Response(
            response.status_code,
            headers=[(k, v) for k, v in response.headers.items() if k != "content-encoding"],
            content=bytes(body),
        )

    def _get_client(self) -> "httpx.Client":
        try:
            import httpx
        except ImportError as error:
            raise ReadError(
                "httpx is needed to use a SPARQL server; pip install 'ai-governance-graph[remote]'"
            ) from error
        if self._client is None:
            self._client = httpx.Client(
                auth=_read_credentials(self.url),
                transport=self._transport,
                # certificates take time to load, and http needs none
                verify=urlsplit(self.url).scheme != "http",
                headers={"User-Agent": "aigg"},
            )
            finalize(self, self._client.close)
        return self._client


def _split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL, or None if the URL or its port is invalid."""
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
        raise ReadError(
            f"{url}: the connection is not secure, so no password or token is sent; use https, or "
            "unset AIGG_STORE_USER and AIGG_STORE_TOKEN"
        )
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

    class ChallengeAuth(httpx.Auth):
        """Sends credentials once a server asks for them, by the scheme that it names."""

        scheme: httpx.Auth | None = None

        def auth_flow(
            self, request: httpx.Request
        ) -> Generator[httpx.Request, httpx.Response, None]:
            if self.scheme is None:
                response = yield request
                if response.status_code != httpx.codes.UNAUTHORIZED:
                    return
                challenge = response.headers.get("WWW-Authenticate", "").lower()
                auth = httpx.DigestAuth if challenge.startswith("digest") else httpx.BasicAuth
                self.scheme = auth(user, password)
            yield from self.scheme.auth_flow(request)

    class BearerAuth(httpx.Auth):
        """Sends a bearer token with every request."""

        def auth_flow(
            self, request: httpx.Request
        ) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    return BearerAuth() if token else ChallengeAuth()
