"""What the webhook is measured against: a bare functions-framework handler, one durable write.

The official client, no verification, no fallback, no wake-up: the least that keeps anything.
"""

import os

from flask import Request
from google.cloud import firestore

_client: firestore.Client | None = None


def bare(request: Request) -> str:
    """Keep the body under a random id."""
    global _client
    if _client is None:
        _client = firestore.Client(project=os.environ["GOOGLE_CLOUD_PROJECT"], database="inbox")
    _client.collection("bare").document().create({"raw": request.get_data()})
    return "ok"
