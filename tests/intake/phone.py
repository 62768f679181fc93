"""A citizen's phone: the bodies that Zalo posts to the webhook when they write, tap or leave."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.zalo.samples import APP, CITIZEN, PAGE

USER_ID_BY_APP = "4444444444444444444"
PHOTO = "https://photo-stal-12.zdn.vn/a.jpg"


@dataclass(frozen=True)
class Phone:
    """One citizen at one page."""

    user_id: str = CITIZEN
    page_id: str = PAGE
    app_id: str = APP

    def text(self, words: str, *, at: datetime) -> bytes:
        """They write, or press a button that sends `words`."""
        return self._sends("text", {"text": words}, at)

    def photo(self, *addresses: str, at: datetime, caption: str = "") -> bytes:
        """They send one photo or an album."""
        attachments = [{"type": "image", "payload": {"url": address}} for address in addresses]
        return self._sends("image", {"text": caption, "attachments": attachments}, at)

    def location(self, latitude: float, longitude: float, *, at: datetime) -> bytes:
        """They send a place."""
        coordinates = {"latitude": str(latitude), "longitude": str(longitude)}
        attachment = {"type": "location", "payload": {"coordinates": coordinates}}
        return self._sends("location", {"text": "", "attachments": [attachment]}, at)

    def sticker(self, *, at: datetime) -> bytes:
        """They send a sticker."""
        attachment = {"type": "sticker", "payload": {"id": "21979"}}
        return self._sends("sticker", {"attachments": [attachment]}, at)

    def follows(self, *, at: datetime) -> bytes:
        """They follow the page."""
        return self._event("follow", at, oa_id=self.page_id, follower={"id": self.user_id})

    def unfollows(self, *, at: datetime) -> bytes:
        """They follow it no longer."""
        return self._event("unfollow", at, oa_id=self.page_id, follower={"id": self.user_id})

    def withdraws(self, *, at: datetime) -> bytes:
        """They take back their consent."""
        return self._event("user_withdraw", at, oa_id=self.page_id, user_id=self.user_id)

    def reports(self, *, at: datetime) -> list[bytes]:
        """They report something: a photo with a caption, a place, a text, and "Xong"."""
        return [
            self.photo(PHOTO, at=at, caption="Xe vượt đèn đỏ"),
            self.location(9.1769, 105.1524, at=at + timedelta(seconds=1)),
            self.text("Lúc 7 giờ 30 sáng nay", at=at + timedelta(seconds=2)),
            self.text("#xong", at=at + timedelta(seconds=3)),
        ]

    def _sends(self, kind: str, message: dict[str, object], at: datetime) -> bytes:
        seed = json.dumps([kind, message, at.isoformat()]).encode()
        return self._event(
            f"user_send_{kind}",
            at,
            sender={"id": self.user_id},
            recipient={"id": self.page_id},
            message={**message, "msg_id": hashlib.sha256(seed).hexdigest()[:20]},
        )

    def _event(self, name: str, at: datetime, **members: Any) -> bytes:
        event = {
            "app_id": self.app_id,
            "user_id_by_app": USER_ID_BY_APP,
            "event_name": name,
            "timestamp": str(round(at.timestamp() * 1000)),
            **members,
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
