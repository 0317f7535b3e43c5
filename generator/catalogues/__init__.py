"""The interface's words in each language: gettext catalogues, read as they are edited.

The words stand in the code and the templates in Chinese, inside of ``say(…)``; a
catalogue gives for each what a reader of its language sees. ``zh_CN.po`` is
complete too, so that a city can change a word without touching code. What comes
from the documents is content and is never translated.

The .po files are read directly: no compiled file can be out of date. ``python -m
generator.catalogues`` (``make catalogues``) gathers new words into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.messages.pofile import read_po
from markupsafe import Markup

LOCALES = ("zh_CN", "en")


@dataclass(frozen=True, slots=True)
class Language:
    """The interface in one language.

    Attributes:
        locale: the catalogue's name, ``zh_CN``.
        words: message → its translation, or its singular and plural.
        in_scripts: the messages that the theme's scripts say.
    """

    locale: str
    words: Mapping[str, str | tuple[str, ...]] = field(repr=False, hash=False, compare=False)
    in_scripts: frozenset[str] = field(default=frozenset(), repr=False, hash=False, compare=False)

    @property
    def tag(self) -> str:
        """The language tag of BCP 47, as the ``lang`` attribute has it: ``zh-CN``."""
        return self.locale.replace("_", "-")

    @property
    def is_chinese(self) -> bool:
        """Whether interface and content are in the same language."""
        return self.locale.startswith("zh")

    def say(self, message: str, **values: Any) -> str:
        """The message in this language, with its ``%(name)s`` filled in.

        Where a value is markup (a link's tags) the result is markup, and the
        other values are escaped.
        """
        translated = self.words.get(message, message)
        return _filled(translated if isinstance(translated, str) else translated[0], values)

    def say_n(self, message: str, n: int, **values: Any) -> str:
        """A message about a number of things, ``%(n)d``; Chinese has one form, English two."""
        translated = self.words.get(message, message)
        if not isinstance(translated, str):
            translated = translated[0 if n == 1 else -1]
        return _filled(translated, {"n": n, **values})

    def script_words(self) -> dict[str, str]:
        """What the theme's scripts must say otherwise than they have it in their code."""
        words = {message: self.say(message) for message in sorted(self.in_scripts)}
        return {message: text for message, text in words.items() if text != message}


def _filled(message: str, values: Mapping[str, Any]) -> str:
    if not values:
        return message
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(message) % values  # noqa: S704 -- the message is ours, the values get escaped
    return message % values


@cache
def language(locale: str) -> Language:
    """The language of a locale in ``LOCALES``."""
    data = files(__package__).joinpath(f"{locale}.po").read_bytes()
    catalogue = read_po(BytesIO(data), locale=locale)
    words: dict[str, str | tuple[str, ...]] = {}
    in_scripts: set[str] = set()
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and message.string and not message.fuzzy:
            said = message.string
            words[key] = said if isinstance(said, str) else tuple(said)
            if any(file.endswith(".js") for file, _ in message.locations):
                in_scripts.add(key)
    return Language(locale, words, frozenset(in_scripts))
