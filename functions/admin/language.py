"""The officers' page in Vietnamese, and in English for whoever chooses it (gettext).

The Vietnamese sentence is its own key; `translations/en.po` holds the English ones. Catalogues are
compiled when first asked for: the repository holds no binaries, and Vietnamese needs none.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""What may be chosen; the first one is the default."""

_TRANSLATIONS = Path(__file__).parent / "translations"


@cache
def _catalogue(language: str) -> NullTranslations:
    source = _TRANSLATIONS / f"{language}.po"
    if language not in LANGUAGES or not source.exists():
        return NullTranslations()
    # Only whoever reads English pays for this import.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def marked(sentence: str) -> str:
    """The same sentence: it is translated where it is shown, `{{ _(label) }}`, and listed here."""
    return sentence


def language() -> str:
    """The language of the visit: the session's choice, else Vietnamese."""
    session = g.get("session") if has_request_context() else None
    chosen = getattr(session, "language", None)
    return chosen if chosen in LANGUAGES else "vi"


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the visit's language, with its `%(name)s` filled."""
    told = _catalogue(language()).gettext(sentence)
    return told % values if values else told


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """As `gettext`, for a number of things."""
    told = _catalogue(language()).ngettext(one, many, number)
    return told % {"num": number, **values}


def give_languages(app: Flask) -> None:
    """Let templates say `_("…")` and `{% trans %}`, and ask which language it is."""
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(
        lambda sentence: _catalogue(language()).gettext(sentence),
        lambda one, many, number: _catalogue(language()).ngettext(one, many, number),
        newstyle=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    # Not the extension's own: that one takes any sentence for safe HTML and for a format.
    environment.globals["_"] = gettext
    environment.globals["language"] = language
