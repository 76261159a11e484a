"""The commands about features: `harness run` and `harness steps`."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from harness.cluster import ClusterUnavailableError
from harness.running.cluster_options import (
    cluster_options,
    mirrord_option,
    plan,
    pytest_options,
    right_options,
    use_mirrord,
)
from harness.running.step_library import Sentence

__all__ = ["run", "steps"]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--cluster",
    default="fake",
    show_default=True,
    metavar="DRIVER",
    help="fake (in this process), served, envtest, kind, or context:NAME.",
)
@click.option(
    "--tags", default="", metavar="EXPR", help="Only scenarios with these tags: '@kill and not @destructive'."
)
@click.option("--seed", default=0, show_default=True, help="Seed of names, ids and people.")
@click.option("--dry-run", is_flag=True, help="Look for undefined and ambiguous steps; run nothing.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first scenario that fails.")
@click.option(
    "--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write results as JUnit XML, too."
)
@mirrord_option
@cluster_options
@click.pass_context
def run(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    cluster: str,
    tags: str,
    seed: int,
    dry_run: bool,
    exitfirst: bool,
    junit: Path | None,
    mirrord: Path | None,
    **cluster_given: Any,
) -> None:
    """Run feature files, with a result for each scenario.

    PATHS are feature files and folders of them. Without any, features/ of the working directory is run, and where
    there is none the features that come with the harness. Steps of your own belong in a conftest.py beside them.

    \b
    Examples:
      harness run
      harness run features/kill/kill_one.feature
      harness run --tags '@smoke' --cluster served
      harness run --dry-run my-features
      harness run --cluster served --mirrord ~/bin/mirrord
      harness run --cluster envtest --assets ~/.local/share/kubebuilder-envtest/k8s/1.36.2-linux-amd64
      harness run --cluster context:team-a --dry-run   what it would do there, and whether it may

    \b
    Exit codes:
      0  every scenario that ran passed
      1  a scenario failed
      2  a feature file cannot be read, or the run was interrupted
      4  wrong usage: a tag expression or a path; or the cluster cannot be had
      5  there was nothing to run
    """
    from harness.running.rehearsing import rehearse
    from harness.running.session import run_features

    use_mirrord(mirrord, cluster)
    selecting = [f"--seed={seed}", *([f"--tags={tags}"] if tags else [])]
    operator = cluster_given["operator"] or "installed"
    chosen = pytest_options(cluster_given)
    try:
        chosen += right_options(cluster, chosen, lambda: rehearse(paths, selecting, operator))
        for line in plan(cluster, chosen):
            click.echo(line)
    except ClusterUnavailableError as error:
        click.echo(f"Error: {error}", err=True)
        ctx.exit(4)
    options = [f"--cluster={cluster}", *selecting, *chosen]
    options += ["--scenario-dry-run"] if dry_run else []
    options += ["--exitfirst"] if exitfirst else []
    options += [f"--junitxml={junit}"] if junit else []
    ctx.exit(run_features(paths, options))


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--search", default="", metavar="WORD", help="Only sentences that contain the word.")
def steps(paths: tuple[Path, ...], output: str, search: str) -> None:
    """List the sentences that features can be written with.

    With PATHS the sentences of the conftest.py files there are listed, too.

    \b
    Examples:
      harness steps
      harness steps --search mirrord
      harness steps --output json my-features
    """
    from harness.running.session import import_steps
    from harness.running.step_library import import_library, sentences

    import_library()
    try:
        if paths:
            import_steps(paths)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    found = [each for each in sentences() if search.lower() in each.text.lower()]
    if output == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
        return
    for module, group in groupby(found, key=lambda each: each.module):
        click.echo(f"\n{module.rpartition('.')[2].capitalize()}")
        for each in group:
            click.echo("\n".join(_lines(each)))


def _lines(sentence: Sentence) -> list[str]:
    lines = [f"  {sentence.keyword:5} {sentence.text}"]
    gaps = [f"{parameter.name}: {parameter.kind.lower()}" for parameter in sentence.parameters] + list(
        sentence.takes
    )
    return [*lines, *([f"          {', '.join(gaps)}"] if gaps else []), f"          {sentence.description}"]
