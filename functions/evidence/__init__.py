"""What a reporter sent, kept as it came: fetched, screened, hashed, stored once (`upload_media`).

model.py      a piece of evidence and its states
screening.py  which hosts, types and sizes are taken; pure
fetching.py   the download: checked address, counted bytes, hash while streaming
previews.py   small re-encoded pictures for lists; originals stay untouched
store.py      the collection evidence
keeping.py    fetch, keep, attach to the report, settle
entrance.py   the door: a task body in, a status out
"""
