"""What controllers have done by the time a fresh cluster is first seen: put into the storage, not written by requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.storage.interface import Storage
from fakes.kube.controllers.catalogue import ControllerSettings
from fakes.kube.controllers.controller import Object, key_of
from fakes.kube.controllers.kinds import CONFIG_MAPS, NAMESPACES, NODES, SERVICE_ACCOUNTS, Kind
from fakes.kube.controllers.namespace_contents import root_ca_config_map
from fakes.kube.controllers.nodes import node

__all__ = ["fill"]


def fill(storage: Storage, now: datetime, names: Sequence[str], settings: ControllerSettings) -> None:
    """Put in what the named controllers make for the namespaces that are there, and the node of the kubelet."""
    for stored in storage.list(NAMESPACES.table):
        if "serviceaccount" in names:
            _put(storage, now, SERVICE_ACCOUNTS, {"metadata": {"name": "default", "namespace": stored.name}})
        if "root-ca-certificate-publisher" in names:
            obj = root_ca_config_map(stored.name, settings.root_ca)
            obj["metadata"]["managedFields"] = [_fields_of_config_map(now)]
            _put(storage, now, CONFIG_MAPS, obj)
    if "kubelet" in names:
        _put(storage, now, NODES, node(settings.kubelet.node, now))


def _put(storage: Storage, now: datetime, kind: Kind, obj: Object) -> None:
    metadata = {**obj["metadata"], "uid": storage.names.uid(), "creationTimestamp": rfc3339(now)}
    storage.put(kind.table, key_of(obj), {**obj, "metadata": ordered(metadata)})


def _fields_of_config_map(now: datetime) -> Object:
    annotations: Object = {".": {}, "f:kubernetes.io/description": {}}
    return {
        "manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1", "time": rfc3339(now),
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {".": {}, "f:ca.crt": {}}, "f:metadata": {"f:annotations": annotations}},
    }  # fmt: skip
