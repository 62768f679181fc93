"""One SQLite file and a folder of media: all that the simulator remembers over a restart."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS apps (app_id TEXT PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pages (
    page_id TEXT PRIMARY KEY, app_id TEXT NOT NULL, unit_id TEXT NOT NULL,
    settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS citizens (
    number INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, user_id_by_app TEXT NOT NULL,
    settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS aliases (
    page_id TEXT NOT NULL, alias TEXT NOT NULL, user_id TEXT NOT NULL,
    PRIMARY KEY (page_id, alias));
CREATE TABLE IF NOT EXISTS bonds (
    page_id TEXT NOT NULL, user_id TEXT NOT NULL, is_follower INTEGER NOT NULL DEFAULT 0,
    last_interaction INTEGER, has_chatted INTEGER NOT NULL DEFAULT 0,
    alias TEXT NOT NULL DEFAULT '', shared TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (page_id, user_id));
CREATE INDEX IF NOT EXISTS bonds_of ON bonds (user_id);
CREATE TABLE IF NOT EXISTS tags (
    page_id TEXT NOT NULL, name TEXT NOT NULL, user_id TEXT NOT NULL,
    PRIMARY KEY (page_id, name, user_id));
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, page_id TEXT NOT NULL,
    user_id TEXT NOT NULL, sender TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    buttons TEXT NOT NULL, attachments TEXT NOT NULL, quote_message_id TEXT NOT NULL,
    origin TEXT NOT NULL, time INTEGER NOT NULL, is_hidden INTEGER NOT NULL,
    is_delivered INTEGER NOT NULL, is_seen INTEGER NOT NULL, reactions INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS messages_of ON messages (user_id, page_id, number);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, app_id TEXT NOT NULL, page_id TEXT NOT NULL,
    challenge TEXT NOT NULL, time INTEGER NOT NULL, is_used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS tokens (
    access_token TEXT PRIMARY KEY, refresh_token TEXT UNIQUE, app_id TEXT NOT NULL,
    page_id TEXT NOT NULL, time INTEGER NOT NULL,
    is_killed INTEGER NOT NULL DEFAULT 0, is_spent INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS uploads (
    handle TEXT PRIMARY KEY, page_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    file TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS links (
    token TEXT PRIMARY KEY, page_id TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL,
    content_type TEXT NOT NULL, file TEXT NOT NULL, expires INTEGER NOT NULL,
    fetches INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE, page_id TEXT NOT NULL,
    content TEXT NOT NULL, time INTEGER NOT NULL, is_removed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS article_tokens (
    token TEXT PRIMARY KEY, page_id TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    ready INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS templates (template_id TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (
    number INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, page_id TEXT NOT NULL,
    phone TEXT NOT NULL, template_id TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, app_id TEXT NOT NULL, page_id TEXT NOT NULL,
    user_id TEXT NOT NULL, message_id TEXT NOT NULL, event_name TEXT NOT NULL,
    body BLOB NOT NULL, timestamp TEXT NOT NULL, server TEXT NOT NULL, signature TEXT NOT NULL,
    lane TEXT NOT NULL, position REAL NOT NULL, state TEXT NOT NULL, retry INTEGER NOT NULL,
    due INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE INDEX IF NOT EXISTS deliveries_next ON deliveries (state, position, number);
CREATE TABLE IF NOT EXISTS attempts (
    delivery INTEGER NOT NULL, retry INTEGER NOT NULL, time INTEGER NOT NULL,
    status INTEGER, problem TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_of ON attempts (delivery);
"""


class Store:
    """The database and the files of one simulator. Statements commit on their own.

    Everything runs on one event loop, so what happens between two `await`s is never interleaved;
    `transaction` is for what must survive a kill together.
    """

    def __init__(self, folder: Path) -> None:
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            folder / "zalo.sqlite", isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA synchronous = OFF")  # survives a killed process
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def count(self, sql: str, *values: object) -> int:
        """The number in the first column of the first row."""
        return int(self._connection.execute(sql, values).fetchone()[0])

    def write(self, sql: str, *values: object) -> int:
        """Run one statement; the number of rows it touched."""
        return self._connection.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside stand or fall together. Not to be nested, no `await` inside."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def keep(self, content: bytes) -> str:
        """Keep a file; the name to ask for it again."""
        name = uuid.uuid4().hex
        (self._files / name).write_bytes(content)
        return name

    def path(self, name: str) -> Path:
        return self._files / name

    def close(self) -> None:
        self._connection.close()
