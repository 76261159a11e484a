"""What a client is answered that asks inside of its target: of files, names and variables."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from fakes.apiserver.loopback_websocket import LoopbackWebSocket
from fakes.mirrord.agent.agent import Agent
from fakes.mirrord.agent.surroundings import Surroundings
from fakes.mirrord.model.targets import parse_path
from fakes.mirrord.protocol import errors
from fakes.mirrord.protocol.client import (
    Family,
    FileRequest,
    GetAddrInfoRequest,
    GetAddrInfoRequestV2,
    GetEnvVarsRequest,
)
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.daemon import FileResponse, GetAddrInfoResponse, GetEnvVarsResponse
from fakes.mirrord.protocol.file_answers import (
    Batch,
    Data,
    OpenResult,
    RawBatch,
)
from fakes.mirrord.protocol.file_questions import (
    Access,
    CloseDirectory,
    CloseFile,
    FileQuestion,
    Open,
    OpenDirectory,
    OpenOptions,
    OpenRelative,
    Read,
    ReadDirectory,
    ReadDirectoryBatch,
    ReadLimited,
    ReadRawDirectory,
    Seek,
    Stat,
)

A = 0xA1
READ = OpenOptions(read=True)
NO_SUCH_FILE = Err(errors.RemoteIO(2, errors.IO_NOT_FOUND))
NOT_WRITABLE = Err(errors.RemoteIO(30, errors.IO_READ_ONLY))
NOT_EXECUTABLE = Err(errors.RemoteIO(13, errors.IO_PERMISSION_DENIED))
NO_RECORDS = Err(errors.DnsLookup(errors.DNS_NO_RECORDS, 0))
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
SERVICES = "/api/v1/namespaces/default/services"
PODS = "/api/v1/namespaces/default/pods"


def ask(operated: Any, socket: LoopbackWebSocket, question: FileQuestion) -> Any:
    answer = operated.say(socket, FileRequest(question))
    assert isinstance(answer, FileResponse)
    return answer.answer.result


def content(operated: Any, socket: LoopbackWebSocket, path: str) -> Any:
    """What is in a file, or why it cannot be opened."""
    opened = ask(operated, socket, Open(path, READ))
    if isinstance(opened, Err):
        return opened
    read = ask(operated, socket, Read(opened.value, 100_000))
    assert ask(operated, socket, Read(opened.value, 100_000)) == Ok(Data(b"", 0))
    assert operated.say(socket, FileRequest(CloseFile(opened.value))) is None
    return read.value.data


def addresses(operated: Any, socket: LoopbackWebSocket, name: str, family: Family = "any") -> Any:
    answer = operated.say(socket, GetAddrInfoRequestV2(node=name, family=family))
    assert isinstance(answer, GetAddrInfoResponse)
    return answer.result if isinstance(answer.result, Err) else list(answer.result.value)


def environment(operated: Any, socket: LoopbackWebSocket) -> dict[str, str]:
    answer = operated.say(socket, GetEnvVarsRequest(select=("*",)))
    assert isinstance(answer, GetEnvVarsResponse)
    found: dict[str, str] = answer.result.value
    return found


def service(operated: Any, name: str, **spec: Any) -> str:
    """A service; its address."""
    made = {"metadata": {"name": name}, "spec": {"ports": [{"name": "http", "port": 80}], **spec}}
    address: str = operated.ask("POST", SERVICES, made)["spec"].get("clusterIP", "")
    return address


def pod(operated: Any, name: str, **spec: Any) -> None:
    """A pod that runs."""
    container = {"name": "web", "image": "web", **spec.pop("container", {})}
    whole = {"nodeName": "node-1", "containers": [container], **spec}
    operated.ask("POST", PODS, {"metadata": {"name": name, "labels": {"app": name}}, "spec": whole})
    status = {
        "phase": "Running", "podIPs": [{"ip": "10.0.0.2"}], "podIP": "10.0.0.2",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [
            {
                "name": "web", "ready": True, "containerID": "containerd://1", "image": "web", "imageID": "",
                "restartCount": 0,
            }
        ],
    }  # fmt: skip
    path = f"{PODS}/{name}/status"
    operated.ask("PATCH", path, {"status": status}, content_type="application/merge-patch+json")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/etc/hostname", b"shop-1\n"),
        ("/etc/../etc/./hostname", b"shop-1\n"),
        (f"{ACCOUNT}/namespace", b"default"),
        (f"{ACCOUNT.removeprefix('/var')}/namespace", b"default"),
        ("/etc/passwd", NO_SUCH_FILE),
        ("/etc/hostname/x", NO_SUCH_FILE),
        (f"{ACCOUNT}/none", NO_SUCH_FILE),
        ("etc/hostname", NO_SUCH_FILE),
        ("", NO_SUCH_FILE),
    ],
)
def test_files(operated, path: str, expected: Any) -> None:
    assert content(operated, operated.connect(A), path) == expected


def test_files_that_are_written_for_every_pod(operated) -> None:
    socket = operated.connect(A)
    assert content(operated, socket, "/etc/hosts").endswith(b"\n10.0.0.1\tshop-1\n")
    assert b"\nnameserver 10.96.0.10\n" in content(operated, socket, "/etc/resolv.conf")


def test_the_token_and_the_authority_of_the_cluster(operated) -> None:
    authority = {"metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "the authority"}}
    operated.ask("POST", "/api/v1/namespaces/default/configmaps", authority)
    socket = operated.connect(A)
    token = content(operated, socket, f"{ACCOUNT}/token")
    assert token == content(operated, socket, f"{ACCOUNT}/token")
    claims = base64.urlsafe_b64decode(token.split(b".")[1] + b"==")
    assert b'"system:serviceaccount:default:default"' in claims
    assert b'"name":"shop-1"' in claims
    assert content(operated, socket, f"{ACCOUNT}/ca.crt") == b"the authority"


def test_volumes_of_what_the_cluster_holds(operated) -> None:
    operated.ask(
        "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": "c"}, "data": {"a": "1"}}
    )
    operated.ask(
        "POST", "/api/v1/namespaces/default/secrets",
        {"metadata": {"name": "s"}, "stringData": {"password": "secret"}},
    )  # fmt: skip
    volumes = [
        {"name": "c", "configMap": {"name": "c"}},
        {"name": "s", "secret": {"secretName": "s"}},
        {"name": "e", "emptyDir": {}},
    ]
    mounted = [
        {"name": "c", "mountPath": "/config"},
        {"name": "s", "mountPath": "/config/password", "subPath": "password"},
        {"name": "e", "mountPath": "/empty"},
    ]
    pod(operated, "b", volumes=volumes, container={"volumeMounts": mounted})
    socket = operated.connect(A, target="pod.b")
    assert content(operated, socket, "/config/a") == b"1"
    assert content(operated, socket, "/config/password") == b"secret"
    assert content(operated, socket, "/empty/a") == NO_SUCH_FILE
    assert ask(operated, socket, Stat("/empty", None, True)).value.mode == 0o040755


def test_reading_piece_by_piece(operated) -> None:
    socket = operated.connect(A)
    assert ask(operated, socket, Open("/etc/hostname", READ)) == Ok(0)
    asked: list[tuple[FileQuestion, Any]] = [
        (Read(0, 2), Data(b"sh", 2)),
        (Read(0, 3), Data(b"op-", 3)),
        (ReadLimited(0, 3, 1), Data(b"hop", 3)),
        (Read(0, 100), Data(b"1\n", 2)),
        (Seek(0, ("start", 4)), 4),
        (Read(0, 1), Data(b"-", 1)),
        (Seek(0, ("current", -2)), 3),
        (Seek(0, ("end", -2)), 5),
        (Read(0, 1), Data(b"1", 1)),
        (Seek(0, ("start", 100)), 100),
        (Read(0, 1), Data(b"", 0)),
    ]
    for question, expected in asked:
        assert ask(operated, socket, question) == Ok(expected)
    invalid = Err(errors.RemoteIO(22, errors.IO_INVALID_INPUT))
    assert ask(operated, socket, Seek(0, ("end", -100))) == invalid
    assert ask(operated, socket, Open("/etc/hosts", READ)) == Ok(1)


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        (Open("/etc/hostname", OpenOptions(read=True, write=True)), NOT_WRITABLE),
        (Open("/etc/new", OpenOptions(write=True, create=True)), NO_SUCH_FILE),
        (OpenRelative(0, "hostname", READ), Err(errors.NotDirectory(0))),
        (OpenRelative(7, "hostname", READ), Err(errors.NotFound(7))),
        (Read(1, 10), Err(errors.NotFile(1))),
        (Read(7, 10), Err(errors.NotFound(7))),
        (ReadLimited(7, 10, 0), Err(errors.NotFound(7))),
        (Seek(1, ("start", 0)), Err(errors.NotFile(1))),
        (OpenDirectory(0), Err(errors.NotDirectory(0))),
        (ReadDirectory(1), Err(errors.NotFound(1))),
        (ReadRawDirectory(0, 10), Err(errors.NotDirectory(0))),
        (Access("/etc/hostname", 2), NOT_WRITABLE),
        (Access("/etc/hostname", 5), NOT_EXECUTABLE),
        (Access("/etc/none", 0), NO_SUCH_FILE),
        (Stat("/none", None, True), NO_SUCH_FILE),
        (Stat("hostname", 0, True), Err(errors.NotDirectory(0))),
        (Stat(None, 7, True), Err(errors.NotFound(7))),
        (Stat(None, None, True), Err(errors.RemoteIO(22, errors.IO_INVALID_INPUT))),
    ],
    ids=str,
)
def test_what_cannot_be_done_with_files(operated, question: FileQuestion, refusal: Any) -> None:
    socket = operated.connect(A)
    assert ask(operated, socket, Open("/etc/hostname", READ)) == Ok(0)
    assert ask(operated, socket, Open("/etc", READ)) == Ok(1)
    assert ask(operated, socket, question) == refusal
    assert content(operated, socket, "/etc/hostname") == b"shop-1\n"


def test_directories(operated) -> None:
    socket = operated.connect(A)
    assert ask(operated, socket, Open("/etc", READ)) == Ok(0)
    assert ask(operated, socket, OpenRelative(0, "hostname", READ)) == Ok(1)
    assert ask(operated, socket, Read(1, 10)) == Ok(Data(b"shop-1\n", 7))
    for question in (Stat("/etc", None, True), Stat(None, 0, True), Stat("../var/run", 0, False)):
        assert ask(operated, socket, question).value.mode == 0o040755
    assert ask(operated, socket, Access("/", 1)) == Ok(None)


def test_listing_a_directory(operated) -> None:
    socket = operated.connect(A)
    authority = {"metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "the authority"}}
    operated.ask("POST", "/api/v1/namespaces/default/configmaps", authority)
    assert ask(operated, socket, Open(ACCOUNT, READ)) == Ok(0)
    assert ask(operated, socket, OpenDirectory(0)) == Ok(1)
    first = ask(operated, socket, ReadDirectory(1)).value
    assert (first.name, first.position, first.kind) == ("ca.crt", 0, 8)
    assert [each.name for each in ask(operated, socket, ReadDirectoryBatch(1, 1)).value.entries] == [
        "namespace"
    ]
    assert [each.name for each in ask(operated, socket, ReadDirectoryBatch(1, 10)).value.entries] == ["token"]
    assert ask(operated, socket, ReadDirectoryBatch(1, 10)) == Ok(Batch(1, ()))
    assert ask(operated, socket, ReadDirectory(1)) == Ok(None)
    assert operated.say(socket, FileRequest(CloseDirectory(1))) is None
    assert ask(operated, socket, ReadDirectory(1)) == Err(errors.NotFound(1))


def test_listing_a_directory_as_the_system_does(operated) -> None:
    socket = operated.connect(A)
    ask(operated, socket, Open("/etc", READ))
    told = ask(operated, socket, ReadRawDirectory(0, 80)).value
    assert [(each.name, each.position, each.kind) for each in told.entries] == [
        (".", 0, 4), ("..", 1, 4), ("hostname", 2, 8),
    ]  # fmt: skip
    assert told.size == 80
    rest = ask(operated, socket, ReadRawDirectory(0, 1024)).value
    assert [each.name for each in rest.entries] == ["hosts", "resolv.conf"]
    assert ask(operated, socket, ReadRawDirectory(0, 1024)) == Ok(RawBatch(0, (), 0))


def test_what_is_told_about_a_file(operated) -> None:
    socket = operated.connect(A)
    ask(operated, socket, Open("/etc/hostname", READ))
    told = ask(operated, socket, Stat("/etc/hostname", None, True)).value
    assert (told.mode, told.size, told.blocks, told.links) == (0o100644, 7, 1, 1)
    assert ask(operated, socket, Stat(None, 0, False)).value == told
    assert ask(operated, socket, Access("/etc/hostname", 4)) == Ok(None)


def test_an_open_file_is_as_it_was_when_it_was_opened(operated) -> None:
    operated.ask(
        "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": "c"}, "data": {"a": "1"}}
    )
    container = {"volumeMounts": [{"name": "c", "mountPath": "/c"}]}
    pod(operated, "b", volumes=[{"name": "c", "configMap": {"name": "c"}}], container=container)
    socket = operated.connect(A, target="pod.b")
    assert ask(operated, socket, Open("/c/a", READ)) == Ok(0)
    operated.ask(
        "PATCH", "/api/v1/namespaces/default/configmaps/c", {"data": {"a": "22"}},
        content_type="application/merge-patch+json",
    )  # fmt: skip
    assert ask(operated, socket, Read(0, 10)) == Ok(Data(b"1", 1))
    assert content(operated, socket, "/c/a") == b"22"


KUBERNETES = [("kubernetes.default.svc.cluster.local.", "10.96.0.1")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("kubernetes", KUBERNETES),
        ("kubernetes.default", KUBERNETES),
        ("kubernetes.default.svc", KUBERNETES),
        ("kubernetes.default.svc.cluster.local", KUBERNETES),
        ("Kubernetes.Default.svc.cluster.local.", KUBERNETES),
        ("localhost", [("localhost", "127.0.0.1")]),
        ("shop-1", [("shop-1", "10.0.0.1")]),
        ("10.1.2.3", [("10.1.2.3", "10.1.2.3")]),
        ("none", NO_RECORDS),
        ("kubernetes.shop", NO_RECORDS),
        ("example.com", NO_RECORDS),
    ],
)
def test_names(operated, name: str, found: Any) -> None:
    assert addresses(operated, operated.connect(A), name) == found


def test_names_are_those_of_the_namespace_of_the_session(operated) -> None:
    operated.ask("POST", f"{SERVICES}", {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}})
    assert addresses(operated, operated.connect(A, namespace="shop"), "web") == NO_RECORDS
    (record,) = addresses(operated, operated.connect(A + 1, namespace="shop"), "web.default")
    assert record[0] == "web.default.svc.cluster.local."


def test_families_of_names(operated) -> None:
    socket = operated.connect(A)
    assert addresses(operated, socket, "localhost", "ipv6") == [("localhost", "::1")]
    assert len(addresses(operated, socket, "localhost", "both")) == 2
    assert addresses(operated, socket, "kubernetes", "ipv6") == NO_RECORDS
    assert operated.say(socket, GetAddrInfoRequest("localhost")) == GetAddrInfoResponse(
        Ok((("localhost", "127.0.0.1"),))
    )


def test_headless_services(operated) -> None:
    service(operated, "web", clusterIP="None", selector={"app": "b"})
    socket = operated.connect(A)
    assert addresses(operated, socket, "web") == NO_RECORDS
    pod(operated, "b", hostname="web-0", subdomain="web")
    assert addresses(operated, socket, "web") == [("web.default.svc.cluster.local.", "10.0.0.2")]
    assert addresses(operated, socket, "web-0.web") == [("web-0.web.default.svc.cluster.local.", "10.0.0.2")]
    assert addresses(operated, socket, "web-1.web") == NO_RECORDS


def test_a_service_hides_no_name_that_is_longer(operated) -> None:
    """``web.other`` may be a host behind a service ``other``, and is not, for that has an address of its own."""
    service(operated, "shop")
    operated.ask(
        "POST",
        "/api/v1/namespaces/shop/services",
        {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}},
    )
    (record,) = addresses(operated, operated.connect(A), "web.shop")
    assert record[0] == "web.shop.svc.cluster.local."


def test_variables(operated) -> None:
    address = service(operated, "my-web")
    found = environment(operated, operated.connect(A))
    assert found["LEVEL"] == "info"
    assert found["HOSTNAME"] == "shop-1"
    assert found["KUBERNETES_SERVICE_HOST"] == "10.96.0.1"
    assert found["KUBERNETES_SERVICE_PORT_HTTPS"] == "443"
    assert found["MY_WEB_SERVICE_HOST"] == address
    assert found["MY_WEB_PORT"] == f"tcp://{address}:80"


def test_variables_from_elsewhere(operated) -> None:
    operated.ask(
        "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": "c"}, "data": {"A": "1"}}
    )
    env = [
        {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "A"}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "URL", "value": "http://$(IP)/$(B)"},
    ]
    container = {"env": env, "envFrom": [{"configMapRef": {"name": "c"}}]}
    pod(operated, "b", container=container, enableServiceLinks=False)
    service(operated, "web")
    found = environment(operated, operated.connect(A, target="pod.b"))
    assert {name: found[name] for name in ("A", "B", "URL")} == {
        "A": "1",
        "B": "1",
        "URL": "http://10.0.0.2/1",
    }
    assert "KUBERNETES_SERVICE_HOST" in found
    assert "WEB_SERVICE_HOST" not in found


def test_a_container_is_not_told_of_services_that_came_after_it(operated) -> None:
    pod(operated, "b")
    started = operated.ask("GET", f"{PODS}/b")["metadata"]["creationTimestamp"]
    operated.ask(
        "PATCH", f"{PODS}/b/status", {"status": {"startTime": started}}, content_type="application/merge-patch+json"
    )  # fmt: skip
    operated.step(60)
    service(operated, "web")
    assert "WEB_SERVICE_HOST" not in environment(operated, operated.connect(A, target="pod.b"))


def test_without_a_target_there_are_names_and_nothing_else(operated) -> None:
    socket = operated.connect(A, target="targetless")
    assert content(operated, socket, "/etc/hostname") == NO_SUCH_FILE
    assert environment(operated, socket) == {}
    assert addresses(operated, socket, "kubernetes.default") == KUBERNETES


def test_a_service_as_a_target_has_the_container_of_its_pod(operated) -> None:
    service(operated, "front", selector={"app": "shop"})
    socket = operated.connect(A, target="service.front")
    assert content(operated, socket, "/etc/hostname") == b"shop-1\n"
    assert environment(operated, socket)["LEVEL"] == "info"


def test_a_copy_has_a_name_and_what_its_original_says(operated) -> None:
    operated.ask(
        "POST", "/namespaces/default/copytargets",
        {"apiVersion": "operator.metalbear.co/v1", "kind": "CopyTarget", "metadata": {"name": "c"}, "spec": {"target": {"deployment": "shop"}, "scale_down": False}},
    )  # fmt: skip
    (copy,) = operated.ask("GET", "/namespaces/default/copytargets")["items"]
    operated.step(60)
    name = copy["metadata"]["name"]
    socket = operated.connect(A, path=f"/proxy/namespaces/default/copytargets/{name}")
    host = content(operated, socket, "/etc/hostname").decode().strip()
    assert host.startswith("mirrord-copy-job-")
    found = environment(operated, socket)
    assert (found["LEVEL"], found["HOSTNAME"]) == ("info", host)
    assert content(operated, socket, "/etc/hosts").endswith(b"ip6-allrouters\n")


def test_a_target_whose_pod_is_replaced(operated) -> None:
    socket = operated.connect(A)
    assert content(operated, socket, "/etc/hostname") == b"shop-1\n"
    operated.ask("DELETE", f"{PODS}/shop-1", query={"gracePeriodSeconds": "0"})
    operated.pod("shop-2")
    assert content(operated, socket, "/etc/hostname") == b"shop-2\n"


def test_who_may_not_read_does_not_find(operated) -> None:
    """The operator's own account may read Services and Pods, and neither ConfigMaps nor Secrets."""
    operated.ask(
        "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": "c"}, "data": {"A": "1"}}
    )
    source = {"configMapKeyRef": {"name": "c", "key": "A"}}
    pod(operated, "b", container={"env": [{"name": "A", "valueFrom": source}, {"name": "B", "value": "2"}]})
    operated.grant("account", "mirrord-operator")
    agent = Agent(
        Surroundings(operated.cluster.client("account")), namespace="default", target=parse_path("pod/b"), workload=None,
        pods=lambda: ["default/b"],
    )  # fmt: skip
    run = operated.cluster.driver.run
    found = run(agent.environment())
    assert "A" not in found
    assert (found["B"], found["HOSTNAME"], found["KUBERNETES_SERVICE_HOST"]) == ("2", "b", "10.96.0.1")
    assert list(run(agent.look_up("kubernetes", "any"))) == KUBERNETES
    for name, expected in {"namespace": Ok(0), "token": NO_SUCH_FILE, "ca.crt": NO_SUCH_FILE}.items():
        assert run(agent.files.answer(Open(f"{ACCOUNT}/{name}", READ))) == OpenResult(expected)
