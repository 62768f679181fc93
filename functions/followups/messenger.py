"""The messenger that goes through Zalo: a person and a text in, Zalo's message id out."""

import logging
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.errors import OperatorNeeded, TinBaoError, Transient
from functions.followups.sentences import Choice
from functions.identity.vault import Person
from functions.units.model import Page
from functions.units.store import UnitStore
from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.messages import Message, QueryButton, RequestUserInfo, TextMessage
from functions.zalo.tokens import TokenReader

_log = logging.getLogger(__name__)

_CLOCKS_DIFFER = timedelta(minutes=5)
_PAGE_OF_ITEMS = 10
"""Zalo gives at most ten; fewer mean that this is the whole conversation."""


@dataclass(frozen=True, slots=True)
class ZaloMessenger:
    """Writes to citizens as the page they wrote to."""

    api: ZaloApi
    units: UnitStore
    tokens: TokenReader
    app_secret: Callable[[str], str | None]
    """The app's secret key, where the console demands `appsecret_proof`; else None."""
    form_image_url: str | None = None
    """The picture over Zalo's form for name and telephone, which cannot be sent without one."""

    def send(self, person: Person, text: str, choices: tuple[Choice, ...]) -> str | None:
        """Send and return Zalo's message id.

        Raises:
            ZaloError: as Zalo refused (`functions.zalo.errors`).
            OperatorNeeded: the page is not known or not connected.
        """
        return self._send(
            person,
            TextMessage(
                text=text,
                buttons=tuple(
                    QueryButton(title=choice.title, payload=choice.payload, is_shown=False)
                    for choice in choices
                ),
            ),
        )

    def request_details(self, person: Person, title: str, text: str) -> str | None:
        """Send Zalo's form for name, telephone and address and return Zalo's message id.

        Raises:
            ZaloError, OperatorNeeded: as `send`; or no picture is set for the form.
        """
        if self.form_image_url is None:
            raise OperatorNeeded("no picture is set for the form")
        form = RequestUserInfo(title=title, subtitle=text, image_url=self.form_image_url)
        return self._send(person, form)

    def _send(self, person: Person, message: Message) -> str | None:
        page = self._page(person)
        sent = self.tokens.with_access_token(
            page.id,
            lambda token: self.api.send(self._access(page, token), person.user_id, message),
        )
        self._pin_endpoint(page.id, sent.endpoint.value)
        return sent.message_id

    def was_delivered(self, person: Person, text: str, since: datetime) -> bool | None:
        """Whether that text stands in the conversation since then; None if that cannot be seen.

        Raises:
            ZaloError: as Zalo refused.
        """
        page = self._page(person)
        items = self.tokens.with_access_token(
            page.id,
            lambda token: self.api.conversation(self._access(page, token), person.user_id),
        )
        earliest = since - _CLOCKS_DIFFER
        ours = [item.text for item in items if item.is_from_page and item.sent_at >= earliest]
        if _comparable(text) in map(_comparable, ours):
            return True
        reaches_back = len(items) < _PAGE_OF_ITEMS or any(it.sent_at < earliest for it in items)
        # A message of ours whose text Zalo does not show may be the one.
        return False if reaches_back and all(ours) else None

    def account_name(self, person: Person) -> str | None:
        """What the person calls themselves in Zalo; None where that cannot be had now."""
        try:
            page = self._page(person)
            detail = self.tokens.with_access_token(
                page.id,
                lambda token: self.api.user_detail(self._access(page, token), person.user_id),
            )
        except TinBaoError as problem:
            # What the vault knows is told all the same.
            _log.warning("account name not had", extra={"kind": type(problem).__name__})
            return None
        return detail.name

    def _pin_endpoint(self, page_id: str, endpoint: str) -> None:
        try:
            self.units.pin_send_endpoint(page_id, endpoint)
        except Transient:
            # The message is out: an error here would have it sent again. The next one pins it.
            _log.warning("send endpoint not remembered", extra={"page": page_id})

    def _page(self, person: Person) -> Page:
        page = self.units.page(person.page_id)
        if page is None:
            raise OperatorNeeded("the page is not known")
        return page

    def _access(self, page: Page, access_token: str) -> PageAccess:
        return PageAccess(
            page_id=page.id,
            access_token=access_token,
            pinned_endpoint=page.send_endpoint,
            oa_type=page.oa_type,
            proof_secret=self.app_secret(page.app_id),
        )


def _comparable(text: str | None) -> str:
    """Zalo may show a text with other spaces and line ends than it was given."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())
