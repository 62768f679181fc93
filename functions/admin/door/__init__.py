"""Who comes in, and what for: everything before a view.

access.py    what each route demands
guards.py    who comes in, from where, and the headers of every answer
proxy.py     the signature of a proxy that stands before the page, and whom it names
sign_in.py   OpenID Connect, code flow
arrivals.py  the pages of signing in and out
sessions.py  who is signed in: kept on the server, known to the browser by a random id
"""
