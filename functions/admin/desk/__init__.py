"""The desk: queues, lists, and a report with all that was sent, done and told.

desk.py         the desk: queues and counts, the list, one report
views.py        which part of the open list somebody looks at
saved.py        what an officer keeps under a name: views of the desk, filters of a search
saving.py       saving what one looks at, and the page of saved views
visibility.py   the one question before any report: is it this officer's to see?
presences.py    who is looking at a report just now
media.py        previews for whoever sees the report; originals opened by a form
files.py        originals and previews, streamed from their bucket
timeline.py     what was sent, written, done and told, in one order
details.py      whether a report is actionable, and its clock
tiles.py        attachments as they are shown
audit_words.py  how officers read the words of the audit chain
"""
