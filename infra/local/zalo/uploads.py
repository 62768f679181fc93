"""Uploads of a page: handles that live seven days. Source: fact sheet section 6."""

import uuid
from collections.abc import Mapping

from starlette.requests import Request

from infra.local.zalo import limits
from infra.local.zalo.answers import Refusal, invalid
from infra.local.zalo.clock import from_milliseconds, month_began, to_milliseconds
from infra.local.zalo.gate import Caller
from infra.local.zalo.media import Attachment, attachment_of
from infra.local.zalo.world import World


async def upload_image(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    return await _upload(world, caller, request, "image", limits.IMAGE, "png and jpeg")


async def upload_gif(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    return await _upload(world, caller, request, "gif", limits.GIF, "gif")


async def upload_file(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    formats = "pdf, doc, docx and csv"
    return await _upload(world, caller, request, "file", limits.FILE, formats)


async def file_in(request: Request) -> tuple[str, bytes]:
    """Name and content of the multipart field `file`. Raises Refusal -201."""
    async with request.form() as form:
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise invalid("file")
        return file.filename or "file", await file.read()


def find(world: World, page_id: str, handle: str, kind: str) -> Attachment:
    """The upload behind an attachment_id or token. Raises Refusal (-201 unknown, -100 too old)."""
    row = world.store.one(
        "SELECT * FROM uploads WHERE handle = ? AND page_id = ? AND kind = ?",
        handle,
        page_id,
        kind,
    )
    if row is None:
        raise invalid("token" if kind == "file" else "attachment_id")
    age = world.clock.now() - from_milliseconds(row["time"])
    limits.UPLOAD_AGE.check(int(age.total_seconds()))
    return Attachment(row["name"], "", row["file"])


async def _upload(
    world: World, caller: Caller, request: Request, kind: str, most: limits.Limit, formats: str
) -> Mapping[str, object]:
    name, content = await file_in(request)
    if not _is_of(kind, name, content):
        raise Refusal(-201, f"file is invalid. We only support {formats}")
    most.check(len(content))
    page_id = caller.page.page_id
    done = world.store.count(
        "SELECT count(*) FROM uploads WHERE page_id = ? AND time >= ?",
        page_id,
        to_milliseconds(month_began(world.clock.now())),
    )
    if done >= caller.page.settings.uploads_per_month:
        raise Refusal(limits.UPLOADS.code)
    handle = uuid.uuid4().hex
    world.store.write(
        "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)",
        handle,
        page_id,
        kind,
        name,
        attachment_of(world.store, name, content).file,
        world.clock.milliseconds(),
    )
    return {"token" if kind == "file" else "attachment_id": handle}


def _is_of(kind: str, name: str, content: bytes) -> bool:
    if kind == "image":
        return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    if kind == "gif":
        return content.startswith((b"GIF87a", b"GIF89a"))
    return name.lower().endswith((".pdf", ".doc", ".docx", ".csv"))
