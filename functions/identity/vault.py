"""What the vault holds of a person."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Person(BaseModel):
    """Whom a pseudonym stands for: the Zalo account, if they have one, and what they shared.

    Secret by law (Decree 61/2026/NĐ-CP, articles 16.2b and 19.3).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    citizen: str
    page_id: str = ""
    """"" for who told a report by telephone or at the desk: they have no account here."""
    user_id: str = ""
    known_since: datetime
    name: str | None = None
    phone: str | None = None
    """`84…`, where it is a number of Viet Nam; else as Zalo gives it."""
    address: str | None = None
    shared_at: datetime | None = None
    """When their form arrived, or an officer wrote down, what name, phone and address are from."""

    @property
    def has_shared(self) -> bool:
        """Whether they told who they are."""
        return self.shared_at is not None

    @property
    def has_account(self) -> bool:
        """Whether they can be written to through Zalo."""
        return bool(self.page_id and self.user_id)

    def sharing(self, form: "Person") -> "Person":
        """With what that form tells; one that was sent before the last one changes nothing."""
        if form.shared_at is None or (self.shared_at and form.shared_at < self.shared_at):
            return self
        return self.model_copy(update=form.model_dump(exclude=_ACCOUNT))

    def completed(self, told: "Person") -> "Person":
        """With what an officer wrote down later; what they left empty stays."""
        later = told.model_dump(exclude=_ACCOUNT, exclude_none=True)
        return self.model_copy(update=later)

    def without_details(self) -> "Person":
        """The account alone, as it was before anything was shared."""
        return Person.model_validate(self.model_dump(include=_ACCOUNT))


_ACCOUNT = {"citizen", "page_id", "user_id", "known_since"}
