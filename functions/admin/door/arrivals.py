"""The pages of signing in and out."""

import logging
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from functions.admin.door.guards import Guards, NotAnOfficer
from functions.admin.door.sessions import Sessions
from functions.admin.door.sign_in import SignIn, SignInRefused
from functions.admin.fields import SUBJECT
from functions.admin.language import LANGUAGES
from functions.errors import Rejected
from functions.units.model import Officer
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

_AWAY_SECONDS = 600
_SUBJECT = re.compile(SUBJECT)
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")
"""A path of ours to return to; never another site's (`//…`, `/\\…`)."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Signs officers in and out: at an issuer, or as the proxy names them where there is none.

    `sign_in`: at the issuer. `leave_path`: where a proxy forgets whom it let pass, if one stands
    before the page.
    """

    sign_in: SignIn | None
    sessions: Sessions
    units: UnitStore
    guards: Guards
    leave_path: str | None

    def page(self) -> ResponseReturnValue:
        """One button. Not a redirect: a sign-in that fails would go round for ever."""
        path = _own_path(request.args.get("next", ""))
        if self.guards.session() is not None:
            return redirect(path, code=303)
        return render_template(
            "sign_in.html",
            path=path,
            asserted=self.guards.asserted(),
            leave_path=self.leave_path,
        )

    def start(self) -> ResponseReturnValue:
        """Off to the issuer. A link, not a form: `form-action 'self'` would stop a form there."""
        if self.sign_in is None:
            return redirect(url_for("sign_in"), code=303)
        departure = self.sign_in.start()
        response = redirect(departure.address, code=303)
        path = _own_path(request.args.get("next", ""))
        self._keep(
            response,
            self._state_cookie,
            f"{departure.state}|{quote(path, safe='')}",
            max_age=_AWAY_SECONDS,
        )
        return response

    def finish(self) -> ResponseReturnValue:
        """Back from the issuer: a new session, if an officer of ours came back."""
        if self.sign_in is None:
            return redirect(url_for("sign_in"), code=303)
        state, _, path = request.cookies.get(self._state_cookie, "").partition("|")
        try:
            subject = self.sign_in.finish(state, request.args)
        except SignInRefused as refusal:
            _log.warning("sign-in refused", extra={"reason": str(refusal)})
            raise
        officer = self.units.officer(subject) if _SUBJECT.fullmatch(subject) else None
        response = self._let_in(officer, unquote(path))
        self._drop(response, self._state_cookie)
        return response

    def enter(self) -> ResponseReturnValue:
        """Whom the proxy names comes in. A form, because the first time is written down."""
        asserted = self.guards.asserted()
        if asserted is None:
            return redirect(url_for("sign_in"), code=303)
        self.guards.check_site()
        officer = self.units.recognise(asserted.address, asserted.subject)
        return self._let_in(officer, request.form.get("path", ""), asserted.subject)

    def _let_in(
        self, officer: Officer | None, path: str, proxy_subject: str | None = None
    ) -> Response:
        if officer is None or not officer.roles:
            _log.warning("sign-in of somebody who is no officer")
            raise NotAnOfficer("no such officer")
        session = self.sessions.begin(officer.subject, proxy_subject=proxy_subject)
        _log.info("signed in", extra={"officer": officer.subject})
        response = redirect(_own_path(path), code=303)
        self._keep(response, self.guards.cookie, session.id)
        return response

    def sign_out(self) -> ResponseReturnValue:
        """The session ends on the server, and the browser forgets what it kept."""
        self.sessions.end(g.session)
        _log.info("signed out", extra={"officer": g.session.subject})
        if self.leave_path is None:
            response = redirect(url_for("sign_in"), code=303)
        else:
            # Not a redirect: the proxy leads on to Google, where `form-action 'self'` stops it.
            response = make_response(render_template("signed_out.html", leave_path=self.leave_path))
            response.headers["Refresh"] = f"0; url={self.leave_path}"
        self._drop(response, self.guards.cookie)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    def choose_language(self) -> ResponseReturnValue:
        """The page speaks that language from now on, in this session."""
        chosen = request.form.get("language", "")
        if chosen not in LANGUAGES:
            raise Rejected("no such language")
        self.sessions.choose_language(g.session, chosen)
        return redirect(_own_path(request.form.get("path", "")), code=303)

    @property
    def _state_cookie(self) -> str:
        return f"{self.guards.cookie}_state"

    def _keep(
        self, response: Response, name: str, value: str, *, max_age: int | None = None
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            path="/",
            secure=self.guards.is_https,
            httponly=True,
            # Not Strict: the cookie has to come along on the way back from the issuer.
            samesite="Lax",
        )

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(
            name, path="/", secure=self.guards.is_https, httponly=True, samesite="Lax"
        )


def _own_path(path: str) -> str:
    return path if _OWN_PATH.fullmatch(path) else "/"
