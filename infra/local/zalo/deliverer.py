"""Sends events to the webhook as Zalo does: signed, 2 seconds, five retries, then off.

Source: fact sheet section 2. The queue is in the store, so a retry survives a restart.
"""

import asyncio
import hashlib
import sqlite3
import ssl
from collections.abc import Callable
from contextlib import suppress

import httpx

from infra.local.zalo import events, limits
from infra.local.zalo.clock import Clock
from infra.local.zalo.events import Event, Stage
from infra.local.zalo.faults import Faults
from infra.local.zalo.messages import Messages
from infra.local.zalo.pages import Page, Pages
from infra.local.zalo.store import Store
from infra.local.zalo.stream import Stream

_MOST_AT_ONCE = 32
_SECONDS = limits.WEBHOOK_TIMEOUT.total_seconds()


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
        messages: Messages,
        stream: Stream,
        webhook_url: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._pages = pages
        self._messages = messages
        self._stream = stream
        self._webhook_url = webhook_url
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        clock.watchers.append(self._wake.set)

    def post(self, page: Page, event: Event, *, user_id: str = "", server: str = "") -> None:
        """Queue an event for the page's app; faults on events strike here."""
        name = str(event["event_name"])
        place = {"page": page.page_id, "user_id": user_id, "event": name}
        happens = self._faults.happens
        if happens("missing_msg_id", **place) and "msg_id" in event.get("message", {}):
            rest = {key: value for key, value in event["message"].items() if key != "msg_id"}
            event = event | {"message": rest}
        if happens("unknown_event", **place):
            stage = Stage(page.app_id, page.page_id, user_id, "", self._clock.milliseconds())
            self.post_body(page, events.to_bytes(events.unheard_of(stage)), stage.time)
        poison = self._faults.strikes("poison_event", **place)
        body = events.poisoned(event, str(poison["kind"])) if poison else events.to_bytes(event)
        signature = ""
        if happens("bad_signature", **place):
            signature = "bad"
        elif happens("missing_signature", **place):
            signature = "missing"
        text = str(event.get("message", {}).get("text", ""))
        self.post_body(
            page,
            body,
            int(event["timestamp"]),
            name=name,
            user_id=user_id,
            message_id=str(event.get("message", {}).get("msg_id", "")),
            server=server,
            signature=signature,
            is_wanted=_is_wanted(page, name, text),
        )

    def post_body(
        self,
        page: Page,
        body: bytes,
        timestamp: int,
        *,
        name: str = "",
        user_id: str = "",
        message_id: str = "",
        server: str = "",
        signature: str = "",
        is_wanted: bool = True,
    ) -> None:
        """Queue any bytes as an event, signed over `timestamp` (milliseconds)."""
        place = {"page": page.page_id, "user_id": user_id, "event": name}
        now = self._clock.milliseconds()
        state, due, copies = "waiting", now, 1
        if not is_wanted:
            state = "switched_off"
        elif not self._pages.app_of(page).webhook_is_enabled or (
            self._faults.happens("drop_events", **place)
        ):
            state = "lost"
        lane = f"{page.page_id} {user_id}"
        if delay := self._faults.strikes("delay_events", **place):
            due = now + int(float(delay["seconds"]) * 1000)
        held_lane = f"held {page.page_id}"
        released_lane = lane
        if hold := self._faults.strikes("reorder_events", **place):
            due, lane = now + int(float(hold["seconds"]) * 1000), held_lane
        if duplicate := self._faults.strikes("duplicate_events", **place):
            copies = int(duplicate["times"])
        with self._store.transaction():
            position = self._store.count("SELECT coalesce(max(number), 0) + 1 FROM deliveries")
            if lane != held_lane:
                # Whatever was held back follows right behind this event.
                self._store.write(
                    "UPDATE deliveries SET lane = ?, position = ?, due = ?"
                    " WHERE lane = ? AND state = 'waiting'",
                    released_lane,
                    position + 0.5,
                    now,
                    held_lane,
                )
            for copy in range(copies):
                self._store.write(
                    "INSERT INTO deliveries (app_id, page_id, user_id, message_id, event_name,"
                    " body, timestamp, server, signature, lane, position, state, retry, due)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                    page.app_id,
                    page.page_id,
                    user_id,
                    message_id,
                    name,
                    body,
                    str(timestamp),
                    server,
                    signature,
                    f"{lane} copy {copy}" if copy else lane,
                    position,
                    state,
                    due,
                )
        self._wake.set()
        self._stream.publish("delivery", page_id=page.page_id, user_id=user_id)

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
                        await asyncio.wait_for(self._wake.wait(), self._seconds_to_next())
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
        rows = self._store.all(
            "SELECT * FROM deliveries WHERE state = 'waiting' AND due <= ?"
            " ORDER BY position, number LIMIT 1000",
            self._clock.milliseconds(),
        )
        for row in rows:
            if len(self._busy) >= _MOST_AT_ONCE:
                break
            if row["lane"] not in self._busy:
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
            async with asyncio.timeout(_SECONDS):
                answer = await client.post(self._webhook_url, content=body, headers=headers)
        except (TimeoutError, httpx.TimeoutException):
            return None, "no answer within 2 s"
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
        self._stream.publish("delivery", page_id=row["page_id"], user_id=row["user_id"])


def _client() -> httpx.AsyncClient:
    # The webhook is on this machine, over plain HTTP: no certificates to load.
    no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(trust_env=False, timeout=_SECONDS, verify=no_certificates)


def _is_wanted(page: Page, name: str, text: str) -> bool:
    """Whether the console's toggles and syntax filter let the event through."""
    toggles = page.settings.events
    if toggles is not None and name not in toggles:
        return False
    filtered = page.settings.only_hash_messages and name.startswith("user_send_")
    return not filtered or text.startswith("#")
