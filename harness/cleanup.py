"""``harness cleanup``: delete what a run left in a cluster, by the label that it put on everything it made."""

from __future__ import annotations

import os
from pathlib import Path

import click

from harness.cluster import ClusterUnavailableError

__all__ = ["cleanup"]


@click.command(short_help="Delete what a run left in a cluster.")
@click.option("--context", required=True, metavar="NAME", help="The context of your kubeconfig.")
@click.option("--run", "run_id", required=True, metavar="ID", help="The run, as it said when it began.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--kubeconfig", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--allow-context", multiple=True, metavar="NAME", help="One on the deny list that may be used.")
def cleanup(
    context: str, run_id: str, dry_run: bool, kubeconfig: Path | None, allow_context: tuple[str, ...]
) -> None:
    """Delete what a run left in a cluster: every object with its label, newest first, and nothing else.

    A run deletes what it has made by itself, after Ctrl-C too; this is for one that was killed.

    \b
    Examples:
      harness cleanup --context team-a --run 5f3c0a17 --dry-run
      harness cleanup --context team-a --run 5f3c0a17
    """
    from fakes.apimachinery.status import StatusError
    from harness.drivers.named_contexts import client_of, kubeconfig_files, read_context
    from harness.isolation.contexts import check_context
    from harness.isolation.ledger import clean

    try:
        found = read_context(context, [kubeconfig] if kubeconfig else kubeconfig_files(os.environ))
        check_context(context, (found.cluster_name, found.server), allowed=allow_context)
        with client_of(found) as api:
            paths = clean(api, run_id, dry_run=dry_run)
    except (ClusterUnavailableError, StatusError) as error:
        raise click.ClickException(str(error)) from error
    for path in paths:
        click.echo(f"{'would delete' if dry_run else 'deleted'} {path}")
    if not paths:
        click.echo(f"nothing carries the label of the run {run_id}")
