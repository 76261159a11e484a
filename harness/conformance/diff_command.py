"""The command `harness conformance diff`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness.conformance.comparing import Difference
    from harness.conformance.document import ConformanceReport

__all__ = ["diff", "read_report"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("left", type=_FILE, metavar="A")
@click.argument("right", type=_FILE, metavar="B")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--exact", is_flag=True, help="Compare what commands printed byte for byte.")
@click.option("--ran-in-both", is_flag=True, help="Only scenarios that neither side skipped.")
@click.pass_context
def diff(ctx: click.Context, left: Path, right: Path, output: str, exact: bool, ran_in_both: bool) -> None:
    """Compare two reports: verdicts, what commands printed, what the API server answered.

    Times, generated names and addresses are taken to be equal.

    \b
    Exit codes:
      0  the reports agree
      1  they do not
      2  wrong usage, or a file that is no report
    """
    from harness.conformance.comparing import compare

    found = compare(read_report(left, "A"), read_report(right, "B"), exact=exact, ran_in_both=ran_in_both)
    if output == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_told(found, left, right)))
    ctx.exit(1 if found else 0)


def _told(found: Sequence[Difference], left: Path, right: Path) -> Iterator[str]:
    if not found:
        yield "the reports agree"
        return
    yield f"--- {left}"
    yield f"+++ {right}"
    for each in found:
        yield ""
        yield " ".join(part for part in (each.what, each.where) if part)
        if each.step:
            yield f"  {each.step}"
        yield from _lines("-", each.left, each.right)
        yield from _lines("+", each.right, each.left)
    yield f"\n{len(found)} difference{'s' if len(found) > 1 else ''}"


def _lines(sign: str, text: str, other: str) -> Iterator[str]:
    """The lines that only one side has; all of them if they only stand in another order."""
    lines, others = text.splitlines(), set(other.splitlines())
    own = [line for line in lines if line not in others] or (lines if not others.difference(lines) else [])
    yield from (f"  {sign} {line}" for line in own or (["(nothing)"] if not lines else []))


def read_report(path: Path, where: str) -> ConformanceReport:
    """Raises:
    click.BadParameter: it is no report; ``where`` is the parameter.
    """
    from harness.conformance.storing import ReportError, read

    try:
        return read(path)
    except ReportError as error:
        raise click.BadParameter(str(error), param_hint=where) from error
