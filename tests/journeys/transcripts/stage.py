"""Plays a script on the real worker, keeper and sender, over the real Firestore emulator."""

import hashlib
import io
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PIL import Image

from functions.evidence.fetching import Fetched
from functions.evidence.keeping import Keeper
from functions.followups.model import FollowUp, State
from functions.followups.sender import Sender
from functions.followups.sentences import Choice
from functions.identity.pseudonym import citizen_key
from functions.identity.vault import Person
from functions.units.store import UnitStore
from functions.vietnam import VIETNAM
from functions.zalo.messages import QueryButton, RequestUserInfo, TextMessage
from infra.local.province import Province
from infra.local.seed import seed_province
from tests.emulators import MovableClock, Project
from tests.intake.desk import SECRET, Desk, row_of
from tests.intake.phone import Phone
from tests.journeys.transcripts.officers import Duty
from tests.journeys.transcripts.script import Kind, Line, Script
from tests.zalo.samples import CITIZEN

_MENU = {"Gửi phản ánh": "#guiphananh", "Tra cứu kết quả": "#tracuu", "Hỗ trợ": "#hotro"}
"""The keys under the chat that are always there."""
_REST = timedelta(minutes=45)
"""What comes so long after the last line still belongs to the conversation."""
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Handset(Phone):
    """A phone that can send all that people send."""

    def sends(self, what: str, caption: str, *, at: datetime) -> bytes:
        """What a line in brackets says.

        Raises:
            ValueError: something that phones do not send.
        """
        kind, _, rest = what.partition(": ")
        match kind:
            case "ảnh":
                addresses = [f"https://photo-stal-12.zdn.vn/{name}" for name in rest.split(", ")]
                return self.photo(*addresses, at=at, caption=caption)
            case "video":
                payload = {"url": f"https://video-stal-12.zdn.vn/{rest}", "description": caption}
                attachments = [{"type": "video", "payload": payload}]
                return self._sends("video", {"text": caption, "attachments": attachments}, at)
            case "vị trí":
                latitude, longitude = rest.split(", ")
                return self.location(float(latitude), float(longitude), at=at)
            case "nhãn dán":
                return self.sticker(at=at)
            case "quan tâm trang":
                return self.follows(at=at)
            case "bỏ quan tâm":
                return self.unfollows(at=at)
            case "rút lại sự đồng ý":
                return self.withdraws(at=at)
            case "chia sẻ thông tin":
                name, phone = rest.split(", ")
                return self._event(
                    "user_submit_info",
                    at,
                    sender={"id": self.user_id},
                    recipient={"id": self.page_id},
                    info={"name": name, "phone": phone},
                )
            case _:
                raise ValueError(f"nobody can send {what}")


class _Photographs:
    """A media host where every address has a small picture."""

    @contextmanager
    def fetch(self, address: str) -> Iterator[Fetched]:
        """The picture of that address."""
        content = io.BytesIO()
        shade = hashlib.sha256(address.encode()).digest()[0]
        Image.new("RGB", (8, 8), (shade, shade, shade)).save(content, "PNG")
        body = content.getvalue()
        yield Fetched(
            content=content,
            size=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            md5=hashlib.md5(body, usedforsecurity=False).hexdigest(),
            media_type="image/png",
        )


@dataclass
class _Chat:
    """The citizen's chat window: whoever sends to it is noted, within Zalo's limits."""

    clock: MovableClock
    lines: list[Line] = field(default_factory=list)
    payloads: dict[str, str] = field(default_factory=lambda: dict(_MENU))

    def send(self, person: Person, text: str, choices: Sequence[Choice]) -> str:
        """A message of the page arrives."""
        TextMessage(
            text=text,
            buttons=tuple(QueryButton(title=one.title, payload=one.payload) for one in choices),
        )
        at = self.clock.now().astimezone(VIETNAM)
        self.payloads |= {choice.title: choice.payload for choice in choices}
        titles = tuple(choice.title for choice in choices)
        self.lines.append(Line(at, Kind.PAGE, text, buttons=titles))
        return f"m{len(self.lines)}"

    def request_details(self, person: Person, title: str, text: str) -> str:
        """Zalo's form for name, telephone and address arrives."""
        RequestUserInfo(title=title, subtitle=text, image_url="https://x.example/form.png")
        at = self.clock.now().astimezone(VIETNAM)
        self.lines.append(Line(at, Kind.PAGE, f"(biểu mẫu của Zalo: {title})\n{text}"))
        return f"m{len(self.lines)}"

    def was_delivered(self, person: Person, text: str, since: datetime) -> bool:
        """Whatever is sent arrives."""
        return True


def _drawing(name: str) -> Callable[[int], bytes]:
    """Bytes that follow from the transcript, so that its first code stays what it is."""
    drawn: defaultdict[int, itertools.count[int]] = defaultdict(itertools.count)
    return lambda count: hashlib.shake_128(f"{name}:{count}:{next(drawn[count])}".encode()).digest(
        count
    )


class Stage:
    """One citizen, one page, and every function that a conversation needs."""

    def __init__(self, project: Project, province: Province, script: Script) -> None:
        self._script = script
        self._clock = MovableClock(script.lines[0].at)
        self._desk = Desk(project, self._clock)
        self._desk.draw = _drawing(script.title)
        self._chat = _Chat(self._clock)
        named = [page for page in province.pages if page.name == script.page]
        page = named[0] if named else province.pages[0]
        self._phone = Handset(CITIZEN, page.page_id, page.app_id)
        self._citizen = citizen_key(SECRET, page.page_id, CITIZEN)
        self._order: dict[str, int] = {}
        self._seen_wake_ups = 0
        seed_province(project.firestore_client(), province)
        desk = self._desk
        self._units = UnitStore(desk.database)
        self._worker = desk.worker()
        self._sender = Sender(
            followups=desk.followups,
            reports=desk.reports,
            people=desk.people,
            messenger=self._chat,
            clock=self._clock,
            draw_attempt=lambda: desk.draw(8).hex(),
            wake=lambda *_: None,
        )
        self._duty = Duty(
            citizen=self._citizen,
            database=desk.database,
            reports=desk.reports,
            followups=desk.followups,
            units=self._units,
            draw=desk.draw,
        )
        self._keeper = Keeper(
            database=desk.database,
            evidence=desk.evidence,
            reports=desk.reports,
            followups=desk.followups,
            units=self._units,
            originals=project.bucket("originals"),
            previews=project.bucket("previews"),
            fetcher=_Photographs(),  # type: ignore[arg-type]
            clock=self._clock,
            maximum_bytes=1024 * 1024,
            wake_followup=lambda *_: None,
        )

    def play(self) -> str:
        """The whole conversation, written down."""
        for at, burst in itertools.groupby(self._script.lines, key=lambda line: line.at):
            self._wait_until(at)
            self._act(list(burst))
        self._wait_until(self._clock.now() + _REST)
        return self._script.written(self._chat.lines)

    def _act(self, burst: list[Line]) -> None:
        self._clock.moment = max(self._clock.moment, burst[0].at)
        bodies: list[bytes] = []
        for line in burst:
            self._chat.lines.append(line)
            self._clock.advance(_SECOND)
            now = self._clock.now()
            match line.kind:
                case Kind.WRITES:
                    bodies.append(self._phone.text(line.words, at=now))
                case Kind.PRESSES:
                    bodies.append(self._phone.text(self._payload(line.words), at=now))
                case Kind.SENDS:
                    bodies.append(self._phone.sends(line.words, line.caption, at=now))
                case _:
                    self._duty.do(line.words, now)
        if bodies:
            self._fold(*bodies)
        self._wait_until(self._clock.now())

    def _payload(self, title: str) -> str:
        if title not in self._chat.payloads:
            raise ValueError(f"nobody was offered a button {title}")
        return self._chat.payloads[title]

    def _fold(self, *bodies: bytes) -> None:
        for body in bodies:
            row = row_of(body, (self._phone.page_id,))
            self._desk.inbox.keep(row, now=self._clock.now())
        self._worker.fold(self._citizen)
        for wake_ups in self._desk.woken[self._seen_wake_ups :]:
            for piece in wake_ups.evidence:
                self._keeper.keep(piece)
            for identifier, _ in wake_ups.followups:
                self._order.setdefault(identifier, len(self._order))
        self._seen_wake_ups = len(self._desk.woken)

    def _wait_until(self, moment: datetime) -> None:
        """Let happen what is due until then: messages go out, silence closes."""
        while True:
            due = [(one.next_at, self._place(one), one.id) for one in self._pending()]
            silent = [(at, -1, "") for at in self._desk.conversations.silent(moment).values()]
            at, _, identifier = min(due + silent, default=(moment + _SECOND, 0, ""))
            if at > moment:
                break
            self._clock.moment = max(self._clock.moment, at)
            if identifier:
                self._sender.send(identifier)
            else:
                self._fold()
        self._clock.moment = max(self._clock.moment, moment)

    def _pending(self) -> list[FollowUp]:
        found = self._desk.database.find("followups", limit=300)
        owed = [FollowUp(id=stored.id, **stored.fields) for stored in found]
        return [one for one in owed if one.state is State.DUE]

    def _place(self, followup: FollowUp) -> int:
        return self._order.get(followup.id, len(self._order))
