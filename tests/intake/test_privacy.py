"""Who a citizen is stands in the vault, and there only as long as they allow it."""

import json
from datetime import timedelta

from tests.emulators import Project
from tests.intake.desk import ME, Desk, snapshot
from tests.intake.phone import USER_ID_BY_APP, Phone
from tests.zalo.samples import CITIZEN

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_the_core_database_never_holds_the_zalo_user_id(
    desk: Desk, phone: Phone, project: Project
) -> None:
    desk.fold(phone.follows(at=desk.clock.now() - MINUTE), *phone.reports(at=desk.clock.now()))
    desk.fold(phone.text("tra cứu", at=desk.clock.now() + MINUTE))

    everything = json.dumps(snapshot(project, "(default)"), default=str)

    assert CITIZEN not in everything
    assert USER_ID_BY_APP not in everything
    assert ME in everything


def test_who_withdraws_is_forgotten_and_known_again_with_the_next_message(
    desk: Desk, phone: Phone
) -> None:
    desk.fold(phone.text("Xe vượt đèn đỏ", at=desk.clock.now()))
    assert desk.people.find(ME) is not None

    desk.fold(phone.withdraws(at=desk.clock.now() + MINUTE))
    assert desk.people.find(ME) is None

    desk.fold(phone.unfollows(at=desk.clock.now() + 2 * MINUTE))
    assert desk.people.find(ME) is None

    desk.fold(phone.text("Tôi gửi thêm", at=desk.clock.now() + 3 * MINUTE))
    person = desk.people.find(ME)
    assert person is not None
    assert person.user_id == CITIZEN


def test_who_only_leaves_is_never_remembered(desk: Desk, phone: Phone) -> None:
    desk.fold(phone.unfollows(at=desk.clock.now()))

    assert desk.people.find(ME) is None
