"""Putting a world into a cluster, through its API and as its people do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from harness.cluster import ANONYMOUS, Capability, Cluster, SessionHandle, StatusError, User
from harness.eventually import eventually
from harness.objects import call, create, ensure, item_path
from harness.worlds import Grant, Person, Role, Workload, World, manifests
from harness.worlds.chart import OPERATOR, chart_roles
from harness.worlds.people import invented

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = [
    "ADMINISTRATOR",
    "ANYBODY",
    "Inhabited",
    "allow",
    "allow_named",
    "grant",
    "load",
    "move_in",
    "put_namespace",
    "put_role",
    "put_workload",
    "take_away",
]

_CORE = frozenset(("configmaps", "namespaces", "nodes", "pods", "secrets", "serviceaccounts", "services"))
ADMINISTRATOR = "the administrator"
ANYBODY = "an anonymous client"


@dataclass(slots=True)
class Inhabited:
    """A cluster, the people in it by the names that sentences call them, and the mirrords that they run."""

    cluster: Cluster
    people: dict[str, User]
    sessions: dict[str, list[SessionHandle]]
    seed: int = 0
    started: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Target and namespace of each session that was started, by its id."""

    def person(self, name: str) -> User:
        """Who a sentence means.

        Raises:
            AssertionError: nobody is called that.
        """
        if name in (ADMINISTRATOR, ANYBODY):
            return self.cluster.admin if name == ADMINISTRATOR else ANONYMOUS
        if name.lower() not in self.people:
            known = ", ".join(key.title() for key in self.people) or "nobody: name a world or a user first"
            raise AssertionError(f"there is nobody called {name}; there are {known}")
        return self.people[name.lower()]

    def session_of(self, name: str) -> SessionHandle:
        """The mirrord that this person started last.

        Raises:
            AssertionError: they have started none.
        """
        self.person(name)
        if not self.sessions.get(name.lower()):
            raise AssertionError(f"{name} has not started mirrord in this scenario")
        return self.sessions[name.lower()][-1]

    def start_session(
        self, name: str, target: str, namespace: str = "default", *, session_id: str | None = None,
        key: str | None = None, parameters: Mapping[str, str] | None = None, copy: str | None = None,
    ) -> SessionHandle:  # fmt: skip
        """Start mirrord as that person.

        Raises:
            StatusError: the API server or the operator refused.
        """
        handle = self.cluster.connect(
            self.person(name),
            target,
            namespace,
            session_id=session_id,
            key=key,
            parameters=parameters,
            copy=copy,
        )
        self.started[handle.id] = (target, namespace)
        self.sessions.setdefault(name.lower(), []).append(handle)
        return handle

    def come_back(self, name: str) -> SessionHandle:
        """Let that person's mirrord connect to its session again, as it does when its connection was lost.

        Raises:
            StatusError: the API server or the operator refused.
        """
        session = self.session_of(name).id
        target, namespace = self.started[session]
        return self.start_session(name, target, namespace, session_id=session)


def load(world: World, cluster: Cluster, *, seed: int = 0) -> Inhabited:
    """Make the world true in the cluster.

    Raises:
        StatusError: the cluster refused a part of it.
    """
    inhabited = Inhabited(cluster, {}, {}, seed)
    admin = cluster.api_client(cluster.admin)
    for obj in chart_roles():
        ensure(admin, obj)
    for namespace in world.namespaces:
        put_namespace(cluster, namespace)
    for workload in world.workloads:
        put_workload(cluster, workload)
    for role in world.roles:
        put_role(cluster, role)
    for person in world.people:
        move_in(inhabited, person)
    _start_sessions(world, inhabited)
    return inhabited


def put_namespace(cluster: Cluster, name: str) -> None:
    """Create the namespace unless it is there."""
    ensure(
        cluster.api_client(cluster.admin),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
    )


def put_workload(cluster: Cluster, workload: Workload) -> None:
    """Create the workload, and its namespace if need be; where no kubelet does so, say that it runs."""
    admin = cluster.api_client(cluster.admin)
    if workload.namespace != "default":
        put_namespace(cluster, workload.namespace)
    if workload.kind == "rollout":
        _define_rollouts(cluster)
    obj = manifests.workload(workload)
    if workload.kind == "pod" and Capability.KUBELET not in cluster.capabilities:
        obj["spec"] = {**obj["spec"], "nodeName": manifests.NODE}
    obj = create(admin, obj)
    if Capability.KUBELET in cluster.capabilities:
        if workload.kind == "rollout":
            create(admin, manifests.replica_set_of_rollout(workload, obj))
            _put_status(cluster, obj, manifests.status_of_running(workload) or {})
        return
    if (status := manifests.status_of_running(workload)) is not None:
        _put_status(cluster, obj, status)
    if workload.replicas and (pod := manifests.pod_of(workload)) is not None:
        _put_status(cluster, create(admin, pod), manifests.status_of_running_pod(workload.containers))


def _define_rollouts(cluster: Cluster) -> None:
    """Install Argo's Rollouts unless they are there, and wait until the cluster serves them."""
    admin = cluster.api_client(cluster.admin)
    ensure(admin, manifests.rollouts_definition())
    ensure(admin, manifests.rollouts_readers())
    collection = f"/apis/{manifests.ROLLOUTS}/rollouts"
    eventually(cluster, lambda: _served(admin, collection))


def _served(admin: ApiClient, path: str) -> None:
    try:
        call(admin, "GET", path)
    except StatusError as error:
        raise AssertionError(f"{path} is not served: {error}") from error


def _put_status(cluster: Cluster, obj: dict[str, Any], status: dict[str, Any]) -> None:
    path = f"{item_path(obj)}/status"
    merge_patch = "application/merge-patch+json"
    call(cluster.api_client(cluster.admin), "PATCH", path, {"status": status}, content_type=merge_patch)


def put_role(cluster: Cluster, role: Role) -> None:
    """Create the role if it has rules of its own; take away what it is to be without; give it to its groups."""
    admin = cluster.api_client(cluster.admin)
    if role.rules is not None:
        create(admin, manifests.role(role.name, role.rules))
    for resource, verbs in role.without.items():
        take_away(cluster, role.name, resource, *verbs)
    for group in role.groups:
        create(admin, manifests.binding("Group", group, Grant(role=role.name)))


def take_away(cluster: Cluster, role: str, resource: str, *verbs: str) -> None:
    """Rewrite a ClusterRole so that it no longer grants the verbs on the resource."""
    admin = cluster.api_client(cluster.admin)
    path = item_path(manifests.role(role, ()))
    obj = call(admin, "GET", path)
    call(
        admin, "PUT", path, {**obj, "rules": manifests.without_verbs(obj.get("rules") or (), resource, verbs)}
    )


def move_in(inhabited: Inhabited, person: Person) -> User:
    """Give a person credentials and their roles; whoever was called so before is replaced."""
    filled = invented(person, inhabited.seed)
    cluster = inhabited.cluster
    user = cluster.user(
        filled.user or person.key,
        filled.groups,
        real_name=filled.real_name or "",
        hostname=filled.hostname or "",
    )
    inhabited.people[person.key.lower()] = user
    for each in filled.roles:
        grant(cluster, "User", user.name, each)
    return user


def grant(
    cluster: Cluster, subject_kind: str, subject: str, given: Grant, role_kind: str = "ClusterRole"
) -> None:
    """Bind a role; that it is bound already is fine."""
    ensure(cluster.api_client(cluster.admin), manifests.binding(subject_kind, subject, given, role_kind))


def allow(
    cluster: Cluster, user: User, verbs: Sequence[str], resource: str, namespace: str | None = None
) -> None:
    """Give a right by a role made for it; ``resource`` as for kubectl, but of the operator's group if it names none and is no
    core resource of Kubernetes.
    """
    plural, _, group = resource.partition(".")
    name = f"{user.name}-may-{'-'.join(verbs)}-{plural}".replace("/", "-").lower()
    known = "" if plural.partition("/")[0] in _CORE else OPERATOR
    rule = {"apiGroups": [group or known], "resources": [plural], "verbs": list(verbs)}
    admin = cluster.api_client(cluster.admin)
    ensure(admin, manifests.role(name, [rule], namespace))
    role_kind = "ClusterRole" if namespace is None else "Role"
    grant(cluster, "User", user.name, Grant(role=name, namespace=namespace), role_kind)


def allow_named(cluster: Cluster, user: User, verbs: Sequence[str], resource: str, name: str) -> None:
    """Give a right on one object of the operator's group, by its name, and the right to read all workloads."""
    role = f"{user.name}-may-{'-'.join(verbs)}-{resource}-{name}".replace("/", "-").lower()
    rule = {"apiGroups": [OPERATOR], "resources": [resource], "verbs": list(verbs), "resourceNames": [name]}
    ensure(cluster.api_client(cluster.admin), manifests.role(role, [rule]))
    grant(cluster, "User", user.name, Grant(role=role))
    grant(cluster, "User", user.name, Grant(role="view"))


def _start_sessions(world: World, inhabited: Inhabited) -> None:
    """Start the oldest first, and let the time between them pass where the cluster's time can be moved."""
    cluster = inhabited.cluster
    movable = Capability.CLOCK_CONTROL in cluster.capabilities
    ordered = sorted(world.sessions, key=lambda session: -session.age)
    for index, session in enumerate(ordered):
        handle = cluster.connect(
            inhabited.people[session.person],
            session.target,
            session.namespace,
            session_id=session.id,
            key=session.key,
        )
        inhabited.sessions.setdefault(session.person, []).append(handle)
        inhabited.started[handle.id] = (session.target, session.namespace)
        for port in session.ports:
            handle.subscribe(port.port, port.mode, port.http_filter)
        following = ordered[index + 1].age if index + 1 < len(ordered) else timedelta(0)
        if movable and session.age > following:
            cluster.step(session.age - following)
