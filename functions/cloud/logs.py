"""Log lines: one JSON object each on standard output, as Cloud Logging reads them.

A line is a constant English message plus fields that are ids, counts or codes. Message texts,
names, telephone numbers, tokens and addresses with tokens never go in.
"""

import json
import logging
import sys

_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON with Cloud Logging's `severity` and `message`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line end."""
        line: dict[str, object] = {
            "severity": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        line.update({k: v for k, v in vars(record).items() if k not in _STANDARD})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["stack"] = self._places(record)
        # ASCII, so that nothing in a field can end the line or steer a terminal.
        return json.dumps(line, default=str)

    def _places(self, record: logging.LogRecord) -> list[str]:
        """Where it happened, without the exception's text: that may quote a citizen's words."""
        frames: list[str] = []
        trace = record.exc_info[2] if record.exc_info else None
        while trace is not None:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        return frames


def configure_logs() -> None:
    """Send every log line of this process to standard output as JSON, once."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
