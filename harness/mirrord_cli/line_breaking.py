"""Where a line may end: the Unicode line breaking algorithm (UAX #14), as the library has it that the product wraps with.

Classes are exact for ASCII and for what is common elsewhere. Not done: classes that Python's character database cannot
tell (of quotes, dashes and symbols beyond the usual ones), pairs of regional indicators, and Hangul jamo.
"""

from __future__ import annotations

import unicodedata

__all__ = ["break_positions"]

_ASCII = {
    "\t": "BA", "!": "EX", '"': "QU", "$": "PR", "%": "PO", "'": "QU", "(": "OP", ")": "CP", "+": "PR", ",": "IS",
    "-": "HY", ".": "IS", "/": "SY", ":": "IS", ";": "IS", "?": "EX", "[": "OP", "\\": "PR", "]": "CP", "{": "OP",
    "|": "BA", "}": "CL", " ": "SP",
}  # fmt: skip
_OTHERS = {
    "\u00a0": "GL", "\u202f": "GL", "\u2011": "GL", "\u00ad": "BA", "\u2010": "BA", "\u2012": "BA", "\u2013": "BA",
    "\u2014": "B2", "\u2026": "IN", "\u200b": "ZW", "\u200d": "ZWJ", "\u2060": "WJ", "\ufeff": "WJ", "\u00b4": "BB",
    "\u00b0": "PO", "\u00a2": "PO", "\u2030": "PO", "\u2103": "PO", "\u2116": "PR", "\u00b1": "PR", "\ufffc": "CB",
    "\u3000": "BA", "\u3001": "CL", "\u3002": "CL", "\uff0c": "CL", "\uff0e": "CL", "\uff01": "EX", "\uff1f": "EX",
    "\uff1a": "NS", "\uff1b": "NS", "\u00bb": "QU", "\u00ab": "QU", "\u00a1": "OP", "\u00bf": "OP", "\u30fc": "NS",
    "\u060c": "IS",
}  # fmt: skip
_CATEGORIES = {
    "Mn": "CM", "Mc": "CM", "Me": "CM", "Cc": "CM", "Cf": "CM", "Nd": "NU", "Sc": "PR", "Ps": "OP", "Pe": "CL",
    "Pi": "QU", "Pf": "QU", "Zs": "BA", "Zl": "BK", "Zp": "BK",
}  # fmt: skip
_COMBINING = frozenset({"CM", "ZWJ"})
_LETTERS = frozenset({"AL", "HL"})
_CLOSING = frozenset({"CL", "CP"})
_AFFIXES = frozenset({"PR", "PO"})
_NEVER_BEFORE = frozenset({"CL", "CP", "EX", "IS", "SY"})


def break_positions(text: str) -> list[int]:
    """The indexes of characters before which the line may end; neither the start nor the end is among them."""
    classes = [_class(character) for character in text]
    positions = []
    last, last_seen = "", ""  # of the last character, and of the last that is no space
    for index, current in enumerate(classes):
        if current in _COMBINING and last not in ("", "SP", "BK", "ZW"):
            continue
        shown = "AL" if current in _COMBINING else current
        joined = index > 0 and classes[index - 1] == "ZWJ"
        if index and not joined and _may_break(last, last_seen, shown):
            positions.append(index)
        last = shown
        last_seen = last_seen if shown == "SP" else shown
    return positions


def _class(character: str) -> str:
    known = _ASCII.get(character) or _OTHERS.get(character)
    if known:
        return known
    category = unicodedata.category(character)
    if category in _CATEGORIES:
        return _CATEGORIES[category]
    wide = unicodedata.east_asian_width(character) in ("W", "F")
    if category == "Lo" and "\u0590" <= character <= "\u05ff":
        return "HL"
    return "ID" if wide else "AL"


def _may_break(last: str, seen: str, current: str) -> bool:
    """Whether a break may come between the last character and the current one, as rules LB4 to LB31 have it."""
    if last == "BK":
        return True
    if current in ("SP", "ZW", "BK"):
        return False
    if seen == "ZW":
        return True
    if "WJ" in (last, current) or last == "GL":
        return False
    if current == "GL":
        return last in ("SP", "BA", "HY")
    if current in _NEVER_BEFORE or seen == "OP":
        return False
    if (seen, current) in {("QU", "OP"), ("CL", "NS"), ("CP", "NS"), ("B2", "B2")}:
        return False
    if last == "SP":
        return True
    if "QU" in (last, current):
        return False
    if "CB" in (last, current):
        return True
    return not _is_kept_together(last, current)


def _is_kept_together(last: str, current: str) -> bool:
    if current in ("BA", "HY", "NS", "IN") or last == "BB" or (last, current) == ("SY", "HL"):
        return True
    if _is_within_number(last, current):
        return True
    if last in _LETTERS:
        return current in _LETTERS or current in _AFFIXES or current in ("NU", "OP")
    if current in _LETTERS:
        return last in ("NU", "CP", "IS") or last in _AFFIXES
    if current == "ID":
        return last == "PR"
    return (last == "ID" and current == "PO") or (last == "NU" and current == "OP")


def _is_within_number(last: str, current: str) -> bool:
    if current in _AFFIXES:
        return last == "NU" or last in _CLOSING
    if current == "NU":
        return last in ("HY", "PR", "PO", "NU", "IS", "SY", "CP")
    return last in _AFFIXES and current == "OP"
