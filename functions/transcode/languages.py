"""Names of languages: containers use ISO 639-2 or what somebody typed, HLS wants BCP 47 (RFC 8216 4.3.4.1)."""

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

LONGEST = 35  # of a tag (RFC 5646 4.4.1)
_UNKNOWN = {"mis", "mul", "zxx"}


def bcp47(code: object) -> str | None:
    """The tag for a language as a container names it: ``eng`` gives ``en``. None for what says nothing."""
    if not isinstance(code, str) or not 2 <= len(code) <= LONGEST:
        return None
    try:
        language = Language.get(code)
    except LanguageTagError:
        return None
    name = language.language
    if not name or name in _UNKNOWN or "qaa" <= name <= "qtz" or not language.is_valid():
        return None
    return language.to_tag()


def own_name(tag: str) -> str:
    """What a language calls itself, as a NAME should be written (RFC 8216 4.3.4.1): ``de`` gives ``Deutsch``."""
    return str(Language.get(tag).autonym())
