"""The sign-in of the local system: an OpenID Connect provider without passwords.

Officers of the province are offered on a page to choose from; a test posts its choice instead
(`POST` to the same `/authorize?...` address with the form field `officer=<subject>`). What the
officers' page sees is the real thing: discovery, authorization code with PKCE, ID tokens signed
with RS256, keys published at `/jwks`. The same key signs the task server's service accounts, so
`/jwks` serves both. It knows none of the code that it lets officers into.

app.py      pages and endpoints
codes.py    authorization codes: once, for sixty seconds
tokens.py   the signing key and the ID tokens
"""
