"""Every deployed function, by the name that Terraform gives it. No logic here.

Each is called through functions-framework; what it needs is built once by `functions.wiring`.
"""

from flask import Request
from werkzeug import Response

from functions.wiring import doors


def zalo_webhook(request: Request) -> tuple[str, int]:
    """Zalo's events: verify, keep, answer within two seconds. Open to the world."""
    return doors.webhook().receive(request)


def store_report(request: Request) -> tuple[str, int]:
    """A citizen's pending messages become a report. Called by the queue `inbox`."""
    return doors.store_report_door()(request)


def upload_media(request: Request) -> tuple[str, int]:
    """One attachment is fetched and kept. Called by the queue `media`."""
    return doors.upload_media_door()(request)


def send_followup(request: Request) -> tuple[str, int]:
    """One message we owe a citizen is sent. Called by the queue `send`."""
    return doors.send_followup_door()(request)


def upkeep(request: Request) -> tuple[str, int]:
    """Timed work. Called by Cloud Scheduler every minute."""
    return doors.upkeep_door()(request)


def admin(request: Request) -> Response:
    """The officers' page."""
    return Response.from_app(doors.admin_page(), request.environ)
