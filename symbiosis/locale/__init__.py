"""The one catalogue of user-visible texts: English in the code, Chinese in `zh`.

`zh/LC_MESSAGES/symbiosis.po` is edited by hand; `python tools/compile_catalogue.py` makes the
`.mo` beside it, and a test holds that every text of the code is in it.
"""

import gettext
import locale
import os
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_current = "en"


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Texts of one language; English needs no catalogue."""
    return gettext.translation(
        "symbiosis", Path(__file__).parent, languages=[language], fallback=True
    )


def set_language(language: str) -> None:
    """Language of every text from now on: `zh` or `en`."""
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; known are {', '.join(LANGUAGES)}")
    _current = language


def language() -> str:
    """Language in use: `zh` or `en`."""
    return _current


def language_of_locale() -> str:
    """`zh` where the user's locale is Chinese, otherwise `en`."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    name = (locale.getlocale()[0] or "").lower()  # Windows has no variable but a locale
    return "zh" if name.startswith(("zh", "chinese")) else "en"


def _(text: str, lang: str | None = None) -> str:
    """`text` in the language in use, or in `lang`."""
    return _catalogue(lang or _current).gettext(text)


def named(zh: str, en: str, lang: str | None = None) -> str:
    """The name of a thing in the language in use; the other one where it has no such name."""
    return (zh or en) if (lang or _current) == "zh" else (en or zh)


def mark(sign: str) -> str:
    """A mark between parts of a sentence, full-width in Chinese: `,` `:` or `;`."""
    return {",": "，", ":": "：", ";": "；"}[sign] if _current == "zh" else f"{sign} "
