"""``harness operator serve`` and ``harness operator manifests``: the model of the operator in a cluster, by hand.

In a pod it finds the cluster as every pod does; elsewhere by a context of the kubeconfig, with a token of the operator's own
account. Either way it learns who asks from the front proxy alone.
"""

from __future__ import annotations

import copy
import os
import signal
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from harness.cluster import ClusterUnavailableError
from harness.mirrord_cli.commands import operator as product

__all__ = ["operator"]

_PORT = 8443
_IMAGE = "mirrord-harness-operator:latest"


@click.command(short_help="Serve the model of the operator until it is interrupted.")
@click.option("--context", metavar="NAME", help="The context of your kubeconfig; needed outside of a pod.")
@click.option("--kubeconfig", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--port", default=_PORT, show_default=True)
@click.option(
    "--listen", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="0.0.0.0 is every address."
)
def serve(context: str | None, kubeconfig: Path | None, port: int, listen: str) -> None:
    """Serve the model of the operator, behind the aggregator of a cluster that has its manifests.

    \b
    Examples:
      harness operator manifests --host 172.18.0.1 | kubectl --context kind-dev apply -f -
      harness operator serve --context kind-dev --listen 172.18.0.1
    """
    from fakes.apimachinery.status import StatusError
    from harness.drivers.operator_places import elsewhere, in_pod

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with TemporaryDirectory(prefix="harness-operator-") as folder:
        try:
            if context is not None:
                beside = elsewhere(Path(folder), context, kubeconfig, listen=listen, port=port)
            else:
                beside = in_pod(Path(folder), os.environ, listen=listen, port=port)
        except (ClusterUnavailableError, StatusError, OSError) as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"The operator answers at {listen}:{beside.port}. Press Ctrl-C to stop.")
        stop.wait()
        beside.stop()


@click.command(short_help="Print what a cluster needs to know of the operator.")
@click.option("--image", default=_IMAGE, show_default=True, help="Run it in the cluster, from this image.")
@click.option("--host", metavar="HOST", help="It runs elsewhere: where the cluster reaches it.")
@click.option("--port", default=_PORT, show_default=True, help="With --host: its port there.")
def manifests(image: str, host: str | None, port: int) -> None:
    """Print the manifests of the model of the operator: what the product's chart installs, and APIService and Service for it.

    \b
    Examples:
      docker build -t mirrord-harness-operator:latest -f operator.Dockerfile .
      kind load docker-image mirrord-harness-operator:latest
      harness operator manifests | kubectl apply -f -
      harness operator manifests --host 172.18.0.1 --port 8443 | kubectl apply -f -
    """
    import yaml

    from harness.drivers.operator_places import manifests_elsewhere, manifests_in_pod

    found = manifests_in_pod(image, port) if host is None else manifests_elsewhere(host, port)
    click.echo(yaml.safe_dump_all(found, sort_keys=False), nl=False)


operator = copy.copy(product)
"""The product's commands, and the two above."""
operator.commands = {**product.commands, "serve": serve, "manifests": manifests}
