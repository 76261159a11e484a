"""An agent in a container of the target: files, names and variables, each read when it is asked for and not before.

It is in the first pod that its session has. Nothing of the container's image is known, and nothing that its processes do:
files are those that a kubelet and a runtime write, and volumes of what the API holds. A copy that no pod was made for has a
name and the spec of its original. Without a pod there are no files, and no variables but those in the spec.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.mirrord.agent.directories import listing
from fakes.mirrord.agent.files import Found, OpenFiles
from fakes.mirrord.agent.surroundings import Surroundings
from fakes.mirrord.model.cluster_names import Question, of_family, pods_behind, questions, service_addresses
from fakes.mirrord.model.containers import choose_named
from fakes.mirrord.model.environment import container_variables, references, service_variables
from fakes.mirrord.model.pod_network import etc_files, hosts
from fakes.mirrord.model.targets import Target
from fakes.mirrord.model.volumes import Mount, Token, mounts
from fakes.mirrord.model.workloads import pod_template

__all__ = ["Agent"]

Object = Mapping[str, Any]

_ETC = ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf")


class Agent:
    """What a client asks of its target's container.

    Args:
        workload: the object that is targeted, if there is one.
        pods: those of the session at the moment, as ``namespace/name``.
    """

    def __init__(
        self, surroundings: Surroundings, *, namespace: str, target: Target, workload: Object | None,
        pods: Callable[[], Sequence[str]],
    ) -> None:  # fmt: skip
        self._surroundings = surroundings
        self._namespace = namespace
        self._target = target
        self._workload = workload
        self._pods = pods
        self._inhabited: tuple[str, Object] | None = None
        self._tokens: dict[Token, str] = {}
        self.files = OpenFiles(self._look)

    async def environment(self) -> dict[str, str]:
        """The variables of the container."""
        pod = await self._pod()
        container = self._container(pod)
        contents = await self._surroundings.contents(self._namespace, references(container))
        return container_variables(container, pod, await self._service_variables(pod), contents)

    async def look_up(self, name: str, family: str) -> tuple[tuple[str, str], ...]:
        """The addresses of a name, each with what it is called; none if nobody knows it."""
        if _is_address(name):
            return tuple((name, each) for each in of_family([name], family))
        pod = await self._pod()
        if "name" in pod["metadata"]:
            own = [address for each, address in hosts(pod) if each == name.lower().removesuffix(".")]
            if own:
                return tuple((name, each) for each in of_family(own, family))
        for question in questions(name, self._namespace):
            if found := await self._answer(question):
                return tuple((question.record, each) for each in of_family(found, family))
        return ()

    async def _answer(self, question: Question) -> tuple[str, ...]:
        service = await self._surroundings.get("services", question.namespace, question.service)
        if service is None:
            return ()
        selector = pods_behind(service)
        pods = await self._surroundings.list("pods", question.namespace, selector) if selector else ()
        return service_addresses(question, service, pods)

    async def _pod(self) -> Object:
        """The pod, or what would be known of it; without a name if there is none."""
        first = next(iter(self._pods()), "")
        if self._inhabited is not None and self._inhabited[0] == first:
            return self._inhabited[1]
        namespace, _, name = first.partition("/")
        found = await self._surroundings.get("pods", namespace, name) if first else None
        if found is None:
            return self._imagined(name)
        self._inhabited = first, found
        return found

    def _imagined(self, name: str) -> Object:
        template = pod_template(self._target, self._workload) or {}
        called = {"name": name} if name else {}
        metadata = {**(template.get("metadata") or {}), "namespace": self._namespace, **called}
        return {"metadata": metadata, "spec": template.get("spec") or {}}

    def _container(self, pod: Object) -> Object:
        containers = {each["name"]: each for each in pod["spec"].get("containers") or ()}
        chosen = choose_named(list(containers), pod["metadata"], self._target.container)
        return {} if chosen is None else containers[chosen.name]

    async def _service_variables(self, pod: Object) -> dict[str, str]:
        """Of the services that were there when the pod was started."""
        if "name" not in pod["metadata"]:
            return {}
        services = {}
        if (server := await self._surroundings.get("services", "default", "kubernetes")) is not None:
            services["kubernetes"] = server
        if pod["spec"].get("enableServiceLinks") is not False:
            listed = await self._surroundings.list("services", self._namespace)
            services |= {each["metadata"]["name"]: each for each in listed}
        started = (pod.get("status") or {}).get("startTime")
        known = [
            each
            for each in services.values()
            if not started or (each["metadata"].get("creationTimestamp") or "") <= started
        ]
        return service_variables(known)

    async def _look(self, path: str) -> Found:
        pod = await self._pod()
        if "name" not in pod["metadata"]:
            raise FileNotFoundError(path)
        if path in _ETC:
            return etc_files(pod, await self._surroundings.name_server())[path].encode()
        path = _without_link(path)
        mounted = {_without_link(each.path): each for each in mounts(self._container(pod), pod)}
        within = [each for each in mounted if _is_within(path, each)]
        files: Mapping[str, bytes] = {}
        if within:
            files = await self._mounted(mounted[max(within, key=len)], pod)
        if path in files:
            return files[path]
        found = listing(path, [*_ETC, *files], [each for each in mounted if each not in files])
        if found is None:
            raise FileNotFoundError(path)
        return found

    async def _mounted(self, mount: Mount, pod: Object) -> dict[str, bytes]:
        """The files of a volume."""
        contents = await self._surroundings.contents(self._namespace, mount.references)
        for token in mount.tokens:
            if token not in self._tokens and (made := await self._surroundings.token(pod, token)) is not None:
                self._tokens[token] = made
        return {_without_link(name): data for name, data in mount.files(contents, self._tokens).items()}


def _is_within(path: str, directory: str) -> bool:
    return directory in ("/", path) or path.startswith(f"{directory}/")


def _without_link(path: str) -> str:
    """A path in which ``/var/run`` is what it is a link to in most images."""
    return path.removeprefix("/var") if _is_within(path, "/var/run") else path


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
