"""The record itself: one citizen's account of one happening.

model.py       the report, its timeline items, outcomes
tracks.py      which law a report falls under, where it came from
account.py     what the reporter told, put together from findings (pure)
lifecycle.py   what the reporter and the system do with a report, pure: (report, event) -> change
casework/     what officers do with it, pure: (report, decision) -> change
deadlines.py   by when something has to happen: dated rules (pure)
rows.py        the row of the open list, and the shelves it stands on (pure)
register.py    its line in the register book, which a search finds (pure)
terms.py       by what a report is found (pure)
codes.py       the code a citizen is given, such as 7K3F-9Q2D-X (pure)
audit.py       the hash chain over every change (pure)
store.py       the collections: reports, codes, open, search
"""
