"""What a cold start of the webhook imports: Zalo waits two seconds."""

import base64
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# With their dot: functions-framework leaves an empty `google.cloud` in every interpreter.
SLOW = ("grpc.", "google.auth.", "google.cloud.", "pydantic.", "cryptography.", "jwt.", "PIL.")
KEY = base64.b64encode(bytes(32)).decode()
ENVIRONMENT = {
    "GOOGLE_CLOUD_PROJECT": "a-project",
    "TASKS_LOCATION": "asia-southeast1",
    "TASKS_SERVICE_ACCOUNT": "tasks@example",
    "STORE_REPORT_URL": "https://store-report.example/",
    "UPLOAD_MEDIA_URL": "https://upload-media.example/",
    "SEND_FOLLOWUP_URL": "https://send-followup.example/",
    "ZALO_SECRETS_FILE": "/nowhere/pages.json",
    "CITIZEN_KEY_SECRET": KEY,
    "INBOX_SEAL_SECRET": KEY,
}
PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import main
from flask import Request
from werkzeug.test import EnvironBuilder
for body in (b"{{}}", b"no event"):
    main.zalo_webhook(Request(EnvironBuilder(method="POST", data=body).get_environ()))
print(sorted(name for name in sys.modules if name.startswith({SLOW!r})))
"""


def test_the_webhook_imports_nothing_slow() -> None:
    found = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )

    assert found.stdout.splitlines()[-1] == "[]"
