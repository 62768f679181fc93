"""The officers' page behind a real port, handed on as `main.admin` hands it on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, request
from functions_framework import read_request
from werkzeug import Response
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.admin.station import Station

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Silence."""


def framed(page: Flask) -> Flask:
    """The page inside an outer application, as functions-framework serves every function."""
    outer = Flask("functions_framework")

    def admin(path: str = "") -> Response:
        return Response.from_app(page.wsgi_app, request.environ)

    outer.add_url_rule("/", "root", admin, defaults={"path": ""}, methods=METHODS)
    outer.add_url_rule("/<path:path>", "run", admin, methods=METHODS)
    outer.after_request(read_request)
    return outer


@contextmanager
def served(station: Station, port: int) -> Iterator[str]:
    """The page at that port while the context lasts."""
    server = make_server(
        "127.0.0.1", port, framed(station.app()), threaded=True, request_handler=_Silent
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
