"""The Zalo platform (Official Account API v3, OAuth v4, ZBS): its words end in this package.

signature.py     did Zalo send this? on the raw bytes; standard library only
strict_json.py   JSON from outside: one bounded object; standard library only
envelope.py      what the webhook needs of an event; standard library only
wire.py          how Zalo's JSON is read into models
events.py        every event as a model, and what cannot be recognised as `UnknownEvent`
exchanges.py     messages of both sides, echoes of our own included
notices.py       coming and going, details, receipts, quotas
attachments.py   what hangs on a message: media, places, links, cards
inbox.py         an event's row on its way from the webhook to the worker; standard library only
messages.py      what we send
limits.py        Zalo's limits, checked before sending; splitting long texts
http.py          the one place that talks HTTP
errors.py        a refusal as a class that says what to do
refusals.py      Zalo's codes as a table: meaning, class, sentence for a person
calls.py         one API call: headers, envelope, refusals
api.py           send, ask about citizens, conversations and pages
profiles.py      what Zalo tells of citizens and pages
conversations.py the chat read back
uploads.py       images, gifs, files
articles.py      articles and their broadcast
templates.py     ZBS template messages, by phone number and by user id
oauth.py         consent, code exchange, refresh: the requests and the judgement of answers
grants.py        what is kept of a page's grant, and the ports it is kept behind
safekeeping.py   where a token answer is made safe, and found again
renewal.py       who renews a page's grant, and what survives a crash
tokens.py        who reads an access token
escrow.py        a log line that only the holder of the private key can open

README.md says of each endpoint and event: supported, simulated or uncertain.
"""
