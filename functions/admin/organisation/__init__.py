"""The units, who works in them, and who is on duty.

organising.py    the views of the units: the tree, one unit, what changes it
reorganising.py  what the forms of a reorganisation hold, and what each would change
staffing.py      the views of the officers: roles given and taken, accounts closed
sheets.py        units, pages and officers as files: a dry run first
changes.py       what was changed in all of these: kept with every change
rostering.py     the views of a duty roster by the week
duty.py          what rosters and hand-overs share
relieving.py     the views of handing a shift over
handovers.py     the list that goes with a shift
"""
