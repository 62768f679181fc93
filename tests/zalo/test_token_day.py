"""127 pages through a day: each always has a valid token, and none is renewed too often."""

from collections import Counter
from datetime import timedelta

from functions.zalo.tokens import Renewal
from tests.zalo.grant_world import START, World

PAGES = [f"{number:019d}" for number in range(4_000_000_000_000_000_000, 4_000_000_000_000_000_127)]
TICK = timedelta(minutes=10)


def test_127_pages_stay_connected_for_two_days_without_a_thundering_herd() -> None:
    """All pages consent in the same minute, the worst case for a herd; the second day follows."""
    world = World(rotation_ends_access=True)
    world.connect(*PAGES)
    renewals: dict[str, list[timedelta]] = {page: [] for page in PAGES}
    shortest = timedelta.max
    while world.now < START + timedelta(days=2):
        world.advance(TICK)
        reader, refresher = world.reader(), world.refresher()
        for page in PAGES:
            token = reader.access_token(page)
            left = world.zalo.access_until[token] - world.now
            shortest = min(shortest, left)
            if refresher.refresh_due(page) is Renewal.RENEWED:
                renewals[page].append(world.now - START)
    gaps = [
        later - earlier
        for moments in renewals.values()
        for earlier, later in zip([timedelta(0), *moments], moments, strict=False)
    ]
    first_day = [m for moments in renewals.values() for m in moments if m <= timedelta(days=1)]
    busiest = Counter(moment for moments in renewals.values() for moment in moments)
    print(
        f"127 pages, first day: {len(first_day)} renewals, at most {max(busiest.values())} "
        f"in 10 minutes; shortest time between two of a page {min(gaps)}; "
        f"least validity ever left {shortest}"
    )
    assert shortest >= timedelta(hours=7) - TICK
    assert min(gaps) >= timedelta(hours=12)
    assert all(
        1 <= sum(m <= timedelta(days=1) for m in moments) <= 2 for moments in renewals.values()
    )
    assert max(busiest.values()) <= 12
