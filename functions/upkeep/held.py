"""What was held because of its page goes out when the page is connected again."""

from datetime import datetime

from functions.cloud.firestore import MOST_WRITES, Database, compare_and_set
from functions.followups.planner import release
from functions.followups.store import FollowUpStore

_MOST_ROUNDS = 20


def release_held(
    page_id: str, *, database: Database, followups: FollowUpStore, now: datetime
) -> int:
    """Make what is held by that page due now, for the next sweep; how many there were.

    Raises:
        Conflict: others kept changing them.
        Transient: no clear answer. The next renewal of the page's grant releases the rest.
    """

    def attempt() -> int:
        found = followups.held_by_page(page_id, MOST_WRITES)
        commit = database.commit()
        for held in found:
            followups.add_change(commit, held, release(held.followup, now=now))
        commit.send()
        return len(found)

    released = 0
    for _ in range(_MOST_ROUNDS):
        count = compare_and_set(attempt)
        released += count
        if count < MOST_WRITES:
            break
    return released
