"""The register book as a file, for Excel. Every export is in the access log before it leaves."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from werkzeug.http import dump_options_header

from functions.admin.door.guards import Visit, visit
from functions.admin.fields import Reason, written
from functions.admin.forms import Form, TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.admin.records.register import MOST_NUMBERED, Book, BookLine, Selection, headings
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.units.roles import RESTRICTED, Permission
from functions.units.spreadsheets import CSV, XLSX, written_csv, written_xlsx

_log = logging.getLogger(__name__)

_AT_ONCE = 500


class FileKind(StrEnum):
    """What sort of file."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportForm(Form):
    """What is exported, and why."""

    unit: Annotated[str, Field(max_length=80)] = ""
    since: Annotated[str, Field(max_length=10)] = ""
    until: Annotated[str, Field(max_length=10)] = ""
    format: FileKind
    reason: Reason


@dataclass(frozen=True, slots=True)
class Exports:
    """Gives the register book away as a file."""

    book: Book
    log: AccessLog

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (Rule("/register/export", "export_register", self.export, ("POST",)),)

    def export(self) -> ResponseReturnValue:
        """The chosen days of the book, the oldest report first."""
        here = visit()
        form = read_form(ExportForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            raise Rejected(
                "no reason given", sentence=gettext(marked("Xin ghi lý do xuất sổ theo dõi."))
            )
        days = {"unit": form.unit, "since": form.since, "until": form.until}
        selection = self.book.selection(here, Permission.EXPORT, days)
        if selection is None:
            abort(404)
        lines = self._lines(selection)
        cells = [[_plain(cell) for cell in line.cells] for line in lines]
        if form.format is FileKind.CSV:
            content, media_type = written_csv(headings(), cells), CSV
        else:
            title = gettext(marked("Sổ theo dõi"))
            content, media_type = written_xlsx(title, headings(), cells), XLSX
        entry = self._entry(here, selection, form, len(lines), content)
        self.log.write(entry)
        _log.info(
            "register exported",
            extra={
                "officer": entry.officer,
                "unit": entry.unit_id,
                "count": entry.count,
                "sha256": entry.sha256,
            },
        )
        response = Response(content, content_type=media_type)
        response.headers["Content-Disposition"] = dump_options_header(
            "attachment", {"filename": _file_name(selection, form.format)}
        )
        return response

    def _lines(self, selection: Selection) -> list[BookLine]:
        total = self.book.count(selection)
        if total > MOST_NUMBERED:
            raise Rejected(
                "too many reports",
                sentence=gettext(
                    "Sổ có hơn %(most)s phản ánh. Xin chọn ít ngày hơn.", most=MOST_NUMBERED
                ),
            )
        lines: list[BookLine] = []
        after = None
        while found := self.book.found(selection, after, _AT_ONCE):
            lines += self.book.written(found, total - len(lines))
            after = found[-1].key
            if len(found) < _AT_ONCE:
                break
        return lines[::-1]

    def _entry(
        self, here: Visit, selection: Selection, form: ExportForm, count: int, content: bytes
    ) -> AccessEntry:
        audience = selection.scope.unit_id or selection.scope.audiences[0]
        unit_id = audience.removeprefix(RESTRICTED)
        unit = self.book.units.directory().tree.find(unit_id)
        days = " – ".join(selection.period.address.values())
        return AccessEntry(
            at=here.now,
            officer=here.officer.subject,
            name=here.officer.name,
            kind=AccessKind.EXPORT,
            unit_id=unit_id,
            lineage=unit.line if unit else (unit_id,),
            is_restricted=audience.startswith(RESTRICTED),
            subject=f"{form.format.value}, {days}",
            reason=form.reason,
            count=count,
            sha256=hashlib.sha256(content).hexdigest(),
        )


def _plain(cell: str) -> str:
    """One line without control characters, which Excel's format forbids."""
    return " ".join(written(cell).split())


def _file_name(selection: Selection, kind: FileKind) -> str:
    chosen = (selection.scope.unit_id or selection.scope.audiences[0]).replace(":", "-")
    return "-".join(("so-theo-doi", chosen, *selection.period.address.values())) + f".{kind.value}"
