"""What Zalo tells of citizens and pages when asked. Everything but the id may be missing."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from functions.zalo.wire import FromZalo, IfReadable, Some


def _day(value: object) -> object:
    """Zalo writes days as dd/MM/yyyy."""
    if not isinstance(value, str):
        return value
    return datetime.strptime(value, "%d/%m/%Y").date()  # noqa: DTZ007, a day has no zone


Day = IfReadable[Annotated[date, BeforeValidator(_day)]]


class SharedDetails(FromZalo):
    """What the citizen chose to share with the page; all None until they do."""

    name: Some = None
    phone: Some = None
    address: Some = None
    district: Some = None
    city: Some = None
    birth_date: Some = Field(None, validation_alias="user_dob")


class UserDetail(FromZalo):
    """A citizen as a page sees them.

    Attributes:
        last_interaction: the day in Vietnam on which they last wrote, tapped or followed.
    """

    user_id: str
    user_id_by_app: Some = None
    name: Some = Field(None, validation_alias="display_name")
    alias: Some = Field(None, validation_alias="user_alias")
    avatar: Some = None
    is_follower: IfReadable[bool] = Field(None, validation_alias="user_is_follower")
    is_sensitive: IfReadable[bool] = None
    last_interaction: Day = Field(None, validation_alias="user_last_interaction_date")
    shared: IfReadable[SharedDetails] = Field(None, validation_alias="shared_info")


class PageProfile(FromZalo):
    """A page as Zalo keeps it.

    Attributes:
        oa_type: 2 a business, 4 a state body; decides which sending endpoint works.
        linked_account: the ZBS account that pays for messages after 48 hours, if any.
    """

    page_id: str = Field(validation_alias=AliasChoices("oa_id", "oaid"))
    name: Some = None
    description: Some = None
    alias: Some = Field(None, validation_alias="oa_alias")
    is_verified: IfReadable[bool] = None
    oa_type: IfReadable[int] = None
    category: Some = Field(None, validation_alias="cate_name")
    followers: IfReadable[int] = Field(None, validation_alias="num_follower")
    package: Some = Field(None, validation_alias="package_name")
    package_valid_until: Day = Field(None, validation_alias="package_valid_through_date")
    linked_account: Some = Field(None, validation_alias="linked_ZCA")


class ReplyQuota(FromZalo):
    """What may still be sent to one citizen; Zalo's field names are not confirmed."""

    remaining: IfReadable[int] = Field(None, validation_alias=AliasPath("cs_reply", "remain"))
    total: IfReadable[int] = Field(None, validation_alias=AliasPath("cs_reply", "total"))
    last_interaction: Some = None
