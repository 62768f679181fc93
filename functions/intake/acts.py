"""What a citizen can do in the chat."""

from enum import StrEnum


class Act(StrEnum):
    """What the citizen does. A button's payload is text that anybody can type: never an authority.

    `topic`, `code`, `rest`, `is_confirmed` are fields of the command or submission.
    """

    TELL = "tell"
    """Says or shows something: it belongs into a report."""
    FINISH = "finish"
    HOW_TO = "how_to"
    """Wants to report: what follows is a new report."""
    CANCEL = "cancel"
    CORRECT = "correct"
    """Wants to put something right: `topic` is the gap meant, `rest` what it ought to be."""
    GAP = "gap"
    """Wants to fill the gap `topic`."""
    SKIP = "skip"
    """Does not know what was asked."""
    ANONYMOUS = "anonymous"
    STILL_ONGOING = "still_ongoing"
    ENDED = "ended"
    """What was going on is over."""
    LOOK_UP = "look_up"
    """Asks where a report stands: that with the `code`, or all of theirs."""
    SUPPLEMENT = "supplement"
    """Adds to the report with that `code`, or to the latest that is open."""
    WITHDRAW_REPORT = "withdraw_report"
    """Takes a report back; `is_confirmed` when asked whether they mean it."""
    WANT_RESULT = "want_result"
    NO_RESULT = "no_result"
    REOPEN = "reopen"
    """Asks to have a report with an outcome looked at again."""
    VERIFY = "verify"
    """Asks whether a message is ours: the one in `rest`, or, where that is empty, the next."""
    MY_DATA = "my_data"
    DELETE_DATA = "delete_data"
    """Has their data erased; `is_confirmed` when asked whether they mean it."""
    SHARE_IDENTITY = "share_identity"
    IDENTITY = "identity"
    """Shared name, telephone and address with Zalo's form: for the vault only."""
    PROCEDURES = "procedures"
    """Asks about procedures: that of the id `topic`, or which there are."""
    CONTACTS = "contacts"
    SCAM = "scam"
    SUPPORT = "support"
    MENU = "menu"
    ENGLISH = "english"
    VIETNAMESE = "vietnamese"
    ARRIVE = "arrive"
    """Follows the page, or opens the chat for the first time."""
    WITHDRAW = "withdraw"
    """Takes back the consent to process personal data (Zalo, `user_withdraw`)."""
    LEAVE = "leave"
    """Follows the page no longer."""
    OTHER = "other"
    """Something that asks for nothing, such as a sticker."""

    @property
    def is_touch(self) -> bool:
        """Whether the citizen turns to us by it, so that we may answer."""
        return self not in {Act.WITHDRAW, Act.LEAVE}
