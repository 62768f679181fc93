"""Which refusals of a commit mean that the work is done, and which that it is not."""

from collections.abc import Callable

import pytest
from google.api_core import exceptions as google

from functions.cloud.firestore import Commit, Existing
from functions.errors import Conflict, Transient
from tests.emulators import Project


def test_creating_what_exists_says_so(project: Project) -> None:
    database = project.database()
    first, second = database.commit(), database.commit()
    for commit in (first, second):
        commit.create("things/one", {"value": 1})
    first.send()

    with pytest.raises(Existing):
        second.send()


def test_a_guard_that_failed_is_not_taken_for_a_document_that_exists(project: Project) -> None:
    database = project.database()
    commit = database.commit()
    commit.put("things/one", {"value": 1})
    commit.send()
    before = database.read("things/one")
    assert before is not None
    first, second = database.commit(), database.commit()
    first.update(before, {"value": 2})
    second.update(before, {"value": 3})
    first.send()

    with pytest.raises(Conflict) as refused:
        second.send()

    assert not isinstance(refused.value, Existing)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (google.AlreadyExists, Existing),
        (google.Aborted, Conflict),
        (google.FailedPrecondition, Conflict),
        (google.NotFound, Conflict),
        (google.DeadlineExceeded, Transient),
        (google.ServiceUnavailable, Transient),
        (google.InternalServerError, Transient),
        (google.Unknown, Transient),
        (google.ResourceExhausted, Transient),
        (google.Cancelled, Transient),
        (google.InvalidArgument, google.InvalidArgument),
        (google.PermissionDenied, google.PermissionDenied),
    ],
    ids=lambda kind: kind.__name__,
)
def test_firestore_s_errors_are_told_by_what_to_do(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    error: Callable[[str], Exception],
    kind: type[Exception],
) -> None:
    def fail(**_: object) -> None:
        raise error("told")

    client = project.firestore_client()
    monkeypatch.setattr(client._firestore_api, "commit", fail)
    commit = Commit(client)
    commit.create("things/one", {"value": 1})

    with pytest.raises(kind) as told:
        commit.send()

    assert type(told.value) is kind
