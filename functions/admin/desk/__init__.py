"""The desk: queues, lists, and a report with all that was sent, done and told.

desk.py         the desk: queues and counts, the list, one report
views.py        which part of the open list somebody looks at
visibility.py   the one question before any report: is it this officer's to see?
presences.py    who is looking at a report just now
media.py        previews for whoever sees the report; originals opened by a form
files.py        originals and previews, streamed from their bucket
timeline.py     what was sent, written, done and told, in one order
details.py      whether a report is actionable, and its clock
tiles.py        attachments as they are shown
audit_words.py  how officers read the words of the audit chain
"""
