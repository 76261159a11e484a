"""The model of the operator behind the aggregator of a cluster that is not ours: put there with the label of the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakes.apimachinery.status import StatusError
from fakes.mirrord import chart
from fakes.mirrord.controllers.stored_sessions import PATH as STORED_SESSIONS
from fakes.mirrord.model.settings import Settings
from harness.drivers.named_contexts import NamedContext, tls_to
from harness.drivers.operator_beside import OperatorBeside, front_proxy_of, manifests
from harness.drivers.settling import Sentinels
from harness.isolation.ledger import Ledger, delete_all
from harness.isolation.paths import place_of
from harness.isolation.preflight import Right
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["ModelInstallation", "installation_rights"]

_ACCOUNT = f"/api/v1/namespaces/{chart.NAMESPACE}/serviceaccounts/{chart.SERVICE_ACCOUNT}"
_TOKEN = {
    "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 24 * 3600}
}  # fmt: skip
_LAST = ("Service", "APIService")


class ModelInstallation:
    """Serves the model on this machine, and tells the cluster where it is.

    Args:
        ledger: where what is made is put down.
        host: this machine, as the cluster's API server reaches it.
        listen: where the model listens.

    Raises:
        StatusError: the cluster does not take a part of it.
    """

    def __init__(
        self, api: ApiClient, context: NamedContext, ledger: Ledger, labels: Mapping[str, str], *, directory: Path,
        host: str, listen: str,
    ) -> None:  # fmt: skip
        self._api = api
        self._ledger = ledger
        self._labels = labels
        self._roles: dict[str, dict[str, Any]] = {}
        for path, obj in manifests(Settings(), port=0, ca=b"", host=host):
            if obj["kind"] not in _LAST:
                self._make(path, obj)
        token = call(api, "POST", f"{_ACCOUNT}/token", _TOKEN)["status"]["token"]
        self.beside = OperatorBeside(
            directory=directory, url=context.server, tls=tls_to(context, api), front_proxy=front_proxy_of(api),
            headers=lambda: ((b"authorization", b"Bearer " + token.encode()),), host=listen,
        )  # fmt: skip
        try:
            for path, obj in manifests(Settings(), port=self.beside.port, ca=self.beside.ca, host=host):
                if obj["kind"] in _LAST:
                    self._make(path, obj)
        except BaseException:
            self.beside.stop()
            raise

    def _make(self, path: str, obj: dict[str, Any]) -> None:
        labels = {**obj["metadata"].get("labels", {}), **self._labels}
        labelled = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
        made = f"{path}/{call(self._api, 'POST', path, labelled)['metadata']['name']}"
        self._ledger.note(made)
        if obj["kind"] == "ClusterRole":
            self._roles[made] = labelled

    def restore_roles(self, sentinels: Sentinels) -> None:
        """Give the operator's roles the rules of the chart again, should the scenario before have changed them."""
        for path, obj in self._roles.items():
            try:
                present = call(self._api, "GET", path)
            except StatusError:
                call(self._api, "POST", path.rpartition("/")[0], obj)
            else:
                if present.get("rules") == obj["rules"]:
                    continue
                call(self._api, "PUT", path, {**present, "rules": obj["rules"]})
            sentinels.saw(path)

    def forget_sessions(self) -> None:
        """Delete what the operator wrote down, without which the next scenario begins; all are ours, as their kind is."""
        if self.beside.stores_sessions:
            self.beside.retire()
            delete_all(self._api, STORED_SESSIONS)


def installation_rights() -> list[Right]:
    """What putting the model of the operator behind a cluster's aggregator takes."""
    found = [
        Right("create", place.group, place.resource, "installing the model")
        for path, _ in manifests(Settings(), port=0, ca=b"")
        if (place := place_of(path)) is not None
    ]
    return [
        *found,
        Right("create", "", "serviceaccounts", "installing the model", "token"),
        Right("get", "", "configmaps", "installing the model"),
        Right("update", "rbac.authorization.k8s.io", "clusterroles", "installing the model"),
        Right("list", "mirrord.metalbear.co", "mirrordclustersessions", "cleaning up"),
        Right("patch", "mirrord.metalbear.co", "mirrordclustersessions", "cleaning up"),
        Right("delete", "mirrord.metalbear.co", "mirrordclustersessions", "cleaning up"),
    ]
