"""The areas of the page, as the header lists them to whoever may enter. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.admin.door.access import ACCESS
from functions.admin.language import marked
from functions.units.model import Officer
from functions.units.roles import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """An area's first page: its endpoint, and what it is called."""

    endpoint: str
    title: str


_PLACES: Mapping[str, str] = {
    "open_reports": marked("Bàn làm việc"),
    "enter_page": marked("Nhập phản ánh"),
    "map": marked("Bản đồ"),
    "register": marked("Sổ theo dõi"),
    "roster": marked("Ca trực"),
    "identities": marked("Danh tính"),
    "units": marked("Đơn vị"),
    "officers": marked("Cán bộ"),
    "texts": marked("Câu mẫu"),
    "connections": marked("Kết nối trang"),
    "logs": marked("Nhật ký"),
}


def places_of(officer: Officer) -> list[Place]:
    """The areas that this officer may enter, in the order of the header."""
    found = []
    for endpoint, title in _PLACES.items():
        demanded = ACCESS.get(endpoint)
        if endpoint == "open_reports":
            demanded = Permission.READ_CASES
        if isinstance(demanded, Permission) and officer.may(demanded):
            found.append(Place(endpoint, title))
    return found


def first_of(officer: Officer) -> str | None:
    """The endpoint where an officer belongs who reads no cases."""
    return next((place.endpoint for place in places_of(officer)), None)
