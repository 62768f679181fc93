"""The queue of events to the webhook: what is to go out, when, and which faults strike it."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.local.zalo import events
from infra.local.zalo.clock import Clock
from infra.local.zalo.events import Event, Stage
from infra.local.zalo.faults import Faults
from infra.local.zalo.pages import Page, Pages
from infra.local.zalo.store import Store


@dataclass(frozen=True, slots=True)
class Letter:
    """The bytes of one event and what has to be known about it without reading them.

    `signature` is empty, "bad" or "missing" (faults); `server` is sent as `X-ZEvent-Server`.
    """

    body: bytes
    timestamp: str
    event_name: str = ""
    user_id: str = ""
    message_id: str = ""
    server: str = ""
    signature: str = ""


class Outbox:
    """Letters in the store, each in a lane; the deliverer empties the lanes in order.

    A citizen's letters to a page share a lane. `watchers` are told of every new letter.
    """

    def __init__(self, store: Store, clock: Clock, faults: Faults, pages: Pages) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._pages = pages
        self.watchers: list[Callable[[], None]] = []

    def post(self, page: Page, event: Event, *, user_id: str = "", server: str = "") -> None:
        """Queue an event for the page's app; the faults that spoil events strike here."""
        name = str(event["event_name"])
        place = {"page": page.page_id, "user_id": user_id, "event": name}
        happens = self._faults.happens
        message = event.get("message", {})
        message_id = str(message.get("msg_id", ""))
        is_wanted = _is_wanted(page, name, str(message.get("text", "")))
        if happens("missing_msg_id", **place) and message_id:
            rest = {key: value for key, value in message.items() if key != "msg_id"}
            event = event | {"message": rest}
        if happens("unknown_event", **place):
            stage = Stage(page.app_id, page.page_id, user_id, "", self._clock.milliseconds())
            self.post_letter(
                page, Letter(events.to_bytes(events.unheard_of(stage)), str(stage.time))
            )
        poison = self._faults.strikes("poison_event", **place)
        signature = "bad" if happens("bad_signature", **place) else ""
        letter = Letter(
            body=events.poisoned(event, str(poison["kind"])) if poison else events.to_bytes(event),
            timestamp=str(event["timestamp"]),
            event_name=name,
            user_id=user_id,
            message_id=message_id,
            server=server,
            signature="missing" if happens("missing_signature", **place) else signature,
        )
        self.post_letter(page, letter, is_wanted=is_wanted)

    def post_letter(self, page: Page, letter: Letter, *, is_wanted: bool = True) -> None:
        """Queue any bytes as an event; the faults of the way strike here."""
        place = {"page": page.page_id, "user_id": letter.user_id, "event": letter.event_name}
        strikes = self._faults.strikes
        now = self._clock.milliseconds()
        state = "waiting"
        if not is_wanted:
            state = "switched_off"
        elif not self._pages.app_of(page).webhook_is_enabled or (
            self._faults.happens("drop_events", **place)
        ):
            state = "lost"
        delay = strikes("delay_events", **place) or {"seconds": 0}
        hold = strikes("reorder_events", **place)
        duplicate = strikes("duplicate_events", **place) or {"times": 1}
        due = now + int(float((hold or delay)["seconds"]) * 1000)
        lane, held_lane = f"{page.page_id} {letter.user_id}", f"held {page.page_id}"
        with self._store.transaction():
            position = self._store.count("SELECT coalesce(max(number), 0) + 1 FROM deliveries")
            if not hold:
                # Whatever was held back follows right behind this event.
                self._store.write(
                    "UPDATE deliveries SET lane = ?, position = ?, due = ?"
                    " WHERE lane = ? AND state = 'waiting'",
                    lane,
                    position + 0.5,
                    now,
                    held_lane,
                )
            for copy in range(int(duplicate["times"])):
                self._store.write(
                    "INSERT INTO deliveries (app_id, page_id, user_id, message_id, event_name,"
                    " body, timestamp, server, signature, lane, position, state, retry, due)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                    page.app_id,
                    page.page_id,
                    letter.user_id,
                    letter.message_id,
                    letter.event_name,
                    letter.body,
                    letter.timestamp,
                    letter.server,
                    letter.signature,
                    f"{lane} copy {copy}" if copy else held_lane if hold else lane,
                    position,
                    state,
                    due,
                )
        for watcher in self.watchers:
            watcher()


def _is_wanted(page: Page, name: str, text: str) -> bool:
    """Whether the console's toggles and syntax filter let the event through."""
    toggles = page.settings.events
    if toggles is not None and name not in toggles:
        return False
    filtered = page.settings.only_hash_messages and name.startswith("user_send_")
    return not filtered or text.startswith("#")
