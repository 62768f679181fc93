"""Regular expressions that are compiled at their first use, so that an import stays cheap."""

import re
from functools import cached_property


class Pattern:
    """A regular expression over plain text (see `normal`)."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.source)
