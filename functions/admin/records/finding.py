"""The search over all reports, open and closed.

Words travel in a form's body, and back in an address only sealed: a telephone number has no place
in the log of a proxy (ASVS 14.2.1).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from functions.admin.door.guards import Visit, visit
from functions.admin.forms import Form, TypedForm, read_form, sent_fields
from functions.admin.records.scopes import (
    Period,
    Scope,
    choices_for,
    cursor_of,
    names_of,
    period_of,
    scope_of,
)
from functions.admin.rules import Rule
from functions.cloud.sealing import seal, unseal
from functions.errors import Rejected
from functions.reports.codes import find_code
from functions.reports.model import ReportState
from functions.reports.store import Found, ReportStore
from functions.reports.terms import MOST_ASKED, asked_terms, words_in
from functions.reports.tracks import Track
from functions.settings import Secret
from functions.units.store import UnitStore

ROWS = 50
MOST_TYPED = 200
"""Characters that may be searched for."""


class SearchForm(Form):
    """What is searched for."""

    q: Annotated[str, Field(max_length=MOST_TYPED)] = ""
    unit: Annotated[str, Field(max_length=80)] = ""
    state: ReportState | None = None
    track: Track | None = None
    since: Annotated[str, Field(max_length=10)] = ""
    until: Annotated[str, Field(max_length=10)] = ""
    s: Annotated[str, Field(max_length=2000)] = ""
    """The words, sealed."""
    after: Annotated[str, Field(max_length=80)] = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """The filters as terms."""
        state = (f"state:{self.state.value}",) if self.state else ()
        return (*state, f"track:{self.track.value}") if self.track else state

    @property
    def period(self) -> Period:
        """The days on which a report was opened."""
        return period_of(self.since, self.until)


def find(
    reports: ReportStore,
    scope: Scope,
    terms: Sequence[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int,
) -> list[Found]:
    """What that scope may see and has all the terms, the newest first: one round trip.

    Raises:
        Transient: no answer.
    """

    def ask(audience: str) -> list[Found]:
        return reports.search(
            audience, (*scope.terms, *terms), since=since, until=until, after=after, limit=limit
        )

    if len(scope.audiences) == 1:
        return ask(scope.audiences[0])
    with ThreadPoolExecutor(len(scope.audiences)) as pool:
        found = {one.key: one for some in pool.map(ask, scope.audiences) for one in some}
    return [found[key] for key in sorted(found)][:limit]


@dataclass(frozen=True, slots=True)
class Finding:
    """The search page."""

    reports: ReportStore
    units: UnitStore
    secret: Secret
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/search", "search", self.search),
            Rule("/search", "begin_search", self.begin, ("POST",)),
        )

    def begin(self) -> ResponseReturnValue:
        """A search was typed: off to its report or to its results."""
        asked = _read(sent_fields(request.form))
        if report_id := self._report_of(asked.q):
            return redirect(url_for("report", report_id=report_id), code=303)
        fields = asked.model_dump(exclude={"q", "s", "after"}, exclude_defaults=True)
        if asked.q.strip():
            fields["s"] = self._sealed(asked.q)
        return redirect(url_for("search", **fields), code=303)

    def search(self) -> ResponseReturnValue:
        """The reports that were asked for, the newest first."""
        asked = _read(request.args.to_dict())
        here = visit()
        words = (self._opened(asked.s) if asked.s else asked.q).strip()
        if report_id := self._report_of(words):
            return redirect(url_for("report", report_id=report_id), code=303)
        return render_template("search.html", **self._results(here, asked, words))

    def _results(self, here: Visit, asked: SearchForm, words: str) -> Mapping[str, Any]:
        tree = self.units.directory().tree
        audiences = here.officer.audiences
        scope = scope_of(audiences, asked.unit, tree)
        if scope is None:
            abort(404)
        period, code = asked.period, find_code(words)
        typed = asked_terms(words)
        is_asked = bool(words or asked.terms or scope.chosen or period.address)
        found: list[Found] = []
        # A code that is not theirs has been looked for already, and words of one letter are no
        # terms: everything would be the wrong answer to both.
        if is_asked and not code and (typed or not words):
            found = find(
                self.reports,
                scope,
                (*typed, *asked.terms),
                since=period.start,
                until=period.end,
                after=cursor_of(asked.after),
                limit=ROWS + 1,
            )
        shown = found[:ROWS]
        address = asked.model_dump(exclude={"q", "s", "after"}, exclude_defaults=True)
        address |= {"s": asked.s or self._sealed(words)} if words else {}
        return {
            "q": words,
            "code": code,
            "asked": asked,
            "scope": scope,
            "choices": choices_for(audiences, tree),
            "lines": [one.line for one in shown],
            "unit_names": names_of((one.line.unit_id for one in shown), tree),
            "is_asked": is_asked,
            "is_cut": len(words_in(words)) > MOST_ASKED,
            "filters": _filters(asked, scope),
            "next_address": (
                url_for("search", **address, after=shown[-1].key) if len(found) > ROWS else None
            ),
            "first_address": url_for("search", **address) if asked.after else None,
            "now": here.now,
        }

    def _report_of(self, words: str) -> str | None:
        """The report whose code was typed, if this officer may see it."""
        code = find_code(words)
        found = self.reports.find_by_code(code) if code else None
        if found is None or not visit().officer.may_see(found.report.audience):
            return None
        return found.report.id

    @property
    def _key(self) -> bytes:
        return hmac.digest(self.secret.reveal().encode(), b"words searched for", hashlib.sha256)

    def _sealed(self, words: str) -> str:
        sealed = seal(self._key, words.encode(), self.draw)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def _opened(self, sealed: str) -> str:
        try:
            return unseal(self._key, base64.urlsafe_b64decode(sealed + "==")).decode()
        except (binascii.Error, ValueError):
            raise Rejected("sealed words are not ours") from None


def _filters(asked: SearchForm, scope: Scope) -> Mapping[str, str]:
    """What of a search may be saved: all but its words."""
    chosen = {"unit": scope.chosen, "state": asked.state, "track": asked.track}
    return {name: str(value) for name, value in chosen.items() if value} | asked.period.address


def _read(fields: Mapping[str, object]) -> SearchForm:
    """What was asked for; a field that is left empty is none."""
    form = read_form(SearchForm, {name: value for name, value in fields.items() if value != ""})
    if isinstance(form, TypedForm):
        raise Rejected("search was not made by us")
    return form
