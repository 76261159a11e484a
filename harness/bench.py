"""``harness bench``: how fast the fake cluster is, against what it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module

import click

from harness.benchmarks.measuring import Figure

__all__ = ["bench"]

_SUITES = ("apiserver", "operator", "scenarios")


@click.command(short_help="Measure how fast the fake cluster is.")
@click.argument("suites", nargs=-1, type=click.Choice(_SUITES))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def bench(suites: tuple[str, ...], output: str) -> None:
    """Measure, and print each figure with its aim and how many times better than the aim it is.

    Run it on a quiet machine; a figure below 1 is worse than its aim. Traffic goes to loopback only.

    \b
    Examples:
      harness bench
      harness bench apiserver --output json
    """
    for figure in _figures(suites or _SUITES):
        if output == "json":
            click.echo(json.dumps({**asdict(figure), "ratio": round(figure.ratio, 3)}))
        else:
            click.echo(str(figure))


def _figures(suites: tuple[str, ...]) -> Iterator[Figure]:
    for suite in suites:
        yield from import_module(f"harness.benchmarks.{suite}").figures()
