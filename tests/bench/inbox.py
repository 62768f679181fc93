"""The officers' inbox: what a page of it costs in calls, documents, bytes and time of the server.

Goal: 2 calls and 51 documents whatever a unit has, and 150 KB with styles and scripts. The time is
that of the page and the official Firestore emulator together, in one process.
"""

import re
import statistics
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests import emulators
from tests.admin.issuer import issuer_at
from tests.admin.station import Station
from tests.admin.test_list import add_rows
from tests.emulators import MovableClock

MOST_CALLS, MOST_DOCUMENTS, MOST_KILOBYTES = 2, 51, 150
SIZES = (200, 1000)
_TIMES = 40


def measure() -> None:
    """Print what a page costs a unit with few open reports, and one with many."""
    with tempfile.TemporaryDirectory() as folder, emulators.environment(Path(folder)) as project:
        clock = MovableClock()
        key = generate_private_key(public_exponent=65_537, key_size=2048)
        with issuer_at(clock.now, key) as issuer:
            print("The inbox page                    calls  documents  page KB  all KB  median ms")
            for size in SIZES:
                own = emulators.new_project(project.firestore_host, project.storage_folder)
                _measure(Station(own, clock, issuer, Path(folder)), size)
            print(
                f"goal                              {MOST_CALLS:5}  {MOST_DOCUMENTS:9}"
                f"           {MOST_KILOBYTES:6}"
            )


def _measure(station: Station, size: int) -> None:
    add_rows(station, size)
    browser = station.browser()
    page = browser.get("/")
    assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text))
    beside = sum(len(browser.get(one, Accept_Encoding="gzip").data) for one in assets)
    station.database.reads = station.database.documents = 0
    browser.get("/")
    calls, documents = station.database.reads, station.database.documents
    taken = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        browser.get("/")
        taken.append((time.perf_counter() - start) * 1000)
    print(
        f"of a unit with {size:5} open reports  {calls:5}  {documents:9}"
        f"  {len(page.data) / 1024:7.1f}  {(len(page.data) + beside) / 1024:6.1f}"
        f"  {statistics.median(taken):9.1f}"
    )
