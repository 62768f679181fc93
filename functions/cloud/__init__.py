"""Google Cloud, and the rules by which we use it. Thin adapters; they know nothing of reports.

firestore.py   documents: reads, guarded commits, compare-and-set; the only write rules there are
storage.py     write-once objects
tasks.py       wake-ups through Cloud Tasks, official client
connections.py kept-alive connections to one host, for the webhook
rest.py        the webhook's two calls over plain HTTP: it has two seconds and a cold start
sealing.py     what passes through a task's body, unreadable on the way
newest_first.py document ids that run from new to old
shards.py      index prefixes of pending rows
metadata.py    who this process is to Google
secrets.py     Secret Manager
claims.py      what a signed token claims, by our clock
callers.py     who calls a function: OpenID Connect tokens checked
calls.py       one function calls another, as itself
doors.py       a task body in, a status out: the one map from errors to statuses
clock.py       what time it is
logs.py        one JSON line an event, ids only
"""
