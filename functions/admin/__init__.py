"""The officers' page (`admin`): Flask, Jinja and htmx; every route closed unless listed as open.

entrance.py      the application: what it needs, its routes, its error pages
guards.py        who comes in, from where, and the headers of every answer
sign_in.py       OpenID Connect, code flow
arrivals.py      the pages of signing in and out
sessions.py      who is signed in: kept on the server, known to the browser by a random id
pages.py         the views: list, report, outcome, search
connecting.py    the views of "Kết nối trang", for administrators
consents.py      a consent under way at Zalo: kept for ten minutes, used once
connections.py   how a page's connection stands, in words
files.py         originals and previews, streamed from their bucket
forms.py         what an outcome form may hold
cases.py         the use case: an outcome is recorded, and the reporter will be told
timeline.py      what was sent, done and told, in one order
presentation.py  labels, dates and waiting times as officers read them
problems.py      error pages, and the one map from our errors to statuses
templates/       a fragment file has two deliveries: inside its page, or alone to htmx
assets/          our stylesheet, script and icon; htmx comes from its package
"""
