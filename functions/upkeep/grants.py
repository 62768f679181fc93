"""Every page stays connected: its grant is renewed when due, before the sweep sends anything.

Where that ended, an administrator's consent connects the page again. Either way, what was held
because of the page may go out.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.errors import Conflict, TinBaoError
from functions.upkeep.entrance import Connect
from functions.zalo.errors import AmbiguousDelivery, PageNotConnected, RetryLater
from functions.zalo.grants import Consent
from functions.zalo.tokens import Renewal

_log = logging.getLogger(__name__)

_WORTH_A_LINE = frozenset(Renewal) - {Renewal.NOT_DUE, Renewal.BUSY}
_CONNECTED_AGAIN = frozenset({Renewal.RENEWED, Renewal.ADOPTED})


@dataclass(frozen=True, slots=True)
class GrantKeeper:
    """Looks after the grants of all pages."""

    page_ids: Callable[[], Sequence[str]]
    refresh_due: Callable[[str], Renewal]
    exchange: Callable[[str, str, str | None], None]
    """Trades a page's code and verifier for its grant (`TokenRefresher.connect`)."""
    release_held: Callable[[str], int]

    def run(self) -> Counter[Renewal]:
        """Renew what is due, one page after the other; one page's trouble is not another's.

        Raises:
            Transient: the list of pages could not be read.
        """
        found: Counter[Renewal] = Counter()
        for page_id in self.page_ids():
            try:
                renewal = self.refresh_due(page_id)
            except TinBaoError as problem:
                _log.error(
                    "grant not looked after",
                    extra={"page": page_id, "kind": type(problem).__name__, "reason": str(problem)},
                )
                continue
            found[renewal] += 1
            if renewal in _WORTH_A_LINE:
                _log.info("grant looked after", extra={"page": page_id, "renewal": renewal.value})
            if renewal in _CONNECTED_AGAIN:
                self._release(page_id)
        return found

    def connect(self, asked: Connect) -> Consent:
        """Put an administrator's consent into force; how that ended."""
        verifier = asked.verifier.get_secret_value() if asked.verifier else None
        try:
            self.exchange(asked.page_id, asked.code.get_secret_value(), verifier)
        except TinBaoError as problem:
            _log.error(
                "page not connected",
                extra={
                    "page": asked.page_id,
                    "kind": type(problem).__name__,
                    "reason": str(problem),
                },
            )
            return _ending(problem)
        _log.info("page connected", extra={"page": asked.page_id})
        self._release(asked.page_id)
        return Consent.CONNECTED

    def _release(self, page_id: str) -> None:
        try:
            count = self.release_held(page_id)
        except TinBaoError as problem:
            # The grant counts; the next renewal releases what is left.
            _log.error(
                "held messages not released", extra={"page": page_id, "reason": str(problem)}
            )
            return
        if count:
            _log.info("held messages released", extra={"page": page_id, "count": count})


def _ending(problem: TinBaoError) -> Consent:
    match problem:
        case PageNotConnected():
            return Consent.REFUSED
        case AmbiguousDelivery():
            return Consent.UNCLEAR
        case RetryLater():
            return Consent.NOT_SENT
        case Conflict():
            return Consent.OVERTAKEN
        case _:
            return Consent.NOT_STORED
