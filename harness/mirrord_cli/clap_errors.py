"""Usage errors in clap's words."""

from __future__ import annotations

from typing import IO, Any

import click

__all__ = ["ClapError"]


class ClapError(click.ClickException):
    """A usage error, ready to be shown: the message, a tip, and the usage line (None: there is none)."""

    exit_code = 2

    def __init__(self, message: str, usage: str | None, *, tip: str | None = None) -> None:
        super().__init__(message)
        self.usage = usage
        self.tip = tip

    def format_message(self) -> str:
        tip = f"  tip: {self.tip}\n\n" if self.tip else ""
        usage = f"Usage: {self.usage}\n\n" if self.usage else ""
        return f"error: {self.message}\n\n{tip}{usage}For more information, try '--help'.\n"

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.format_message(), file=file, nl=False, err=file is None)
