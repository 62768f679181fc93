"""The Zalo platform's stand-in: API, OAuth, media host, webhook sender, and its citizens.

It plays Zalo as strictly as the fact sheet describes it (`README.md` beside this file says what is
supported) and has a clock that can be moved and faults that can be switched on. One HTTP server
answers for `oauth.zaloapp.com`, `openapi.zalo.me`, `business.openapi.zalo.me` and the media hosts.

    limits, content, events   pure rules: windows and limits, what a page may send, event JSON
    clock, faults, calls      the shared time, what goes wrong on purpose, what was received
    store                     one SQLite file; pages, citizens, messages, tokens write through it
    chat                      what citizens and pages do to each other, with its consequences
    outbox, deliverer, media  events out to the webhook, files out to whoever holds a link
    gate                      what every API call passes: token, rate, refusals as Zalo words them
    oauth, sending, uploads,
    reading, articles, templates   the API by subject
    control, rooms, stream    the control API, the two pages for people, live news for them
"""
