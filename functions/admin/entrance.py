"""The application of the officers' page: what it needs, and its routes."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from flask import Flask, g, send_file, url_for
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from functions.admin import forms, places, presentation
from functions.admin.acts.acts import Acts
from functions.admin.acts.bulk import Bulks
from functions.admin.acts.cases import Cases, Wakes
from functions.admin.acts.column import Column
from functions.admin.acts.contacting import Contacting
from functions.admin.acts.deeds import Deeds
from functions.admin.acts.drafts import DraftStore
from functions.admin.acts.entering import Entering
from functions.admin.acts.repertoire import LABELS, REFILLED, TITLES, TOLD
from functions.admin.acts.replies import Replies
from functions.admin.acts.texts import TextStore
from functions.admin.compression import compress
from functions.admin.connections.connecting import Connecting
from functions.admin.connections.consents import Consents
from functions.admin.desk import audit_words, details, tiles
from functions.admin.desk.desk import Desk
from functions.admin.desk.media import Media
from functions.admin.desk.presences import Presences
from functions.admin.desk.saved import MOST_NAME_CHARACTERS, SPANS, SavedViews
from functions.admin.desk.saving import Saving
from functions.admin.door import access
from functions.admin.door.arrivals import Arrivals
from functions.admin.door.guards import Guards
from functions.admin.door.proxy import Proxy
from functions.admin.door.sessions import Sessions
from functions.admin.door.sign_in import SignIn
from functions.admin.fields import IDENTIFIER
from functions.admin.language import LANGUAGES, give_languages
from functions.admin.organisation.changes import UnitsLog
from functions.admin.organisation.duty import Duty
from functions.admin.organisation.organising import Organising
from functions.admin.organisation.relieving import Relieving
from functions.admin.organisation.rostering import Rostering
from functions.admin.organisation.sheets import Sheets, admit_files
from functions.admin.organisation.staffing import Staffing
from functions.admin.people.disclosing import Disclosing
from functions.admin.people.identities import Identities
from functions.admin.people.permissions import Permissions
from functions.admin.problems import register_problems
from functions.admin.records.auditing import Auditing
from functions.admin.records.exports import Exports
from functions.admin.records.finding import Finding
from functions.admin.records.logs import AccessLog
from functions.admin.records.mapping import Map
from functions.admin.records.register import Book, Register
from functions.admin.rules import Area
from functions.cloud.clock import Clock
from functions.cloud.firestore import Database
from functions.cloud.storage import Bucket
from functions.evidence.store import EvidenceStore
from functions.followups.entrance import KeepContact
from functions.followups.store import FollowUpStore
from functions.identity.blocks import BlockStore
from functions.reports.store import ReportStore
from functions.settings import AdminSettings
from functions.units.roles import Permission
from functions.units.store import PageTokenStore, RosterStore, UnitStore

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
    sign_in: SignIn | None
    """At an issuer; without one, the proxy alone says who an officer is."""
    consents: Consents
    identities: Identities
    keep_contact: Callable[[KeepContact], None]
    """Has the keeper of the vault keep how to reach somebody."""
    settings: AdminSettings
    draw: Callable[[int], bytes]
    proxy: Proxy | None = None
    """Where one stands before the page, it has to have signed every request."""
    leave_path: str | None = None
    """Where that proxy forgets whom it let pass."""


class _Identifier(BaseConverter):
    """An id as Firestore takes it: anything else is an unknown page, never a question to it."""

    regex = IDENTIFIER


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
    give_languages(app)
    guards = Guards(
        address=services.settings.admin_url,
        sessions=services.sessions,
        units=services.units,
        clock=services.clock,
        proxy=services.proxy,
        is_proxy_alone=services.sign_in is None,
    )
    app.before_request(admit_files)
    app.before_request(guards.admit)
    app.after_request(guards.seal)
    app.after_request(compress)
    register_problems(app, services.draw)
    _add_routes(app, services, guards)
    return app


def _add_routes(app: Flask, services: Services, guards: Guards) -> None:
    arrivals = Arrivals(
        services.sign_in, services.sessions, services.units, guards, services.leave_path
    )
    deeds = Deeds(
        reports=services.reports,
        followups=services.followups,
        evidence=services.evidence,
        units=services.units,
        drafts=DraftStore(services.database),
        blocks=BlockStore(services.database),
        draw=services.draw,
    )
    column = Column(deeds=deeds, texts=TextStore(services.database), database=services.database)
    cases = Cases(services.database, services.reports, services.followups, services.queues)
    saved = SavedViews(services.database)
    desk = Desk(
        reports=services.reports,
        evidence=services.evidence,
        followups=services.followups,
        units=services.units,
        presences=Presences(services.database),
        saved=saved,
        draw=services.draw,
        offers=column.values,
    )
    acts = Acts(desk=desk, cases=cases, deeds=deeds, texts=column.texts)
    contacting = Contacting(
        services.database, services.reports, services.keep_contact, services.draw
    )
    entering = Entering(cases, services.units, contacting, services.draw)
    bulks = Bulks(services.database, cases, deeds, column.colleagues_in)
    replies = Replies(column.texts, services.units, services.draw)
    media = Media(
        reports=services.reports,
        evidence=services.evidence,
        originals=services.originals,
        previews=services.previews,
        access_log=AccessLog(services.database, services.draw),
        secret=services.settings.session_secret,
    )
    connecting = Connecting(services.units, services.page_tokens, services.consents)
    add = app.add_url_rule
    # `access.ACCESS` says whom each of these is for.
    add("/health", "health", lambda: ("ok", 200, {"Content-Type": "text/plain"}))
    add("/assets/htmx.js", "htmx", lambda: send_file(_HTMX, mimetype="text/javascript"))
    add("/sign-in", "sign_in", arrivals.page)
    add("/sign-in", "enter_by_proxy", arrivals.enter, methods=["POST"])
    add("/sign-in/start", "start_sign_in", arrivals.start)
    add("/sign-in/callback", "finish_sign_in", arrivals.finish)
    add("/sign-out", "sign_out", arrivals.sign_out, methods=["POST"])
    add("/connections", "connections", connecting.connections)
    add("/connections/callback", "finish_connection", connecting.finish)
    add("/connections/<id:page_id>", "connect", connecting.connect, methods=["POST"])
    add("/language", "choose_language", arrivals.choose_language, methods=["POST"])
    areas: tuple[Area, ...] = (
        desk,
        Saving(saved, services.units, services.draw),
        acts,
        entering,
        contacting,
        bulks,
        replies,
        media,
        *_records(services),
        *_people(services),
        *_organisation(services, cases, column),
    )
    for area in areas:
        for rule in area.rules():
            add(rule.path, rule.endpoint, rule.view, methods=list(rule.methods))
    access.check(rule.endpoint for rule in app.url_map.iter_rules())


def _records(services: Services) -> Sequence[Area]:
    """What looks over many reports at once, and over who looked."""
    settings, reports, units = services.settings, services.reports, services.units
    access_log = AccessLog(services.database, services.draw)
    book = Book(reports, services.followups, units)
    return (
        Finding(reports, units, settings.session_secret, services.draw),
        Map(reports, units, settings.tile_url, settings.tile_attribution),
        Register(book),
        Exports(book, access_log),
        Auditing(access_log, reports, units),
    )


def _people(services: Services) -> Sequence[Area]:
    """Who a reporter is, and what officers may do."""
    return (
        Disclosing(
            reports=services.reports,
            openings=services.identities.openings,
            identities=services.identities,
            units=services.units,
            draw=services.draw,
        ),
        Permissions(services.units),
    )


def _organisation(services: Services, cases: Cases, column: Column) -> Sequence[Area]:
    """The units, who works in them, and who is on duty."""
    units, draw = services.units, services.draw
    log, rosters = UnitsLog(services.database), RosterStore(services.database)
    duty = Duty(units, rosters, log, column.colleagues_in)
    return (
        Organising(units, rosters, services.reports, log, draw),
        Staffing(units, log, draw),
        Sheets(units, log, AccessLog(services.database, draw), draw),
        Rostering(duty, draw),
        Relieving(duty, services.reports, services.followups, cases, draw),
    )


def _give_words(app: Flask) -> None:
    """What templates may say beyond what a view hands them."""
    filters: Mapping[str, Callable[..., object]] = {
        "age": presentation.age,
        "clock_time": presentation.clock_time,
        "date": presentation.date,
        "due": presentation.due,
        "moment": presentation.moment,
        "place": presentation.place,
        "reporter": presentation.reporter,
        "size": tiles.size,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        states=presentation.STATES,
        tracks=presentation.TRACKS,
        sources=presentation.SOURCES,
        short_gaps=details.SHORT_GAPS,
        outcomes=presentation.OUTCOMES,
        outcome_groups=presentation.OUTCOME_GROUPS,
        languages=LANGUAGES,
        limits=forms,
        audit_acts=audit_words.ACTS,
        asset=_addresses(app),
        saved_spans=SPANS,
        most_name=MOST_NAME_CHARACTERS,
        told_acts=TOLD,
        act_titles=TITLES,
        typed_labels=LABELS,
        refilled_acts=REFILLED,
        has=lambda endpoint: endpoint in access.ACCESS,
        can=_can,
        places=lambda: places.places_of(g.visit.officer) if "visit" in g else [],
    )
    app.context_processor(lambda: {"here": g.get("visit"), "session": g.get("session")})


def _can(permission: str) -> bool:
    """Whether the visit's officer may do that somewhere."""
    return "visit" in g and bool(g.visit.officer.may(Permission(permission)))


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
