"""What officers do with a report. Pure: a report and a decision in, a change out.

handling.py   who works it, in which unit, as what
deciding.py   how it is verified and ends
relating.py   reports of one incident, duplicates, parts
writing.py    words to the reporter and to colleagues
entering.py   what came another way than through Zalo
acting.py     an act as a change with its audit entry

Every act is one audit entry with what it changed, before and after, and the reason. Who may do it
is `functions.units.roles`' question; here stands whether the report allows it. Acts after the
state machine of Decree 61/2026/NĐ-CP, articles 20 to 22.
"""

from functions.reports.casework.deciding import AT_INTAKE, accept, conclude, extend, reopen
from functions.reports.casework.entering import (
    Entry,
    check_entered,
    enter,
    erase_contact,
    keep_contact,
)
from functions.reports.casework.handling import (
    assign,
    claim,
    classify,
    offer,
    restrict,
    return_back,
    take_over,
)
from functions.reports.casework.relating import (
    MOST_LINKS,
    Split,
    link,
    mark_duplicate,
    split_off,
    unlink,
)
from functions.reports.casework.writing import (
    ask_reporter,
    call_back,
    propose,
    settle_proposal,
    write_down,
)

__all__ = [
    "AT_INTAKE",
    "Entry",
    "MOST_LINKS",
    "Split",
    "accept",
    "ask_reporter",
    "assign",
    "call_back",
    "check_entered",
    "claim",
    "classify",
    "conclude",
    "enter",
    "erase_contact",
    "extend",
    "keep_contact",
    "link",
    "mark_duplicate",
    "offer",
    "propose",
    "reopen",
    "restrict",
    "return_back",
    "settle_proposal",
    "split_off",
    "take_over",
    "unlink",
    "write_down",
]
