"""The record itself: one citizen's account of one happening.

model.py       the report, its timeline items, outcomes, the row of the open list
lifecycle.py   what may happen to a report, pure: (report, decision) -> change
codes.py       the code a citizen is given, such as 7K3F-9Q2D-X (pure)
audit.py       the hash chain over every change (pure)
store.py       the collections: reports, codes, units/{unit}/open
"""
