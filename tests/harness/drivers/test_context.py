"""A run on a cluster that somebody else owns, and each guard; the cluster is our own, behind TLS, with a kubeconfig."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.apimachinery.clock import RealClock
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.timestamps import rfc3339_micro
from harness.cluster import ANONYMOUS, Capability, Cluster, ClusterUnavailableError
from harness.drivers.context import live_run
from harness.drivers.live_people import CannotPlayError, CertificateRequesters, Impersonators, TokenHolders
from harness.drivers.live_run import LiveOptions, LiveRun
from harness.drivers.named_contexts import ContextError
from harness.drivers.serving import ServedFake
from harness.isolation import ledger
from harness.isolation.contexts import DeniedContextError
from harness.isolation.lease import LEASE, LeaseHeldError
from harness.isolation.ledger import RUN_LABEL, NotOursError, clean, labelled_objects
from harness.isolation.preflight import PreflightError
from harness.isolation.sessions import ForeignSessionError, OwnSessions, session_ids
from harness.objects import call, create
from harness.sessions import sessions
from harness.targets import copy_target
from harness.worlds.finding import find_world
from harness.worlds.loading import load

SESSIONS = "/apis/operator.metalbear.co/v1/sessions"
LEASES = f"/apis/coordination.k8s.io/v1/namespaces/default/leases/{LEASE}"
ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


class Somewhere:
    """A cluster that is not ours, and the kubeconfig of somebody who may use it."""

    def __init__(self, directory: Path) -> None:
        self.served = ServedFake(directory=directory / "cluster")
        self.served.start()
        for name, groups in (("admin", ["system:masters"]), ("limited", [])):
            self.served.add_person(name, name, groups)
        content: dict[str, Any] = self.served.kubeconfig()
        content["contexts"] += [
            {"name": name, "context": {"cluster": "fake", "user": "admin"}} for name in ("team-a", "prod-eu")
        ]
        self.kubeconfig = directory / "kubeconfig"
        self.kubeconfig.write_text(yaml.safe_dump(content))
        self.written = self.kubeconfig.read_bytes(), self.kubeconfig.stat()
        self.runs: list[LiveRun] = []

    def run(self, context: str = "team-a", *, allow: tuple[str, ...] = (), **options: Any) -> LiveRun:
        run = live_run(
            context, LiveOptions(run=f"run{len(self.runs)}", **options), allow, str(self.kubeconfig)
        )
        self.runs.append(run)
        return run

    def open(self, context: str = "team-a", **options: Any) -> Cluster:
        return self.run(context, **options).open(seed=0, now=None, settings=None)

    @property
    def admin(self) -> Any:
        """A client that no run watches over."""
        return self.run().__dict__["_api"]

    def allow(self, user: str, *rules: tuple[str, str, str]) -> None:
        """Let somebody do something: verbs, group, resources."""
        admin = self.admin
        made = [
            {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}
            for verbs, group, resources in rules
        ]
        kind, group = "rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io"
        create(admin, {"apiVersion": kind, "kind": "ClusterRole", "metadata": {"name": user}, "rules": made})
        subject = {"kind": "User", "apiGroup": group, "name": user}
        ref = {"kind": "ClusterRole", "apiGroup": group, "name": user}
        binding = {"apiVersion": kind, "kind": "ClusterRoleBinding", "metadata": {"name": user}}
        create(admin, {**binding, "subjects": [subject], "roleRef": ref})

    def close(self) -> None:
        for run in self.runs:
            run.end()
        self.served.stop()


@pytest.fixture
def somewhere(tmp_path: Path) -> Iterator[Somewhere]:
    place = Somewhere(tmp_path)
    yield place
    place.close()


def _names(api: Any, path: str) -> set[str]:
    return {item["metadata"]["name"] for item in call(api, "GET", path)["items"]}


def _status(api: Any, path: str) -> int:
    try:
        call(api, "GET", path)
    except StatusError as error:
        return error.code
    return 200


def test_a_world_is_put_there_labelled_and_taken_away(somewhere: Somewhere) -> None:
    admin = somewhere.admin
    before = {
        path: _names(admin, path) for path in (ROLES, "/api/v1/namespaces", "/apis/apps/v1/deployments")
    }
    run = somewhere.run()
    cluster = run.open(seed=0, now=None, settings=None)
    inhabited = load(find_world("busy"), cluster)
    assert {each.id for each in sessions(cluster)} == {"C527FE7D9C30979E", "487F4F2B6D2376AD"}
    made = {path for path, _ in labelled_objects(admin, run.id)}
    assert "/apis/apps/v1/namespaces/shop/deployments/checkout" in made
    assert "/api/v1/namespaces/shop" in made
    call(cluster.api_client(inhabited.person("dana")), "DELETE", f"{SESSIONS}/C527FE7D9C30979E")
    cluster.close()
    run.end()
    assert {path: _names(admin, path) for path in before} == before
    assert labelled_objects(admin, run.id) == []
    assert _status(admin, LEASES) == 404


def test_the_kubeconfig_is_only_read(somewhere: Somewhere) -> None:
    cluster = somewhere.open()
    load(find_world("busy"), cluster)
    assert cluster.kubeconfig(cluster.admin) != somewhere.kubeconfig
    cluster.close()
    content, stat = somewhere.written
    assert somewhere.kubeconfig.read_bytes() == content
    assert (somewhere.kubeconfig.stat().st_mtime_ns, somewhere.kubeconfig.stat().st_ino) == (
        stat.st_mtime_ns,
        stat.st_ino,
    )


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_only_a_context_that_is_named(somewhere: Somewhere, name: str) -> None:
    with pytest.raises(ContextError, match=r"name a context|there are admin, limited, team-a, prod-eu"):
        somewhere.run(name)


def test_nothing_that_looks_like_production(somewhere: Somewhere) -> None:
    with pytest.raises(DeniedContextError, match="--allow-context prod-eu"):
        somewhere.run("prod-eu")
    assert somewhere.run("prod-eu", allow=("prod-eu",)).context.name == "prod-eu"


def test_rights_are_asked_for_before_anything_is_touched(somewhere: Somewhere) -> None:
    somewhere.allow("limited", ("impersonate", "", "users groups"))
    admin = somewhere.admin
    before = call(admin, "GET", "/api/v1/namespaces")["metadata"]["resourceVersion"]
    run = somewhere.run("limited")
    plan = "\n".join(run.plan())
    assert "NO   create namespaces (worlds)" in plan
    assert "yes  impersonate users (people)" in plan
    with pytest.raises(PreflightError, match=r"create clusterroles\.rbac\.authorization\.k8s\.io"):
        run.open(seed=0, now=None, settings=None)
    assert call(admin, "GET", "/api/v1/namespaces")["metadata"]["resourceVersion"] == before


@pytest.mark.parametrize(
    ("rights", "way"),
    [
        (
            [("impersonate", "", "users groups"), ("create", "", "serviceaccounts serviceaccounts/token")],
            Impersonators,
        ),
        (
            [
                ("impersonate", "", "users"),
                ("create get delete", "", "serviceaccounts"),
                ("create", "", "serviceaccounts/token"),
            ],
            TokenHolders,
        ),
        (
            [
                ("create get delete", "certificates.k8s.io", "certificatesigningrequests"),
                ("update", "certificates.k8s.io", "certificatesigningrequests/approval"),
                ("approve", "certificates.k8s.io", "signers"),
            ],
            CertificateRequesters,
        ),
    ],
)
def test_people_are_played_in_the_first_way_that_is_allowed(
    somewhere: Somewhere, rights: list[tuple[str, str, str]], way: type
) -> None:
    somewhere.allow("limited", *rights)
    run = somewhere.run("limited")
    assert run._way is way
    assert f"people by {way.way}" in "\n".join(run.plan())


def test_where_nobody_can_be_played_it_says_what_is_needed(somewhere: Somewhere) -> None:
    with pytest.raises(
        PreflightError, match="impersonate users, impersonate groups; or create serviceaccounts"
    ):
        somewhere.run("limited")


def test_a_person_by_token(somewhere: Somewhere) -> None:
    admin = somewhere.admin
    create(admin, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "people"}})
    run = somewhere.run()
    holders = TokenHolders(run.admin, run.context.user, lambda: admin, "people")
    user = holders.user("Dana Levi@Metal.co", real_name="Dana")
    assert user.name == "system:serviceaccount:people:dana-levi-metal.co"
    assert holders.stanza(user)["token"].count(".") == 2
    assert holders.stanza(ANONYMOUS) == {}
    with pytest.raises(CannotPlayError, match="cannot be"):
        holders.user("dana", ["qa"])


def test_what_others_made_is_neither_changed_nor_deleted(somewhere: Somewhere) -> None:
    admin = somewhere.admin
    for name in ("theirs", "theirs-too"):
        metadata = {"name": name, "namespace": "default"}
        create(admin, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    cluster = somewhere.open()
    ours = cluster.api_client(cluster.admin)
    path = "/api/v1/namespaces/default/configmaps"
    for method, target in (("DELETE", f"{path}/theirs"), ("PATCH", f"{path}/theirs"), ("DELETE", path)):
        with pytest.raises(NotOursError):
            call(ours, method, target, {"data": {}} if method == "PATCH" else None)
    create(
        ours, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ours", "namespace": "default"}}
    )
    call(ours, "PATCH", f"{path}/ours", {"data": {"a": "b"}}, content_type="application/merge-patch+json")
    assert call(admin, "GET", f"{path}/ours")["metadata"]["labels"][RUN_LABEL] == somewhere.runs[-1].id
    cluster.close()
    assert _names(admin, path) >= {"theirs", "theirs-too"}
    assert "ours" not in _names(admin, path)


def test_the_pods_of_a_workload_of_ours_are_ours(somewhere: Somewhere) -> None:
    cluster = somewhere.open()
    load(find_world("visit-counter"), cluster)
    ours = cluster.api_client(cluster.admin)
    pods = "/api/v1/namespaces/default/pods"
    pod = next(iter(_names(ours, pods)))
    call(ours, "DELETE", f"{pods}/{pod}", {"gracePeriodSeconds": 0})
    assert pod not in _names(ours, pods)
    cluster.close()


def test_an_object_that_lost_our_label_is_left_alone(somewhere: Somewhere) -> None:
    admin = somewhere.admin
    cluster = somewhere.open()
    path = "/api/v1/namespaces/default/configmaps"
    metadata = {"name": "adopted", "namespace": "default"}
    create(cluster.api_client(cluster.admin), {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    patch = {"metadata": {"labels": {RUN_LABEL: "somebody-else"}}}
    call(admin, "PATCH", f"{path}/adopted", patch, content_type="application/merge-patch+json")
    cluster.close()
    assert "adopted" in _names(admin, path)


def _foreign_session(somewhere: Somewhere) -> Any:
    """Somebody at work who knows nothing of our run."""
    somewhere.run("admin")
    other = somewhere.runs[-1]
    cluster = other.open(seed=7, now=None, settings=None)
    inhabited = load(find_world("visit-counter"), cluster)
    handle = inhabited.start_session(
        next(iter(inhabited.people)), "deployment/ip-visit-counter", session_id="F00"
    )
    other._lease.release()
    return handle


def test_all_sessions_are_ended_only_if_allowed_and_if_all_are_ours(somewhere: Somewhere) -> None:
    cluster = somewhere.open()
    assert Capability.DESTRUCTIVE not in cluster.capabilities
    with pytest.raises(ForeignSessionError, match="--allow-destructive"):
        call(cluster.api_client(cluster.admin), "DELETE", SESSIONS)
    cluster.close()
    somewhere.runs[-1].end()
    cluster = somewhere.open(allow_destructive=True)
    assert Capability.DESTRUCTIVE in cluster.capabilities
    load(find_world("busy"), cluster)
    call(cluster.api_client(cluster.admin), "DELETE", SESSIONS)
    assert _names(cluster.api_client(cluster.admin), SESSIONS) == set()


def test_a_session_of_somebody_else_stops_what_is_destructive(somewhere: Somewhere) -> None:
    foreign = _foreign_session(somewhere)
    cluster = somewhere.open(allow_destructive=True)
    assert Capability.DESTRUCTIVE not in cluster.capabilities
    (real,) = session_ids(somewhere.admin)
    for path, said in (
        (SESSIONS, f"would stop 1 that this run did not start: {real}"),
        (f"{SESSIONS}/{real}", f"session {real}"),
        (f"{SESSIONS}/{int(real, 16)}", f"session {int(real, 16)}"),
    ):
        with pytest.raises(ForeignSessionError, match=said):
            call(cluster.api_client(cluster.admin), "DELETE", path)
    assert foreign.connected
    own = cluster.connect(cluster.admin, "deployment/ip-visit-counter")
    assert [each.id for each in sessions(cluster)] == [own.id]


def test_an_operator_that_lives_on_keeps_no_session_of_a_scenario_and_has_an_id_twice_only_in_name(
    somewhere: Somewhere,
) -> None:
    run = somewhere.run()
    dana, target = "dana", "deployment/ip-visit-counter"
    real = []
    for _ in range(3):
        cluster = run.open(seed=0, now=None, settings=None)
        inhabited = load(find_world("visit-counter"), cluster, seed=0)
        first = cluster.connect(inhabited.people[dana], target).id
        cluster.connect(inhabited.people[dana], target, session_id="A1")
        assert {each.id for each in sessions(cluster)} == {first, "A1"}
        real.append(set(session_ids(somewhere.admin)))
        paths = [entry.path.partition("?")[0] for entry in cluster.evidence()]
        call(cluster.api_client(inhabited.people[dana]), "DELETE", f"{SESSIONS}/161")
        assert [each.id for each in sessions(cluster)] == [first]
        assert (
            paths.count(
                "/apis/operator.metalbear.co/v1/proxy/namespaces/default/targets/deployment.ip-visit-counter"
            )
            == 2
        )
        cluster.close()
        assert session_ids(somewhere.admin) == []
    assert len(set.union(*real)) == 6


def test_the_session_of_a_copy_ends_with_the_scenario(somewhere: Somewhere) -> None:
    cluster = somewhere.open()
    inhabited = load(find_world("visit-counter"), cluster)
    copied = copy_target(cluster, inhabited.people["dana"], "deployment/ip-visit-counter")
    assert session_ids(somewhere.admin) == [copied.session]
    cluster.close()
    assert session_ids(somewhere.admin) == []


def test_what_could_not_be_deleted_is_deleted_in_the_end(
    somewhere: Somewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = somewhere.run()
    cluster = run.open(seed=0, now=None, settings=None)
    load(find_world("busy"), cluster)
    original = ledger._delete

    def refuse(_api: Any, path: str, _run: str) -> bool:
        raise StatusError.of(503, "ServiceUnavailable", f"{path} is busy")

    monkeypatch.setattr(ledger, "_delete", refuse)
    with pytest.raises(ClusterUnavailableError, match="not everything could be deleted"):
        cluster.close()
    monkeypatch.setattr(ledger, "_delete", original)
    run.end()
    assert labelled_objects(somewhere.admin, run.id) == []


@pytest.mark.parametrize(
    "answer", [b"{}", b'{"status": {}}', b'{"status": {"creator_session": {"id": null}}}']
)
def test_a_copy_without_a_session_ends_nobodys(answer: bytes) -> None:
    own = OwnSessions()
    own.saw("POST", "/apis/operator.metalbear.co/v1/namespaces/default/copytargets", answer)
    assert own.taken() == []
    with pytest.raises(ValueError, match="is no id of a session"):
        own.add("")


def test_two_runs_at_once_are_one_too_many(somewhere: Somewhere) -> None:
    first = somewhere.run()
    first.open(seed=0, now=None, settings=None).close()
    second = somewhere.run("admin")
    with pytest.raises(
        LeaseHeldError, match=f"the run {first.id} is at work .* harness cleanup --run {first.id}"
    ):
        second.open(seed=0, now=None, settings=None)
    silent = {"spec": {"renewTime": rfc3339_micro(RealClock().now() - timedelta(minutes=3))}}
    call(first._api, "PATCH", LEASES, silent, content_type="application/merge-patch+json")
    second.open(seed=0, now=None, settings=None).close()
    assert call(second._api, "GET", LEASES)["spec"]["holderIdentity"] == second.id


def test_an_interrupted_run_cleans_up_and_a_killed_one_is_cleaned_up(somewhere: Somewhere) -> None:
    run = somewhere.run()
    cluster = run.open(seed=0, now=None, settings=None)
    load(find_world("busy"), cluster)
    admin = somewhere.admin
    told = clean(admin, run.id, dry_run=True)
    assert told
    assert told == [path for path, _ in labelled_objects(admin, run.id)]
    assert told.index("/apis/apps/v1/namespaces/shop/deployments/checkout") < told.index(
        "/api/v1/namespaces/shop"
    )
    assert clean(admin, run.id) == told
    assert labelled_objects(admin, run.id) == []


def test_the_end_of_the_process_is_the_end_of_the_run(somewhere: Somewhere) -> None:
    run = somewhere.run()
    load(find_world("busy"), run.open(seed=0, now=None, settings=None))
    run.end()
    run.end()
    assert labelled_objects(somewhere.admin, run.id) == []
    assert not os.path.exists(run._directory)
