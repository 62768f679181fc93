"""Which sentence of the catalogue says what. Pure."""

from functions.intake.submissions import Act
from functions.reports.account import Gap
from functions.reports.tracks import Track
from functions.vietnam import without_diacritics

_URGENT = {"fire": "urgent_fire", "life": "urgent_medical", "abuse": "urgent_child"}
CALLS = {
    "urgent": "113 114 115",
    "urgent_fire": "114 115",
    "urgent_medical": "115 113",
    "urgent_highway": "113 115 114",
    "urgent_child": "111 113 115",
}
"""The numbers that each of them names, the one to call first."""
OF_TRACK = {
    Track.CRIME_TIP: "crime_tip_notice",
    Track.ORDER: "order_notice",
    Track.PETITION: "petition_notice",
}
_ASKS = {
    Gap.TIME: "ask_time",
    Gap.PLACE: "ask_place_other",
    Gap.SUBJECT: "ask_plate",
    Gap.MEDIA: "ask_media",
    Gap.ONGOING: "ask_order_ongoing",
    Gap.SOURCE: "ask_crime_how_known",
}
_ACTS = {
    Track.VIOLATION: "ask_act",
    Track.CRIME_TIP: "ask_crime_what",
    Track.ORDER: "ask_order",
    Track.PETITION: "ask_petition",
    Track.QUESTION: "ask_petition",
}
SAID_AT_ONCE = {
    Act.HOW_TO: "how_to_report",
    Act.SUPPORT: "support",
    Act.MENU: "menu",
    Act.ENGLISH: "language_en",
    Act.VIETNAMESE: "language_vi",
    Act.ANONYMOUS: "anonymous_noted",
}
WITHOUT_REPORT = {
    Act.CANCEL: "nothing_to_cancel",
    Act.CORRECT: "nothing_to_finish",
    Act.GAP: "how_to_report",
    Act.SKIP: "menu",
    Act.STILL_ONGOING: "menu",
    Act.ENDED: "menu",
}
REMINDER = "question_reminder"
SILENT = frozenset({Act.WITHDRAW, Act.LEAVE, Act.OTHER})


def asks(gap: Gap, track: Track) -> str:
    """The sentence that asks for a gap."""
    if gap is Gap.ACT:
        return _ACTS[track]
    if gap is Gap.PLACE and track is Track.VIOLATION:
        return "ask_place"
    if gap is Gap.SUBJECT and track is Track.CRIME_TIP:
        return "ask_crime_people"
    return _ASKS[gap]


def urgent_sentence(danger: str, text: str) -> str:
    """The sentence that says whom to call in a danger that this text tells of."""
    is_highway = danger == "road" and "cao toc" in without_diacritics(text)
    return "urgent_highway" if is_highway else _URGENT.get(danger, "urgent")
