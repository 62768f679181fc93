"""The main job: a photo report travels the whole way, and the reporter is told later.

Driven from outside only. The same story has to hold when events come twice, when every task is
lost, and when the worker is killed between its commit and its wake-ups.
"""

import os
import signal

import pytest

from infra.local import sample_media
from infra.local.system import LocalSystem
from tests.emulators import wait_until
from tests.journeys.people import Citizen, Officer, World

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

REASON = "Đã mời chủ xe đến làm việc."


def _send_everything(citizen: Citizen) -> None:
    citizen.send_file("image", "xe.png", sample_media.photograph("motorcycle_left.png"))
    citizen.send_file("image", "duong.jpg", sample_media.photograph("rocket.jpg"))
    citizen.send_file("video", "clip.mp4", sample_media.traffic_clip())
    citizen.send("location", latitude=20.9517, longitude=107.0748)
    citizen.send("text", text="Xe máy 14-B1 234.56 vượt đèn đỏ lúc 7h30 sáng nay, ngã tư Hồng Hải")
    citizen.send("text", text="Xong")


def _decide(officer: Officer, code: str) -> None:
    assert code in officer.list_page()
    _, page = officer.report_page(code)
    sizes = [len(original) for original in officer.originals(page)]
    assert sorted(sizes) == sorted(
        map(
            len,
            (
                sample_media.photograph("motorcycle_left.png"),
                sample_media.photograph("rocket.jpg"),
                sample_media.traffic_clip(),
            ),
        )
    )
    answer = officer.conclude(code, outcome="record_made", reason=REASON, delay_days=3)
    assert answer.status_code == 200, answer.text
    assert code not in officer.list_page()


def _be_told(world: World, citizen: Citizen, code: str) -> None:
    assert not citizen.received_with("Kết quả phản ánh")
    world.advance("P3D")
    told = citizen.wait_for("Kết quả phản ánh")
    assert code in told
    assert REASON in told
    # Whatever would tell twice gets its chance: the sweep, and the citizen's next touch.
    citizen.tap("#hotro")
    _wait_until_acknowledged(world)
    world.advance("PT2M")
    citizen.wait_for("nội dung cần hỏi")
    assert len(citizen.received_with("Kết quả phản ánh")) == 1


def _wait_until_acknowledged(world: World) -> None:
    """Wait until the webhook has acknowledged everything that was sent."""

    def is_acknowledged() -> bool:
        answer = world.ask("GET", "/events")
        rows = answer["events"] if isinstance(answer, dict) else answer
        return bool(rows) and all(
            any(attempt["status"] == 200 for attempt in row["attempts"]) for row in rows
        )

    wait_until(is_acknowledged, seconds=60)


def test_the_reporter_is_told_once(world: World, officer: Officer) -> None:
    citizen = Citizen.new(world, "Trần Thị Bình")
    _send_everything(citizen)
    code = citizen.wait_for_code()
    _decide(officer, code)
    _be_told(world, citizen, code)
    assert len(citizen.received_with("đã tiếp nhận phản ánh")) == 1


def test_events_that_come_twice_change_nothing(world: World, officer: Officer) -> None:
    world.fault("duplicate_events", rate=1)
    citizen = Citizen.new(world, "Lê Văn Cường")
    _send_everything(citizen)
    code = citizen.wait_for_code()
    _decide(officer, code)
    _be_told(world, citizen, code)
    assert len(citizen.received_with("đã tiếp nhận phản ánh")) == 1


def test_the_sweep_alone_carries_the_story_when_every_task_is_lost(
    world: World, officer: Officer
) -> None:
    world.fault("drop_tasks", rate=1)
    citizen = Citizen.new(world, "Phạm Thị Dung")
    _send_everything(citizen)
    _wait_until_acknowledged(world)
    world.advance("PT2M")
    code = citizen.wait_for_code()
    _decide(officer, code)
    _be_told(world, citizen, code)


def test_a_worker_killed_between_commit_and_wake_up_loses_nothing(
    system: LocalSystem, world: World, officer: Officer
) -> None:
    citizen = Citizen.new(world, "Hoàng Văn Em")
    citizen.wait_for("Kính chào")
    victim = system.process_ids()["store_report"]
    world.fault("hang_create_task", queue="media")
    _send_everything(citizen)
    # The officers' list shows the report, so the commit is done; its wake-ups hang.
    wait_until(lambda: "14-B1 234.56" in officer.list_page(), seconds=30)
    os.killpg(victim, signal.SIGKILL)
    world.no_faults()
    system.wait_until_ready("store_report")
    world.advance("PT2M")
    code = citizen.wait_for_code()
    _decide(officer, code)
    _be_told(world, citizen, code)


def test_silence_closes_a_report_with_what_is_there(world: World, officer: Officer) -> None:
    citizen = Citizen.new(world, "Ngô Thị Lan")
    citizen.send("text", text="Có nhóm thanh niên nẹt pô trước cổng chợ tối qua")
    citizen.wait_for("Đã ghi nhận")
    world.advance("PT11M")
    code = citizen.wait_for_code()
    assert code in officer.list_page()
