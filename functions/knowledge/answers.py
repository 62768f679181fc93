"""An answer: a text and the buttons under it."""

from dataclasses import dataclass

from functions.followups.sentences import Choice, Language


@dataclass(frozen=True, slots=True)
class Answer:
    """What a citizen is told, within Zalo's limits."""

    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """The same in both languages."""

    vi: str
    en: str

    def in_language(self, language: Language) -> str:
        """As a reader of that language needs it."""
        return self.en if language == "en" else self.vi
