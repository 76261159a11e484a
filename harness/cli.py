"""The ``harness`` command. Each subcommand is imported when it is called, so that help comes at once."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import click

__all__ = ["main"]


class _Lazy(NamedTuple):
    where: str
    """module:attribute"""
    help: str


_COMMANDS = {
    "run": _Lazy("harness.running.cli:run", "Run feature files, with a result for each scenario."),
    "steps": _Lazy("harness.running.cli:steps", "List the sentences that features can be written with."),
    "serve": _Lazy("harness.serve:serve", "Serve a cluster until it is interrupted."),
    "conformance": _Lazy(
        "harness.conformance.cli:conformance",
        "Judge an operator, requirement by requirement, and write a report.",
    ),
    "cleanup": _Lazy("harness.cleanup:cleanup", "Delete what a run left in a cluster."),
    "bench": _Lazy("harness.bench:bench", "Measure how fast the fake cluster is."),
    "operator": _Lazy(
        "harness.operator_serving:operator",
        "As `mirrord operator`: the status and its sessions; and `serve`, `manifests` of our model.",
    ),
    "session": _Lazy("harness.mirrord_cli.commands:session", "As `mirrord session`: list and stop sessions."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, command in _COMMANDS.items() if _exists(command)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = _COMMANDS.get(cmd_name)
        if command is None or not _exists(command):
            return None
        module, _, attribute = command.where.partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name].help) for name in self.list_commands(ctx)])


def _exists(command: _Lazy) -> bool:
    return find_spec(command.where.partition(":")[0]) is not None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mirrord-harness", prog_name="harness")
def main() -> None:
    """Scenarios of mirrord session management, on a simulated cluster or a real one.

    \b
    Examples:
      harness run                                  all scenarios, on the cluster in this process
      harness run features/kill --cluster served   the same over TLS, as kubectl sees it
      harness run --tags '@smoke and not @slow'
      harness steps --search port                  sentences that speak of ports
      harness serve --world visit-counter          a cluster for kubectl
    """
