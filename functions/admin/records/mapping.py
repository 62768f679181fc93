"""The map of open reports: points, clusters, heat; and the same as a table.

Tiles come from the address in the settings; without one the map shows a grid. What the browser gets
for the map holds no word of a reporter.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from functions.admin.desk.views import seen_by
from functions.admin.door.guards import POLICY, Visit, visit
from functions.admin.language import gettext, marked
from functions.admin.presentation import STATES, TRACKS, age
from functions.admin.records.scopes import Scope, choices_for, names_of, scope_of
from functions.admin.rules import Rule
from functions.reports.rows import OpenRow, Queue, shelf
from functions.reports.store import ReportStore
from functions.units.store import UnitStore

MOST_POINTS = 500
"""Reports that are looked at."""
ROWS = 50


@dataclass(frozen=True, slots=True)
class Span:
    """How far back the map looks."""

    length: timedelta
    label: str


SPANS: Mapping[str, Span] = {
    "24h": Span(timedelta(days=1), marked("24 giờ qua")),
    "7d": Span(timedelta(days=7), marked("7 ngày qua")),
    "30d": Span(timedelta(days=30), marked("30 ngày qua")),
}
_USUAL_SPAN = "7d"
_LEAFLET = Path(str(files("xstatic.pkg.leaflet"))) / "data"
_CLUSTERS = Path(str(files("xstatic.pkg.leaflet_markercluster"))) / "data"
LIBRARY: Mapping[str, Path] = {
    "leaflet.css": _LEAFLET / "leaflet.css",
    "leaflet.js": _LEAFLET / "leaflet.js",
    "MarkerCluster.css": _CLUSTERS / "MarkerCluster.css",
    "leaflet.markercluster.js": _CLUSTERS / "leaflet.markercluster.js",
}
"""As it stands in its packages, in the order in which a page needs it."""


def policy_for(tile_url: str) -> str:
    """The content security policy of the map's page: pictures from the tiles' origin too.

    `{s}` in the address stands for one of several hosts, so any host of that domain is meant.
    """
    if not tile_url:
        return POLICY
    parts = urlsplit(tile_url)
    origin = f"{parts.scheme}://{parts.netloc}".replace("{s}", "*")
    return POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")


@cache
def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Points:
    """The open reports of a scope and a span, the newest first."""

    located: Sequence[OpenRow]
    unlocated: int
    """How many of them have no place."""
    is_cut: bool
    """Whether there were more than are looked at."""


@dataclass(frozen=True, slots=True)
class Map:
    """The map's page, its points, and its library."""

    reports: ReportStore
    units: UnitStore
    tile_url: str
    tile_attribution: str

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/map", "map", self.page),
            Rule("/map/points", "map_points", self.points),
            Rule("/assets/map/<name>", "map_library", self.library),
        )

    def page(self) -> ResponseReturnValue:
        """The map with a table of what is on it."""
        here, (scope, span) = visit(), self._asked()
        found = self._find(here, scope, span)
        skipped = _skipped(request.args.get("from", ""))
        address: dict[str, Any] = {"span": span}
        if scope.chosen:
            address["unit"] = scope.chosen
        tree = self.units.directory().tree
        shown = found.located[skipped : skipped + ROWS]
        page = render_template(
            "map.html",
            choices=choices_for(here.officer.audiences, tree),
            scope=scope,
            span=span,
            spans=SPANS,
            found=found,
            rows=shown,
            skipped=skipped,
            unit_names=names_of((row.unit_id for row in shown), tree),
            most=MOST_POINTS,
            points_address=url_for("map_points", **address),
            next_address=(
                url_for("map", **(address | {"from": skipped + ROWS}))
                if len(found.located) > skipped + ROWS
                else None
            ),
            first_address=url_for("map", **address) if skipped else None,
            library={name: _address(name, file) for name, file in LIBRARY.items()},
            tile_url=self.tile_url,
            tile_attribution=self.tile_attribution,
            now=here.now,
        )
        return page, {"Content-Security-Policy": policy_for(self.tile_url)}

    def points(self) -> ResponseReturnValue:
        """The points as JSON: codes, places and labels, and nothing that a reporter said."""
        here, (scope, span) = visit(), self._asked()
        found = self._find(here, scope, span)
        return {
            "is_cut": found.is_cut,
            "points": [
                {
                    "code": row.code,
                    "at": [row.latitude, row.longitude],
                    "label": _label(row, here.now),
                    "is_urgent": row.is_urgent,
                    "href": url_for("report", report_id=row.report_id),
                }
                for row in found.located
            ],
        }

    def library(self, name: str) -> ResponseReturnValue:
        """A file of the map's library."""
        file = LIBRARY.get(name)
        if file is None:
            abort(404)
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return send_file(file, mimetype=kind)

    def _asked(self) -> tuple[Scope, str]:
        tree = self.units.directory().tree
        scope = scope_of(visit().officer.audiences, request.args.get("unit", ""), tree)
        span = request.args.get("span", "") or _USUAL_SPAN
        if scope is None or span not in SPANS:
            abort(404)
        return scope, span

    def _find(self, here: Visit, scope: Scope, span: str) -> Points:
        whose = (scope.unit_id,) if scope.unit_id else scope.audiences
        shelves = [shelf(one, Queue.ALL) for one in whose]
        rows = self.reports.rows(shelves, is_newest_first=True, limit=MOST_POINTS + 1)
        since = here.now - SPANS[span].length
        inside = [
            row for row in seen_by(here.officer, rows[:MOST_POINTS]) if row.opened_at >= since
        ]
        located = [row for row in inside if row.latitude is not None]
        return Points(
            located,
            len(inside) - len(located),
            len(rows) > MOST_POINTS and rows[MOST_POINTS].opened_at >= since,
        )


def _label(row: OpenRow, now: datetime) -> str:
    parts = [gettext(TRACKS[row.track]), gettext(STATES[row.state]), age(row.opened_at, now)]
    return " · ".join(parts)


def _address(name: str, file: Path) -> str:
    return url_for("map_library", name=name, v=_mark(file))


def _skipped(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
