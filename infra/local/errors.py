"""What keeps the local system from running: one sentence for the person who started it."""


class LocalSystemError(Exception):
    """The local system cannot start or go on; the message says why and what to do."""
