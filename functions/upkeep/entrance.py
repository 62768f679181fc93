"""The door of `upkeep`: Cloud Scheduler posts here every minute, with an empty body.

The officers' page posts a consent: only this function's account may add to the pages' secrets.
"""

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer


class Connect(BaseModel):
    """An administrator's consent for a page.

    Code and verifier show nowhere but in the JSON that is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_id: str
    code: SecretStr
    verifier: SecretStr | None = None

    @field_serializer("code", "verifier", when_used="json-unless-none")
    def _reveal(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


class Upkeep(BaseModel):
    """The scheduler's body: nothing; or a consent to put into force instead of the timed work."""

    model_config = ConfigDict(extra="forbid")

    connect: Connect | None = None
