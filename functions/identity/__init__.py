"""Who a reporter is: kept in a database of its own, apart from the case.

pseudonym.py   the name a citizen has everywhere else (standard library only, the webhook uses it)
vault.py       the identity behind a pseudonym
openings.py    how an officer comes to know it: asked, approved by a second one, read once
disclosure.py  what the vault says then
store.py       their collections
blocks.py      officers' decisions to take no reports from a citizen for a while (in the record)
"""
