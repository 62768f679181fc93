"""What the vault holds of a person."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Person(BaseModel):
    """Whom a pseudonym stands for: the Zalo account, and nothing that was not needed.

    Secret by law (Decree 61/2026/NĐ-CP, articles 16.2b and 19.3).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    citizen: str
    page_id: str
    user_id: str
    known_since: datetime
