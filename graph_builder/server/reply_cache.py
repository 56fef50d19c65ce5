"""Replies kept in memory: as long as a graph is served, a task on it has the same reply.

What is kept is bounded in bytes; what was not asked for longest goes first. While a task runs, a
client that asks for the same again waits for its reply. It waits for no other client, whose turn
may come later than its own.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import blake2b
from typing import Any

from graph_builder.server.limits import MAX_CACHED_BYTES, MAX_CACHED_REPLY, HTTPError
from graph_builder.server.lru_cache import LRUCache
from graph_builder.server.sparql_task import Reply

_KEY_BYTES = 16
#: What a kept reply takes beside its body.
_OVERHEAD = 1024
#: Functions whose value is another each time; an escape can hide the name of one.
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b|\\u", re.IGNORECASE)
_KEPT_STATUSES = (200, 303, 308)

ReplyKey = str
_Outcome = Reply | HTTPError | None


def is_repeatable(query: str) -> bool:
    """Return whether a query has the same answer each time, as long as the graph is the same."""
    return not _VOLATILE.search(query)


def compute_reply_key(version: str, task: str, values: Mapping[str, Any]) -> ReplyKey:
    """Return what tells a reply from all others: the graph and program, the task, its values."""
    text = json.dumps([version, task, values], sort_keys=True)
    return blake2b(text.encode(), digest_size=_KEY_BYTES).hexdigest()


def is_kept(reply: Reply) -> bool:
    """Return whether a reply is one of those that are kept."""
    return reply.status in _KEPT_STATUSES and len(reply.body) <= MAX_CACHED_REPLY


class ReplyCache:
    """The kept replies, and the tasks whose replies may be kept."""

    def __init__(self, max_bytes: int = MAX_CACHED_BYTES) -> None:
        """Keep up to ``max_bytes``."""
        self._kept: LRUCache[ReplyKey, Reply] = LRUCache(max_bytes, _measure)
        self._running: dict[tuple[str, ReplyKey], asyncio.Future[_Outcome]] = {}

    def clear(self) -> None:
        """Forget all replies, as when the graph is replaced; keys of another version never fit."""
        self._kept.clear()

    def get(self, key: ReplyKey) -> Reply | None:
        """Return a kept reply."""
        return self._kept.get(key)

    @asynccontextmanager
    async def hold(
        self,
        key: ReplyKey,
        client: str,
        run_task: Callable[[], AbstractAsyncContextManager[Reply]],
    ) -> AsyncIterator[Reply]:
        """Hold a reply for the length of a block: a kept one, another request's, or a new one.

        Raises HTTPError.
        """
        reply = self.get(key) or await self._await_running(key, client)
        if reply:
            yield reply
            return
        outcome: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        self._running.setdefault((client, key), outcome)
        try:
            async with run_task() as reply:
                outcome.set_result(reply if self._keep(key, reply) else None)
                if self._running.get((client, key)) is outcome:
                    del self._running[client, key]
                yield reply
        except HTTPError as error:
            if not outcome.done():
                outcome.set_result(error)
            raise
        finally:
            outcome.cancel()  # without effect once it has a result
            if self._running.get((client, key)) is outcome:
                del self._running[client, key]

    async def _await_running(self, key: ReplyKey, client: str) -> Reply | None:
        """Return the reply of a running task; None if there is none, or none that may be shared."""
        while running := self._running.get((client, key)):
            await asyncio.wait([running])
            if running.cancelled():
                continue  # its client has left
            outcome = running.result()
            if isinstance(outcome, HTTPError):
                raise outcome
            return outcome
        return None

    def _keep(self, key: ReplyKey, reply: Reply) -> bool:
        """Keep a reply if it may be kept and is not too large; returns whether it is."""
        if is_kept(reply):
            self._kept.keep(key, reply)
            return True
        return False


def _measure(_: ReplyKey, reply: Reply) -> int:
    return len(reply.body) + _OVERHEAD
