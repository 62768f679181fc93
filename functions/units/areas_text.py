"""Communes and stretches of road as one cell of a spreadsheet, out and in. Pure.

Communes: `xã An Hòa (thị trấn An Hòa, xã Hòa Mục) [huyện An Hòa] #27289; phường Bến Vân`.
Stretches: `QL18 Km0+000-Km42+500 hướng Bến Vân; ĐT.338 Km18+000-; đường Trần Phú`.
"""

import re
from collections.abc import Iterable, Iterator

from functions.units.areas import Commune, Stretch

_COMMUNE = re.compile(
    r"(?P<name>[^()\[\]#;]+?)\s*(?:\((?P<former>[^()]*)\))?\s*(?:\[(?P<district>[^\[\]]*)\])?"
    r"\s*(?:#(?P<code>\w+))?"
)
_STRETCH = re.compile(
    r"(?P<road>\S.*?)(?:\s+km(?P<from>\d+\+\d{3})\s*-\s*(?:km(?P<to>\d+\+\d{3}))?)?"
    r"(?:\s+hướng\s+(?P<towards>\S.*))?",
    re.IGNORECASE,
)


def communes_told(communes: Iterable[Commune]) -> str:
    """The communes as one cell."""
    return "; ".join(_commune_told(commune) for commune in communes)


def communes_in(cell: str) -> tuple[Commune, ...]:
    """The communes of a cell.

    Raises:
        ValueError: a part cannot be read; its message is Vietnamese.
    """
    communes = []
    for part in _parts(cell):
        found = _COMMUNE.fullmatch(part)
        if found is None:
            raise ValueError("Không đọc được một xã, phường, đặc khu trong ô này.")
        former = (found["former"] or "").split(",")
        communes.append(
            Commune(
                name=found["name"],
                code=found["code"],
                former=tuple(old.strip() for old in former if old.strip()),
                district=(found["district"] or "").strip() or None,
            )
        )
    return tuple(communes)


def stretches_told(stretches: Iterable[Stretch]) -> str:
    """The stretches as one cell."""
    return "; ".join(_stretch_told(stretch) for stretch in stretches)


def stretches_in(cell: str) -> tuple[Stretch, ...]:
    """The stretches of a cell.

    Raises:
        ValueError: a part cannot be read, or ends before it begins.
    """
    stretches = []
    for part in _parts(cell):
        found = _STRETCH.fullmatch(part)
        # What looks like a post, but is none, must not become part of a road's name.
        if found is None or re.search(r"\bkm\s?\d", found["road"], re.IGNORECASE):
            raise ValueError("stretch cannot be read")
        stretches.append(
            Stretch(
                road=found["road"],
                from_metres=_metres(found["from"]) or 0,
                to_metres=_metres(found["to"]),
                towards=found["towards"],
            )
        )
    return tuple(stretches)


def _parts(cell: str) -> Iterator[str]:
    return (" ".join(part.split()) for part in cell.split(";") if part.strip())


def _commune_told(commune: Commune) -> str:
    former = f" ({', '.join(commune.former)})" if commune.former else ""
    district = f" [{commune.district}]" if commune.district else ""
    return f"{commune.name}{former}{district}{f' #{commune.code}' if commune.code else ''}"


def _stretch_told(stretch: Stretch) -> str:
    posts = ""
    if not stretch.is_whole_road:
        end = "" if stretch.to_metres is None else f"Km{_post(stretch.to_metres)}"
        posts = f" Km{_post(stretch.from_metres)}-{end}"
    return f"{stretch.road}{posts}{f' hướng {stretch.towards}' if stretch.towards else ''}"


def _post(metres: int) -> str:
    return f"{metres // 1000}+{metres % 1000:03d}"


def _metres(post: str | None) -> int | None:
    if post is None:
        return None
    kilometres, _, metres = post.partition("+")
    return int(kilometres) * 1000 + int(metres)
