"""Tables as the product draws them: prettytable-rs' default format, every row between two rules.

Not done: on a terminal the product follows each cell with a sequence that resets colours; that is left out.
Widths are those of wcwidth, which may differ from Rust's unicode-width for emoji joined by ZWJ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prettytable import HRuleStyle, PrettyTable

__all__ = ["render"]


def render(rows: Iterable[Sequence[str]]) -> str:
    """The table, each line ended by a newline. The header is an ordinary first row; rows are of one length."""
    table = PrettyTable(header=False, hrules=HRuleStyle.ALL, align="l")
    for row in rows:
        table.add_row([_cell(text) for text in row])
    return f"{table.get_string()}\n"


def _cell(text: str) -> str:
    """The lines that Rust's ``str::lines`` finds: a last newline makes no line, a CR before a newline goes."""
    if not text:
        return text
    ended = text[:-1] if text.endswith("\n") else text
    lines = ended.split("\n")
    last_had_newline = text.endswith("\n")
    stripped = [line.removesuffix("\r") for line in lines[:-1]]
    stripped.append(lines[-1].removesuffix("\r") if last_had_newline else lines[-1])
    return "\n".join(stripped)
