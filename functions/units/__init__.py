"""Who works: the tree of units, their Zalo pages, the officers and what they may do.

model.py          units, pages, officers
roles.py          roles, permissions, who sees a report (pure)
tree.py           rename, move, merge, split, close: units change, their history stays (pure)
areas.py          what a unit answers for: communes, stretches of road, outlines (pure)
naming.py         names of places and roads as people write them (pure)
routing.py        the directory: which unit answers for a place and a category, and why (pure)
rosters.py        who is on duty, and how a shift is handed over (pure)
spreadsheets.py   tables as CSV and XLSX
imports.py        pages and officers as rows: a dry run with its problems (pure)
unit_imports.py   units as rows (pure)
areas_text.py     communes and stretches as one cell (pure)
store.py          their collections: units, pages, officers, rosters, page_tokens
"""
