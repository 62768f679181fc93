"""The views of "Kết nối trang": how each page's connection stands, and consent given again."""

import logging
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.connections.connections import borne_out, connection_of, in_order, sentence_of
from functions.admin.connections.consents import Consents
from functions.admin.door.guards import visit
from functions.units.store import PageTokenStore, UnitStore
from functions.zalo.grants import Consent

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connecting:
    """The views, for administrators alone (`guards.FOR_ADMINISTRATORS`)."""

    units: UnitStore
    page_tokens: PageTokenStore
    consents: Consents

    def connections(self) -> ResponseReturnValue:
        """All pages, and how the consent ended that was just given."""
        now, pages = visit().now, self.units.pages()
        pointers = self.page_tokens.of_pages([page.id for page in pages])
        names = {unit.id: unit.name for unit in self.units.units([it.unit_id for it in pages])}
        found = [
            connection_of(
                page, unit=names.get(page.unit_id, ""), pointer=pointers.get(page.id), now=now
            )
            for page in pages
        ]
        consent, sentence = None, ""
        ended, page_id = request.args.get("ended"), request.args.get("page")
        if ended in set(Consent):
            chosen = next((one for one in found if one.page_id == page_id), None)
            consent = borne_out(Consent(ended), chosen)
            sentence = sentence_of(consent, chosen)
        return render_template(
            "connections.html",
            connections=in_order(found),
            consent=consent,
            sentence=sentence,
            now=now,
        )

    def connect(self, page_id: str) -> ResponseReturnValue:
        """Begin a consent: a page with a link to Zalo.

        Not a redirect: `form-action 'self'` would stop a form on its way there, and a link needs
        no exception to the policy. And whoever consents has to be told which page to choose.
        """
        here, page = visit(), self.units.page(page_id)
        if page is None:
            abort(404)
        address = self.consents.begin(page, here.session)
        _log.info("consent begun", extra={"officer": here.officer.subject, "page": page.id})
        return render_template("consent.html", page=page, address=address)

    def finish(self) -> ResponseReturnValue:
        """Back from Zalo. A redirect in any case, so that the code leaves the address bar."""
        here = visit()
        ended = self.consents.finish(request.args, here.session)
        _log.info(
            "consent ended",
            extra={
                "officer": here.officer.subject,
                "page": ended.page_id,
                "result": ended.consent.value,
            },
        )
        address = url_for("connections", ended=ended.consent.value, page=ended.page_id)
        return redirect(address, code=303)
