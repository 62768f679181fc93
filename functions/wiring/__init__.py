"""The composition root: the only place where clients are built.

ground.py   clocks, databases, buckets, queues, tokens
record.py   what works on the record: the worker, the keeper, the sender, the sweep
doors.py    what main.py calls, one for each deployed function

Everything is built when first asked for, once in each process, and after the server has forked.
Imports stand inside the functions on purpose: the webhook must not pay for what it never uses.
"""
