"""The door of `send_followup`.

The queue posts which follow-up to send. The officers' page posts an approved opening, or how to
reach who told a report that an officer wrote down: it has no way into the vault itself.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer, model_validator

CONTACT_DONE = "contact done"
"""The word for a contact that is kept, or erased, now."""


class OpenIdentity(BaseModel):
    """An opening that was approved, and the one reading of it that was written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opening: str
    reading: str


class Contact(BaseModel):
    """How to reach somebody; shows nowhere but in the JSON that is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: SecretStr | None = None
    phone: SecretStr | None = None
    """`84…`"""
    address: SecretStr | None = None

    @field_serializer("name", "phone", "address", when_used="json-unless-none")
    def _reveal(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


class KeepContact(BaseModel):
    """What an officer wrote down of who told a report."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    report: str
    contact: Contact | None
    """None erases what was kept."""


class SendFollowUp(BaseModel):
    """The task's body: which follow-up; or instead an identity to open, or a contact to keep."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    followup: str = ""
    open_identity: OpenIdentity | None = None
    keep_contact: KeepContact | None = None

    @model_validator(mode="after")
    def _one_of_all(self) -> Self:
        asked = (self.followup or None, self.open_identity, self.keep_contact)
        if sum(one is not None for one in asked) != 1:
            raise ValueError("a follow-up, an identity to open, or a contact to keep")
        return self
