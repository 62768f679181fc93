"""What each route demands. A route without a line here does not start (`check`), so none is open
by mistake; whether an officer may see or do it in this very report is asked again by the view."""

from collections.abc import Iterable
from enum import StrEnum

from functions.admin.acts.offers import DEMANDS
from functions.units.roles import Permission


class Door(StrEnum):
    """Who may pass without a permission."""

    OPEN = "open"
    """Everybody; such a route changes no record but of who comes in."""
    SIGNED_IN = "signed_in"
    """Whoever is signed in, even without a role."""
    OFFICER = "officer"
    """Whoever has a role."""


_READ = Permission.READ_CASES

ACCESS: dict[str, Door | Permission] = {
    "static": Door.OPEN,
    "htmx": Door.OPEN,
    "health": Door.OPEN,
    "sign_in": Door.OPEN,
    "start_sign_in": Door.OPEN,
    "finish_sign_in": Door.OPEN,
    "enter_by_proxy": Door.OPEN,
    "sign_out": Door.SIGNED_IN,
    "choose_language": Door.SIGNED_IN,
    "open_reports": Door.OFFICER,
    "counts": _READ,
    "saved_views": _READ,
    "save_view": _READ,
    "rename_view": _READ,
    "remove_view": _READ,
    "report": _READ,
    "news": _READ,
    "be_present": _READ,
    "original": _READ,
    "open_original": _READ,
    "preview_picture": _READ,
    "tile": _READ,
    **DEMANDS,
    "enter_page": Permission.ENTER_CASES,
    "enter": Permission.ENTER_CASES,
    "contact": Permission.ENTER_CASES,
    "keep_contact": Permission.ENTER_CASES,
    "erase_contact": Permission.ENTER_CASES,
    "bulk": Permission.WORK_CASES,
    "bulk_do": Permission.WORK_CASES,
    "bulk_done": Permission.WORK_CASES,
    "bulk_undo": Permission.WORK_CASES,
    "texts": Permission.EDIT_TEXTS,
    "keep_text": Permission.EDIT_TEXTS,
    "remove_text": Permission.EDIT_TEXTS,
    "search": _READ,
    "begin_search": _READ,
    "map": _READ,
    "map_points": _READ,
    "map_library": Door.OPEN,
    "register": Permission.READ_REGISTER,
    "export_register": Permission.EXPORT,
    "logs": Permission.READ_LOGS,
    "report_log": Permission.READ_LOGS,
    "identities": Permission.REQUEST_IDENTITY,
    "identity": _READ,
    "ask_identity": Permission.REQUEST_IDENTITY,
    "approve_identity": Permission.APPROVE_IDENTITY,
    "refuse_identity": Permission.APPROVE_IDENTITY,
    "read_identity": Permission.REQUEST_IDENTITY,
    "alerts": Permission.APPROVE_IDENTITY,
    "see_alert": Permission.APPROVE_IDENTITY,
    "permissions": Door.OFFICER,
    "units": Permission.MANAGE_UNITS,
    "unit": Permission.MANAGE_UNITS,
    "reorganise": Permission.MANAGE_UNITS,
    "officers": Permission.MANAGE_UNITS,
    "add_officer": Permission.MANAGE_UNITS,
    "officer": Permission.MANAGE_UNITS,
    "change_officer": Permission.MANAGE_UNITS,
    "imports": Permission.MANAGE_UNITS,
    "plan_import": Permission.MANAGE_UNITS,
    "do_import": Permission.MANAGE_UNITS,
    "export_units": Permission.MANAGE_UNITS,
    "roster": _READ,
    "plan_shift": Permission.MANAGE_ROSTERS,
    "drop_shift": Permission.MANAGE_ROSTERS,
    "handover": Permission.WORK_CASES,
    "begin_shift": Permission.WORK_CASES,
    "hand_shift": Permission.WORK_CASES,
    "take_shift": Permission.WORK_CASES,
    "connections": Permission.CONNECT_PAGES,
    "connect": Permission.CONNECT_PAGES,
    "finish_connection": Permission.CONNECT_PAGES,
}


def check(endpoints: Iterable[str]) -> None:
    """Fail where a route has no line, or a line has no route.

    Raises:
        AssertionError: names them.
    """
    known = set(endpoints)
    if strangers := known ^ ACCESS.keys():
        raise AssertionError(f"routes and lines of access differ: {sorted(strangers)}")
