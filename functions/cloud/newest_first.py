"""Document ids that run from new to old: Firestore lists documents by id, so the newest first."""

from datetime import datetime

from functions.cloud.firestore import ID, Where

_LAST_SECOND = 99_999_999_999


def prefix(moment: datetime) -> str:
    """What an id begins with: the later the moment, the smaller. Something unlike follows it."""
    return f"{_LAST_SECOND - int(moment.timestamp()):011d}"


def bounds(
    collection: str, *, since: datetime | None, until: datetime | None, after: str | None
) -> list[Where]:
    """What keeps to the documents of a period, both ends in it, and beyond the id `after`."""
    found = []
    # Ids run from new to old, so the later moment is the lower bound.
    if until is not None:
        found.append(Where(ID, ">=", f"{collection}/{prefix(until)}"))
    if since is not None:
        found.append(Where(ID, "<=", f"{collection}/{prefix(since)}~"))
    if after is not None:
        found.append(Where(ID, ">", f"{collection}/{after}"))
    return found
