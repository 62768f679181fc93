"""A piece of evidence: one attachment as the reporter sent it."""

import hashlib
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class EvidenceState(StrEnum):
    """Where it stands."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


class FailureReason(StrEnum):
    """Why an attachment could not be kept: what officer and reporter are told."""

    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    """By its bytes, not by its name."""
    GONE = "gone"
    """The link had expired or was withdrawn."""
    FOREIGN_HOST = "foreign_host"
    """It does not lie with Zalo; we fetch from nobody else."""
    UNREACHABLE = "unreachable"
    """Tried again and again without success."""


class Evidence(BaseModel):
    """One attachment: where it came from, and once stored what it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    report_id: str
    unit_id: str
    page_id: str
    citizen: str
    sent_at: datetime
    kind: str
    """What Zalo called it: image, video, audio, file, gif."""
    name: str | None = None
    """The file's own name, where Zalo gave one; shown, never used as a path."""
    declared_size: int | None = None
    checksum: str | None = None
    """The MD5 that Zalo states for files, to notice a download cut short."""
    address: str | None = None
    """Where it lies with Zalo, until it is fetched."""
    state: EvidenceState = EvidenceState.PENDING
    next_at: datetime
    tries: int = 0
    reason: FailureReason | None = None
    received_at: datetime | None = None
    sha256: str | None = None
    crc32c: str | None = None
    size: int | None = None
    media_type: str | None = None
    object_name: str | None = None
    generation: int | None = None
    preview_name: str | None = None
    """The object in the derived bucket, for pictures."""


def evidence_id(event_key: str, place: int) -> str:
    """The id that follows from the message and the attachment's place in it."""
    return hashlib.sha256(f"{event_key}|{place}".encode()).hexdigest()[:32]
