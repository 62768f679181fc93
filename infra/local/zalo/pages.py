"""The pages (Official Accounts) and the apps they are linked to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.zalo.province import Province, Secrets
from infra.local.zalo.settings import AppSettings, PageSettings, changed
from infra.local.zalo.store import Store


@dataclass(frozen=True, slots=True)
class Page:
    page_id: str
    app_id: str
    unit_id: str
    settings: PageSettings


class Pages:
    """Pages and apps of the province file, with what the control API changed about them."""

    def __init__(
        self, store: Store, province: Province, secrets: Secrets, callback_url: str | None
    ) -> None:
        self._store = store
        self._secrets = secrets
        self._page_ids = [page.page_id for page in province.pages]
        self.watchers: list[Callable[[], None]] = []
        for page in province.pages:
            settings = PageSettings(
                name=page.name, oa_type=page.oa_type, linked_account=page.linked_account
            )
            store.write(
                "INSERT OR IGNORE INTO pages VALUES (?, ?, ?, ?)",
                page.page_id,
                page.app_id,
                page.unit_id,
                settings.model_dump_json(),
            )
            store.write(
                "INSERT OR IGNORE INTO apps VALUES (?, ?)",
                page.app_id,
                AppSettings().model_dump_json(),
            )
            if callback_url is not None:
                self.change_app(page.app_id, {"callback_url": callback_url})

    def all(self) -> list[Page]:
        """In the order of the province file."""
        return [page for page_id in self._page_ids if (page := self.get(page_id)) is not None]

    def get(self, page_id: str) -> Page | None:
        row = self._store.one("SELECT * FROM pages WHERE page_id = ?", page_id)
        if row is None or page_id not in self._page_ids:
            return None
        settings = PageSettings.model_validate_json(row["settings"])
        return Page(row["page_id"], row["app_id"], row["unit_id"], settings)

    def of_app(self, app_id: str) -> list[Page]:
        return [page for page in self.all() if page.app_id == app_id]

    def app(self, app_id: str) -> AppSettings | None:
        row = self._store.one("SELECT settings FROM apps WHERE app_id = ?", app_id)
        return AppSettings.model_validate_json(row["settings"]) if row else None

    def app_of(self, page: Page) -> AppSettings:
        return self.app(page.app_id) or AppSettings()

    def change(self, page: Page, changes: dict[str, Any]) -> Page:
        """Raises pydantic's ValidationError."""
        settings = changed(page.settings, changes)
        self._store.write(
            "UPDATE pages SET settings = ? WHERE page_id = ?",
            settings.model_dump_json(),
            page.page_id,
        )
        self._tell()
        return Page(page.page_id, page.app_id, page.unit_id, settings)

    def change_app(self, app_id: str, changes: dict[str, Any]) -> AppSettings:
        """Raises pydantic's ValidationError."""
        settings = changed(self.app(app_id) or AppSettings(), changes)
        self._store.write(
            "UPDATE apps SET settings = ? WHERE app_id = ?", settings.model_dump_json(), app_id
        )
        self._tell()
        return settings

    def pay(self, page: Page, price: int) -> None:
        """Take a price in dong from the page's account."""
        self.change(page, {"balance": page.settings.balance - price})

    def app_secret(self, app_id: str) -> str | None:
        secret = self._secrets.apps.get(app_id)
        return secret.secret_key.get_secret_value() if secret else None

    def signing_secret(self, page: Page) -> str:
        """The OA secret key in force."""
        secrets = self._secrets.pages[page.page_id].secrets
        return secrets[min(page.settings.secret_index, len(secrets) - 1)].get_secret_value()

    def _tell(self) -> None:
        for watcher in self.watchers:
            watcher()
