"""Zalo's events come in (function `zalo_webhook`): verify, keep, answer within two seconds.

entrance.py      the one path: cap, read, verify, keep, wake, answer
wake_ups.py      whom this process woke a moment ago
page_secrets.py  the pages' secrets, read again when their file changes

Standard library and urllib3 only, beside the framework: a cold start must fit into Zalo's two
seconds. A test in tests/webhook keeps it so.
"""
