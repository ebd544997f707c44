"""Simpler forms (縮退) of characters outside JIS X 0213: offered to staff, never put into a name by force.

Written by hand for the characters that occur in names and places; a test compares each with the MJ縮退マップ.
"""

from __future__ import annotations

_FORMS = """
髙高 𠮷吉 栁柳 𣘺橋 𥔎崎 﨤返 𡈽土 𠀋丈 𠂉 卋世 𤭯瓶 𩸽 𣗄 𦙾 𣏓 𣏒 𨺓隆 𤎼 𦹀
"""
_SIMPLER = {pair[0]: tuple(pair[1:]) for pair in _FORMS.split() if len(pair) > 1}


def simpler(character: str) -> tuple[str, ...]:
    """Forms in JIS X 0213, none when nothing is known."""
    return _SIMPLER.get(character, ())
