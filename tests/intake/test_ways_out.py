"""From every state that can be reached there is a way out, and every reply can be sent."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from functions.followups.model import FollowUp
from functions.intake.conversation import Begin, Conversation, Effect, Explain, Say, fold
from functions.intake.replies import messages, words
from functions.intake.submissions import Submission, spoken
from functions.reports.lifecycle import open_report
from functions.units.model import Unit, UnitKind
from functions.zalo.messages import QueryButton, TextMessage
from tests.intake.chat import SILENCE, START, photo
from tests.intake.scripts import COMMANDS, SENTENCES

UNIT = Unit(
    id="unit",
    # The longest name there is: everything has to fit with it too.
    name="Phòng Cảnh sát quản lý hành chính về trật tự xã hội Công an thành phố Hồ Chí Minh",
    short_name="PC06",
    kind=UnitKind.DIVISION,
)
REPORT = open_report(
    report_id="r", code="7K3F-9Q2D-X", unit_id="unit", page_id="p", citizen="c", at=START
).report


def replies(conversation: Conversation, effects: list[Effect]) -> list[FollowUp]:
    """What goes out, as the worker makes it."""
    told = [
        words(effect, conversation, UNIT, silence=SILENCE, report=REPORT, other=UNIT)
        for effect in effects
        if isinstance(effect, Say | Explain)
    ]
    return messages(told, conversation, UNIT, now=START)


class Citizen(RuleBasedStateMachine):
    """Somebody who does anything, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.conversation = Conversation(citizen="c", page_id="p")
        self.now = START
        self.number = 0

    def fold(
        self, conversation: Conversation, *submissions: Submission
    ) -> tuple[Conversation, list[Effect]]:
        self.number += 1
        after, effects = fold(
            conversation,
            submissions,
            now=self.now,
            silence=SILENCE,
            draw_report_id=lambda: f"R{self.number}",
        )
        for reply in replies(after, effects):
            # Raises for whatever is beyond Zalo's limits.
            TextMessage(
                text=reply.text or "",
                buttons=tuple(
                    QueryButton(title=choice.title, payload=choice.payload, is_shown=False)
                    for choice in reply.choices or ()
                ),
            )
        return after, effects

    def says(self, text: str, late: timedelta = timedelta()) -> Submission:
        self.number += 1
        return spoken(key=f"k{self.number}", at=self.now - late, text=text)

    @rule(text=st.sampled_from([*SENTENCES, *COMMANDS]), seconds=st.integers(1, 700))
    def say(self, text: str, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.conversation, _ = self.fold(self.conversation, self.says(text))

    @rule(
        text=st.sampled_from([*SENTENCES, *COMMANDS]),
        late=st.timedeltas(timedelta(), timedelta(minutes=30)),
    )
    def say_late(self, text: str, late: timedelta) -> None:
        self.conversation, _ = self.fold(self.conversation, self.says(text, late))

    @rule()
    def show(self) -> None:
        self.number += 1
        shown = photo(0).model_copy(update={"key": f"k{self.number}", "at": self.now})
        self.conversation, _ = self.fold(self.conversation, shown)

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.conversation, _ = self.fold(self.conversation)

    @invariant()
    def done_cancel_and_silence_lead_out(self) -> None:
        self.now += timedelta(seconds=1)
        for way in ("#xong", "#huy", None):
            left, _ = self.fold(self.conversation, *([self.says(way)] if way else []))
            if way is None:
                self.now += SILENCE + timedelta(minutes=3)
                left, _ = self.fold(self.conversation)
                self.now -= SILENCE + timedelta(minutes=3)
            assert left.gathering is None, way

    @invariant()
    def a_new_report_can_be_begun(self) -> None:
        self.now += timedelta(seconds=1)
        ready, _ = self.fold(self.conversation, self.says("#guiphananh"))
        self.now += timedelta(seconds=1)
        _, effects = self.fold(ready, self.says("Xe 14A-123.45 vượt đèn đỏ"))
        assert any(isinstance(effect, Begin) for effect in effects)


TestCitizen = Citizen.TestCase
TestCitizen.settings = settings(
    max_examples=25, stateful_step_count=10, deadline=None, print_blob=True
)
