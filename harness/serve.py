"""``harness serve``: a cluster behind TLS on loopback, for kubectl, mirrord or any other client, until it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from harness.cluster import StatusError
from harness.drivers.served import ServedDriver
from harness.drivers.serving import ServedFake
from harness.worlds import World
from harness.worlds.finding import find_world
from harness.worlds.loading import load
from harness.worlds.nodes import WorldError

__all__ = ["serve"]


@click.command(short_help="Serve a cluster until it is interrupted.")
@click.option("--world", metavar="NAME|FILE", help="Start from a world: one of ours by name, or a YAML file.")
@click.option("--operator", type=click.Choice(["model", "none"]), default="model", show_default=True)
@click.option(
    "--controllers", default="all", show_default=True, metavar="all|none|LIST", help="Which controllers run."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default="a free one", help="Port to listen on.")
@click.option("--kubeconfig", type=click.Path(path_type=Path), help="Where to write the kubeconfig.")
@click.option("--clock", type=click.Choice(["real", "fake"]), default="real", show_default=True)
@click.option("--seed", default="0", show_default=True, help="For names, uids and people.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def serve(
    world: str | None, operator: str, controllers: str, host: str, port: int, kubeconfig: Path | None, clock: str,
    seed: str, output: str,
) -> None:  # fmt: skip
    """Serve a cluster until SIGINT or SIGTERM.

    The kubeconfig has a context for every person of the world, and `admin` as the current one.

    \b
    Examples:
      harness serve --world visit-counter
      KUBECONFIG=/tmp/k harness serve --kubeconfig /tmp/k --operator none
      harness serve --output json | jq -r .kubeconfig
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with TemporaryDirectory(prefix="harness-serve-") as folder:
        start = _read(world)
        served = ServedFake(
            directory=Path(folder), operator=operator, controllers=controllers, host=host, port=port, clock=clock,
            seed=seed, now=start.start if start else None, settings=start.operator if start else None,
        )  # fmt: skip
        driver = ServedDriver(served, Path(folder))
        try:
            served.start()
            if start is not None:
                inhabited = load(start, driver, seed=zlib.crc32(seed.encode()))
                for name, person in inhabited.people.items():
                    served.add_person(name, person.name, person.groups)
            path = served.write_kubeconfig(kubeconfig or Path(folder) / "kubeconfig")
            _announce(served, path, output)
            stop.wait()
        except (OSError, StatusError) as error:
            raise click.ClickException(str(error)) from error
        finally:
            driver.close()


def _read(world: str | None) -> World | None:
    if world is None:
        return None
    try:
        return find_world(world, Path.cwd())
    except WorldError as error:
        raise click.ClickException(str(error)) from error


def _announce(served: ServedFake, kubeconfig: Path, output: str) -> None:
    if output == "json":
        line = {
            "server": served.url, "kubeconfig": str(kubeconfig), "ca": str(served.ca_path), "token": served.admin_token,
            "pid": os.getpid(),
        }  # fmt: skip
        click.echo(json.dumps(line))
    else:
        people = ", ".join(served.people) or "nobody but admin"
        click.echo(f"A cluster answers at {served.url} (contexts: {people}).\n")
        click.echo(f"  export KUBECONFIG={kubeconfig}\n  kubectl get namespaces\n")
        click.echo("Press Ctrl-C to stop.")
    sys.stdout.flush()
