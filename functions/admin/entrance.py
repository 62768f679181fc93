"""The application of the officers' page: what it needs, and its routes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from flask import Flask, g, send_file, url_for
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from functions.admin import forms, presentation
from functions.admin.arrivals import Arrivals
from functions.admin.cases import Wakes
from functions.admin.connecting import Connecting
from functions.admin.consents import Consents
from functions.admin.guards import Guards
from functions.admin.pages import Pages
from functions.admin.problems import register_problems
from functions.admin.sessions import Sessions
from functions.admin.sign_in import SignIn
from functions.cloud.clock import Clock
from functions.cloud.firestore import Database
from functions.cloud.storage import Bucket
from functions.evidence.store import EvidenceStore
from functions.followups.store import FollowUpStore
from functions.reports.store import ReportStore
from functions.settings import AdminSettings
from functions.units.store import PageTokenStore, UnitStore

_MOST_FORM_BYTES = 64 * 1024
_ASSETS_KEPT_SECONDS = 31_536_000
"""An asset's address carries the hash of its bytes, so it may be kept for ever."""
_HTMX = Path(str(files("js_lib_htmx"))) / "static/htmx/htmx.min.js"


@dataclass(frozen=True, slots=True)
class Services:
    """All that the officers' page works with."""

    reports: ReportStore
    evidence: EvidenceStore
    followups: FollowUpStore
    units: UnitStore
    page_tokens: PageTokenStore
    database: Database
    sessions: Sessions
    originals: Bucket
    previews: Bucket
    clock: Clock
    queues: Wakes
    sign_in: SignIn
    consents: Consents
    settings: AdminSettings
    draw: Callable[[int], bytes]


class _Identifier(BaseConverter):
    """An id as Firestore takes it: anything else is an unknown page, never a question to it."""

    regex = "[A-Za-z0-9][A-Za-z0-9-]{0,63}"


def create_app(services: Services) -> Flask:
    """The application, ready to be served."""
    # Not `static`: the functions framework keeps that address for itself.
    app = Flask(__name__, static_folder="assets", static_url_path="/assets")
    app.config["MAX_CONTENT_LENGTH"] = _MOST_FORM_BYTES
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _ASSETS_KEPT_SECONDS
    app.url_map.converters["id"] = _Identifier
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _give_words(app)
    guards = Guards(
        address=services.settings.admin_url,
        sessions=services.sessions,
        units=services.units,
        clock=services.clock,
    )
    app.before_request(guards.admit)
    app.after_request(guards.seal)
    register_problems(app, services.draw)
    _add_routes(app, services, guards)
    return app


def _add_routes(app: Flask, services: Services, guards: Guards) -> None:
    arrivals = Arrivals(services.sign_in, services.sessions, services.units, guards)
    pages = Pages(
        reports=services.reports,
        evidence=services.evidence,
        followups=services.followups,
        units=services.units,
        database=services.database,
        originals=services.originals,
        previews=services.previews,
        queues=services.queues,
        draw=services.draw,
    )
    connecting = Connecting(services.units, services.page_tokens, services.consents)
    report, evidence = (
        "/reports/<id:report_id>",
        "/reports/<id:report_id>/evidence/<id:evidence_id>",
    )
    add = app.add_url_rule
    # `guards.OPEN` says which of these need no officer, `guards.FOR_ADMINISTRATORS` which more.
    add("/health", "health", lambda: ("ok", 200, {"Content-Type": "text/plain"}))
    add("/assets/htmx.js", "htmx", lambda: send_file(_HTMX, mimetype="text/javascript"))
    add("/sign-in", "sign_in", arrivals.page)
    add("/sign-in/start", "start_sign_in", arrivals.start)
    add("/sign-in/callback", "finish_sign_in", arrivals.finish)
    add("/sign-out", "sign_out", arrivals.sign_out, methods=["POST"])
    add("/", "open_reports", pages.open_reports)
    add("/search", "search", pages.search)
    add(report, "report", pages.report)
    add(f"{report}/news", "news", pages.news)
    add(f"{report}/outcomes", "record", pages.record, methods=["POST"])
    add(f"{report}/outcomes/preview", "preview", pages.preview, methods=["POST"])
    add(evidence, "original", pages.original)
    add(f"{evidence}/preview", "preview_picture", pages.preview_picture)
    add(f"{evidence}/tile", "tile", pages.tile)
    add("/connections", "connections", connecting.connections)
    add("/connections/callback", "finish_connection", connecting.finish)
    add("/connections/<id:page_id>", "connect", connecting.connect, methods=["POST"])


def _give_words(app: Flask) -> None:
    """What templates may say beyond what a view hands them."""
    filters: Mapping[str, Callable[..., str]] = {
        "age": presentation.age,
        "clock_time": presentation.clock_time,
        "moment": presentation.moment,
        "place": presentation.place,
        "reporter": presentation.reporter,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        states=presentation.STATES,
        outcomes=presentation.OUTCOMES,
        outcome_groups=presentation.OUTCOME_GROUPS,
        limits=forms,
        asset=_addresses(app),
    )
    app.context_processor(lambda: {"here": g.get("visit"), "session": g.get("session")})


def _addresses(app: Flask) -> Callable[[str], str]:
    """The address of an asset, which changes with its bytes."""
    own = Path(app.root_path) / "assets"
    marks = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in (*own.iterdir(), _HTMX)
        if file.is_file()
    }

    def address(name: str) -> str:
        if name == _HTMX.name:
            return url_for("htmx", v=marks[name])
        return url_for("static", filename=name, v=marks[name])

    return address
