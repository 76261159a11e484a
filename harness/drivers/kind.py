"""``kind``: a cluster of real nodes in containers, made for the run and deleted after it, or kept and used again.

The cluster is all ours, so all sessions may be ended in it, and the deny list does not ask for its name. Never run where this
was written, for want of containers: what it calls is proven with a stand-in for ``kind``.
"""

from __future__ import annotations

import atexit
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from harness.cluster import Cluster, OperatorSettings
from harness.drivers.kind_binary import Kind, KindError
from harness.drivers.live_run import LiveOptions, LiveRun
from harness.drivers.named_contexts import read_context
from harness.drivers.session_starting import find_mirrord

__all__ = ["KindCluster", "open_kind", "plan"]

_NAME = "mirrord-harness"
_GATEWAY = "172.18.0.1"


def open_kind(
    *, seed: int, now: datetime | None, argument: str = "", operator: str = "model",
    settings: OperatorSettings | None = None, keep: bool = False, image: str = "", config: str = "", kind: str = "kind",
    operator_host: str = "", sessions: str = "",
) -> Cluster:  # fmt: skip
    """The kind cluster of this process, for one scenario.

    Args:
        argument: its name; ``mirrord-harness`` unless said otherwise.
        keep: use one of that name if there is one, and leave it there in the end.
        image: the node image, which decides the version of Kubernetes.
        config: a file that kind reads.
        kind: the program.
        operator_host: how the nodes reach this machine; the gateway of kind's usual network unless said otherwise.
        sessions: by what sessions are started, as on a ``context``.

    Raises:
        KindError: kind or what runs its nodes is not there, or it failed.
    """
    options = LiveOptions(
        operator=operator, operator_host=operator_host or _GATEWAY, owned=True, mirrord=find_mirrord(sessions, operator),
        listen="0.0.0.0" if operator == "model" else "127.0.0.1",  # noqa: S104 - the nodes reach us from their network
    )  # fmt: skip
    key = (argument or _NAME, keep, image, config, kind, options)
    runs = _runs()
    if key not in runs:
        cluster = KindCluster(Kind(kind), argument or _NAME, keep=keep, image=image, config=config)
        runs[key] = cluster.run(options)
    return runs[key].open(seed=seed, now=now, settings=settings)


def plan(
    *, argument: str = "", keep: bool = False, image: str = "", kind: str = "kind", **_: str
) -> list[str]:
    """What would be made and deleted."""
    name = argument or _NAME
    used = keep and name in Kind(kind).clusters()
    made = (
        f'uses the kind cluster "{name}"'
        if used
        else f'makes the kind cluster "{name}" of {image or "the usual image"}'
    )
    return [f"{made}, and {'leaves it there' if keep else 'deletes it in the end'}"]


@cache
def _runs() -> dict[object, LiveRun]:
    return {}


class KindCluster:
    """A kind cluster that is there; ``close`` deletes it unless it is to be kept.

    Raises:
        KindError: it cannot be made, or there is one of that name that is not to be kept.
    """

    def __init__(
        self, kind: Kind, name: str, *, keep: bool = False, image: str = "", config: str = ""
    ) -> None:
        self._kind = kind
        self.name = name
        self._keep = keep
        self._closed = False
        self._directory = Path(mkdtemp(prefix="harness-kind-"))
        self.kubeconfig = self._directory / "kubeconfig"
        atexit.register(self.close)
        try:
            self._have(image, config)
        except BaseException:
            self._remove_files()
            raise

    def _have(self, image: str, config: str) -> None:
        if self.name not in self._kind.clusters():
            self._create(image, config)
        elif self._keep:
            self._kind.export(self.name, self.kubeconfig)
        else:
            raise KindError(
                f'there is a kind cluster "{self.name}", which this run has not made: use it with --keep, or another name'
            )

    def _create(self, image: str, config: str) -> None:
        """Make it; what was begun and failed is taken away again."""
        try:
            self._kind.create(self.name, self.kubeconfig, image=image, config=config)
        except BaseException:
            self._kind.delete(self.name, self.kubeconfig)
            raise

    def run(self, options: LiveOptions) -> LiveRun:
        """A run on it."""
        return LiveRun(read_context(f"kind-{self.name}", [self.kubeconfig]), options)

    def close(self) -> None:
        """Delete it unless it is to be kept. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            if not self._keep:
                self._kind.delete(self.name, self.kubeconfig)
        finally:
            self._remove_files()

    def _remove_files(self) -> None:
        atexit.unregister(self.close)
        shutil.rmtree(self._directory, ignore_errors=True)
