"""Every page stays connected: its grant is renewed when due, before the sweep sends anything."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.errors import TinBaoError
from functions.zalo.tokens import Renewal

_log = logging.getLogger(__name__)

_WORTH_A_LINE = frozenset(Renewal) - {Renewal.NOT_DUE, Renewal.BUSY}


@dataclass(frozen=True, slots=True)
class GrantKeeper:
    """Looks after the grants of all pages."""

    page_ids: Callable[[], Sequence[str]]
    refresh_due: Callable[[str], Renewal]

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
        return found
