"""What looks over many reports at once, and over who looked.

scopes.py    whose reports are looked over, and of which days
finding.py   the search over all reports
mapping.py   the map of open reports; Leaflet comes from its package
register.py  the register book ("Sổ theo dõi")
exports.py   the book as a file
logs.py      who looked at what: kept with every look
auditing.py  the views of the logs
"""
