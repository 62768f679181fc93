"""Sends the outbox to the webhook as Zalo does: signed, 2 seconds, five retries, then off.

Source: fact sheet section 2.
"""

import asyncio
import hashlib
import sqlite3
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import httpx

from infra.local.zalo import limits
from infra.local.zalo.clock import Clock
from infra.local.zalo.faults import Faults
from infra.local.zalo.messages import Messages
from infra.local.zalo.outbox import Outbox
from infra.local.zalo.pages import Pages
from infra.local.zalo.store import Store
from infra.local.zalo.stream import Stream

_MOST_AT_ONCE = 32


def sign(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """`X-ZEvent-Signature` of a body: plain SHA-256, the OA secret key last (section 2.3)."""
    mac = hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode())
    return f"mac={mac.hexdigest()}"


class Deliverer:
    """One citizen's events go out in order at the first attempt; retries, copies and citizens
    do not wait for each other."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        faults: Faults,
        pages: Pages,
        outbox: Outbox,
        messages: Messages,
        stream: Stream,
        webhook_url: str,
        patience: timedelta,
    ) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._pages = pages
        self._messages = messages
        self._stream = stream
        self._webhook_url = webhook_url
        self._seconds = patience.total_seconds()
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        clock.watchers.append(self._wake.set)
        outbox.watchers.append(self._wake.set)

    async def run(self) -> None:
        """Deliver for ever; cancel to stop."""
        # What came due while the simulator was off is due now, not a whole ladder at once.
        self._store.write(
            "UPDATE deliveries SET due = max(due, ?) WHERE state = 'waiting'",
            self._clock.milliseconds(),
        )
        async with _client() as client:
            try:
                while True:
                    self._wake.clear()
                    self._start_due(client)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._seconds_to_next()):
                            await self._wake.wait()
            finally:
                tasks = list(self._busy.values())
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def probe(self) -> dict[str, object]:
        """The console's "Kiểm tra": an unsigned `{}`; the status it got, or the problem."""
        async with _client() as client:
            status, problem = await self._send(client, b"{}", {"Content-Type": "application/json"})
        return {"status": status, "problem": problem}

    def _start_due(self, client: httpx.AsyncClient) -> None:
        while len(self._busy) < _MOST_AT_ONCE:
            marks = ", ".join("?" * len(self._busy))
            row = self._store.one(
                f"SELECT * FROM deliveries WHERE lane NOT IN ({marks})"  # noqa: S608
                " AND state = 'waiting' AND due <= ? ORDER BY position, number LIMIT 1",
                *self._busy,
                self._clock.milliseconds(),
            )
            if row is None:
                return
            task = asyncio.create_task(self._attempt(client, row))
            self._busy[row["lane"]] = task
            task.add_done_callback(self._finished(row["lane"]))

    def _finished(self, lane: str) -> Callable[[asyncio.Task[None]], None]:
        def finish(task: asyncio.Task[None]) -> None:
            del self._busy[lane]
            self._wake.set()
            if not task.cancelled():
                task.result()

        return finish

    def _seconds_to_next(self) -> float | None:
        now = self._clock.milliseconds()
        row = self._store.one(
            "SELECT min(due) AS due FROM deliveries WHERE state = 'waiting' AND due > ?", now
        )
        return (row["due"] - now + 1) / 1000 if row and row["due"] else None

    async def _attempt(self, client: httpx.AsyncClient, row: sqlite3.Row) -> None:
        page = self._pages.get(row["page_id"])
        if page is None:
            self._settle(row, None, "the page is gone")
            return
        headers = {"Content-Type": "application/json"}
        if row["signature"] != "missing":
            secret = self._pages.signing_secret(page)
            if row["signature"] == "bad":
                secret = f"not {secret}"
            headers["X-ZEvent-Signature"] = sign(page.app_id, row["body"], row["timestamp"], secret)
        if row["server"]:
            headers["X-ZEvent-Server"] = row["server"]
        if row["retry"]:
            headers["num_retry"] = str(row["retry"])
        status, problem = await self._send(client, row["body"], headers)
        place = {"page": row["page_id"], "user_id": row["user_id"], "event": row["event_name"]}
        if status == 200 and self._faults.happens("webhook_answer_lost", **place):
            status, problem = None, "the answer was lost (fault)"
        self._settle(row, status, problem)

    async def _send(
        self, client: httpx.AsyncClient, body: bytes, headers: dict[str, str]
    ) -> tuple[int | None, str]:
        try:
            async with asyncio.timeout(self._seconds):
                answer = await client.post(self._webhook_url, content=body, headers=headers)
        except TimeoutError:
            return None, f"no answer within {self._seconds:g} s"
        except httpx.TransportError as error:
            return None, type(error).__name__
        return answer.status_code, ""

    def _settle(self, row: sqlite3.Row, status: int | None, problem: str) -> None:
        number, retry, app_id = row["number"], row["retry"], row["app_id"]
        app = self._pages.app(app_id)
        is_final = retry >= len(limits.LADDER)
        with self._store.transaction():
            self._store.write(
                "INSERT INTO attempts VALUES (?, ?, ?, ?, ?)",
                number,
                retry,
                self._clock.milliseconds(),
                status,
                problem,
            )
            if status == 200:
                self._store.write(
                    "UPDATE deliveries SET state = 'delivered' WHERE number = ?", number
                )
            elif is_final or (status is not None and app and not app.retries_refusals):
                self._store.write("UPDATE deliveries SET state = 'lost' WHERE number = ?", number)
            else:
                # From the planned time: after a jump of the clock the steps in between are made up.
                self._store.write(
                    "UPDATE deliveries SET retry = ?, due = ?, lane = ? WHERE number = ?",
                    retry + 1,
                    row["due"] + int(limits.LADDER[retry].total_seconds() * 1000),
                    f"retry {number}",
                    number,
                )
            if status != 200 and is_final:
                self._pages.change_app(app_id, {"webhook_is_enabled": False})
                self._store.write(
                    "UPDATE deliveries SET state = 'lost' WHERE app_id = ? AND state = 'waiting'",
                    app_id,
                )
        if status == 200 and row["message_id"] and row["event_name"].startswith("user_send_"):
            self._messages.mark_delivered(row["message_id"])
            news = {"page_id": row["page_id"], "user_id": row["user_id"]}
            self._stream.publish("message", **news)
        self._stream.publish("delivery")


def _client() -> httpx.AsyncClient:
    # The webhook is on this machine, over plain HTTP: no certificates to load.
    no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # `_send` limits the time of the whole call, not of each step.
    return httpx.AsyncClient(trust_env=False, timeout=None, verify=no_certificates)  # noqa: S113
