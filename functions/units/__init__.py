"""Who works: the tree of units, their Zalo pages, the officers and what they may do.

model.py   units, pages, officers, roles
store.py   their collections: units, pages, officers, page_tokens
"""
