"""Who a reporter is, and what officers may do.

identities.py   its use cases; the vault itself is read by another function
disclosing.py   the views of opening an identity: asked, approved, shown once
permissions.py  what each role may do, as it is in force
"""
