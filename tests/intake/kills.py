"""Databases that fail on purpose: at one commit, before it was carried out or after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from google.cloud.firestore import Client

from functions.cloud.firestore import Commit, Database
from tests.emulators import Project


class Killed(Exception):
    """Stands for the end of the process: nothing of ours handles it."""


@dataclass
class Kill:
    """Kills the process at its commit number `at`, over all its databases; 0 never."""

    at: int = 0
    is_applied: bool = False
    """Whether the commit is carried out before."""
    commits: int = 0

    @contextmanager
    def around_commit(self) -> Iterator[None]:
        """One commit."""
        self.commits += 1
        is_due = self.commits == self.at
        if is_due and not self.is_applied:
            raise Killed
        yield
        if is_due:
            raise Killed


client_of = cache(Project.firestore_client)
"""One client for each database: making one costs more than most tests."""


def opened(project: Project, name: str = "(default)", kill: Kill | None = None) -> Database:
    """A database of the project, for a process that may be killed."""
    client = client_of(project, name)
    return Database(client) if kill is None else _FragileDatabase(client, kill)


class _FragileDatabase(Database):
    def __init__(self, client: Client, kill: Kill) -> None:
        super().__init__(client)
        self._fragile = client, kill

    def commit(self) -> Commit:
        """An empty commit."""
        return _FragileCommit(*self._fragile)


class _FragileCommit(Commit):
    def __init__(self, client: Client, kill: Kill) -> None:
        super().__init__(client)
        self._kill = kill

    def send(self) -> list[datetime]:
        if not self.writes:
            return super().send()
        with self._kill.around_commit():
            return super().send()
