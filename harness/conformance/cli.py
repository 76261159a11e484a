"""The command `harness conformance`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cluster import ClusterUnavailableError
from harness.conformance.diff_command import diff, read_report
from harness.conformance.planning import ALL, PROFILES, proven_by, selected
from harness.conformance.requirements import requirements
from harness.running.cluster_options import (
    cluster_options,
    command_options,
    mirrord_option,
    plan,
    pytest_options,
    right_options,
    use_mirrord,
)

if TYPE_CHECKING:
    from harness.conformance.document import ConformanceReport
    from harness.conformance.running import Order

__all__ = ["conformance"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXIT_CODES = {"passed": 0, "failed": 1, "partial": 3}
_ENOUGH = 6
UNREADABLE = 4
INTERRUPTED = 130


@click.group(invoke_without_command=True)
@click.option("--cluster", metavar="SPEC", help="The cluster to judge: fake, served, ...")
@click.option(
    "--context", metavar="NAME", help="A context of your kubeconfig; the same as --cluster context:NAME."
)
@click.option(
    "--profile",
    type=click.Choice([*(profile.name for profile in PROFILES), ALL]),
    help="The part of the catalogue to judge.  [default: all]",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/conformance"),
    show_default=True,
    metavar="DIR",
    help="Where report.yaml, report.html, junit.xml and messages.ndjson go.",
)
@click.option(
    "--rerun-failed",
    type=_FILE,
    metavar="REPORT",
    help="Go on with a report.yaml: run only what failed in it or was not reached, and report on all.",
)
@click.option("--seed", type=int, metavar="N", help="Seed of names, ids and people.  [default: 0]")
@click.option(
    "--features",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Features of your own instead of those that come with the harness.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show which scenarios would run, in their order; touch nothing."
)
@mirrord_option
@cluster_options
@click.pass_context
def conformance(
    ctx: click.Context,
    /,
    cluster: str | None,
    context: str | None,
    profile: str | None,
    report: Path,
    rerun_failed: Path | None,
    seed: int | None,
    features: tuple[Path, ...],
    dry_run: bool,
    mirrord: Path | None,
    **cluster_given: Any,
) -> None:
    """Judge the operator of a cluster, requirement by requirement, and write a report.

    What is required of every operator is run first, then what is extended, then what rests on a guess (provisional);
    the last is shown and does not count. `harness conformance diff` compares two reports.

    \b
    Examples:
      harness conformance --cluster fake
      harness conformance --context kind-dev --profile kill --report reports/kind
      harness conformance --cluster envtest --assets ~/.local/share/kubebuilder-envtest/k8s/1.36.2-linux-amd64
      harness conformance --cluster fake --rerun-failed reports/conformance/report.yaml
      harness conformance diff reports/fake/report.yaml reports/kind/report.yaml

    \b
    Exit codes:
      0    passed: every required requirement was proven and nothing failed
      1    failed: a required or extended requirement is not met
      2    wrong usage
      3    partial: nothing failed, but something required was skipped
      4    the scenarios cannot be read, or the cluster cannot be had
      130  interrupted; the report has what was known by then
    """
    if ctx.invoked_subcommand is not None:
        return
    from harness.conformance.running import rehearse_order

    spec = _cluster(cluster, context)
    use_mirrord(mirrord, spec)
    order = _order(spec, profile, rerun_failed, seed, features, {**cluster_given, "mirrord": mirrord})
    try:
        rights = right_options(spec, order.options, lambda: rehearse_order(order))
        order = replace(order, options=[*order.options, *rights])
        for line in plan(spec, order.options):
            click.echo(line)
    except ClusterUnavailableError as error:
        click.echo(f"Error: {error}", err=True)
        ctx.exit(UNREADABLE)
    ctx.exit(_plan(order) if dry_run else _judge(order, report))


def _cluster(cluster: str | None, context: str | None) -> str:
    if (cluster is None) == (context is None):
        raise click.UsageError("say which cluster to judge, either by --cluster SPEC or by --context NAME")
    return cluster if cluster is not None else f"context:{context}"


def _order(
    spec: str,
    profile: str | None,
    rerun_failed: Path | None,
    seed: int | None,
    features: Sequence[Path],
    given: Mapping[str, Any],
) -> Order:
    from harness.conformance.running import Order

    previous = read_report(rerun_failed, "--rerun-failed") if rerun_failed is not None else None
    wanted = selected(requirements(), profile or ALL)
    if previous is not None:
        if previous.mode != spec.partition(":")[0]:
            raise click.UsageError(
                f"the report is about the cluster {previous.mode!r}; it cannot go on with {spec!r}"
            )
        seed = previous.seed if seed is None else seed
        known = {each.id for each in previous.requirements}
        wanted = [each for each in wanted if profile is not None or each.id in known]
    _check_driver(spec)
    return Order(
        cluster=spec,
        seed=seed or 0,
        requirements=wanted,
        paths=features,
        previous=previous,
        operator=given["operator"] or ("installed" if spec.startswith("context:") else "model"),
        options=pytest_options({name: value for name, value in given.items() if name != "mirrord"}),
        command=list(_command(spec, profile, seed or 0, features, given)),
    )


def _check_driver(spec: str) -> None:
    from harness.drivers import DRIVERS

    if spec.partition(":")[0] not in DRIVERS:
        known = ", ".join(f"{name} ({what})" for name, (_, what) in DRIVERS.items())
        raise click.UsageError(f"there is no cluster {spec!r}; there are {known}")


def _command(
    spec: str, profile: str | None, seed: int, features: Sequence[Path], given: Mapping[str, Any]
) -> Iterator[str]:
    """What to type to have the same again, with everything that is left to a default."""
    yield from ("harness", "conformance", "--cluster", spec, "--profile", profile or ALL, "--seed", str(seed))
    for each in features:
        yield from ("--features", str(each))
    yield from command_options(given)


def _plan(order: Order) -> int:
    from harness.conformance.running import collect_plan

    scenarios, errors = collect_plan(order)
    for error in errors:
        click.echo(error, err=True)
    level = ""
    for each in scenarios:
        if each.level != level:
            level = each.level
            click.echo(f"\n{level}")
        click.echo(f"  {', '.join(each.requirements):20}  {each.id}")
    proven = {requirement for each in scenarios for requirement in proven_by(each.tags)}
    click.echo(f"\n{len(scenarios)} scenarios about {len(proven)} requirements would run on {order.cluster}.")
    return UNREADABLE if errors else 0


def _judge(order: Order, folder: Path) -> int:
    from harness.conformance.running import run_conformance
    from harness.conformance.writing import write

    conclusion = run_conformance(order)
    if conclusion.errors or not conclusion.report.scenarios:
        reason = "\n".join(conclusion.errors) or "there is no scenario about any of these requirements"
        click.echo(f"there is nothing to report: {reason}", err=True)
        return UNREADABLE
    try:
        written = write(conclusion, folder)
    except OSError as error:
        raise click.ClickException(f"the report cannot be written: {error}") from error
    click.echo()
    click.echo("\n".join(_summary(conclusion.report)))
    click.echo("\n" + "\n".join(map(str, written)))
    return INTERRUPTED if conclusion.report.interrupted else EXIT_CODES[conclusion.report.result]


def _summary(report: ConformanceReport) -> Iterator[str]:
    for profile in report.profiles:
        for name in ("core", "extended", "provisional"):
            level = getattr(profile, name)
            if level is not None:
                counts = level.statistics
                numbers = ", ".join(
                    f"{count} {word}"
                    for word in ("passed", "failed", "partial", "skipped")
                    if (count := getattr(counts, word))
                )
                look = _some([*level.failed, *level.skipped])
                yield f"{profile.name:14} {name:12} {level.result:8} {numbers}{f'  ({look})' if look else ''}"
    counted = Counter(each.result for each in report.requirements)
    yield f"\n{report.result}: {counted['passed']} of {len(report.requirements)} requirements are met"


def _some(ids: Sequence[str]) -> str:
    more = [f"and {len(ids) - _ENOUGH} more"] if len(ids) > _ENOUGH else []
    return ", ".join([*ids[:_ENOUGH], *more])


conformance.add_command(diff)
