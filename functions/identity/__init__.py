"""Who a reporter is: kept in a database of its own, apart from the case.

pseudonym.py   the name a citizen has everywhere else (standard library only, the webhook uses it)
vault.py       the identity behind a pseudonym, opened only to send a message
store.py       its collection
"""
