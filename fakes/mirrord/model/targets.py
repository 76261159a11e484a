"""What a session impersonates, in each of the ways in which that is written.

==========================  ==========================================  =========================
form                        example                                     where
==========================  ==========================================  =========================
path                        ``deployment/x/container/y``                configuration, lists
URL name                    ``deployment.x.container.y``                connecting
copy target name            ``deploy.x``                                copy targets
policy path                 ``deploy/x/container/y``                    ``targetPath`` of policies
kind path                   ``Deployment/x/container/y``                stored sessions, queue splits
object                      ``{"deployment": "x", "container": "y"}``   configuration, copy targets
==========================  ==========================================  =========================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

__all__ = [
    "KINDS",
    "TARGETLESS",
    "InvalidTargetError",
    "Target",
    "TargetKind",
    "parse_object",
    "parse_path",
    "parse_url_name",
]


class TargetKind(NamedTuple):
    """A kind of workload: its word in paths, its key in objects, its kind and plural in Kubernetes, and what it needs."""

    word: str
    key: str
    kind: str
    api_version: str
    plural: str
    requires_operator: bool = False
    requires_copy: bool = False


KINDS: Mapping[str, TargetKind] = MappingProxyType(
    {
        kind.word: kind
        for kind in (
            TargetKind("deployment", "deployment", "Deployment", "apps/v1", "deployments"),
            TargetKind("rollout", "rollout", "Rollout", "argoproj.io/v1alpha1", "rollouts"),
            TargetKind("pod", "pod", "Pod", "v1", "pods"),
            TargetKind("job", "job", "Job", "batch/v1", "jobs", True, True),
            TargetKind("cronjob", "cron_job", "CronJob", "batch/v1", "cronjobs", True, True),
            TargetKind("statefulset", "stateful_set", "StatefulSet", "apps/v1", "statefulsets", True),
            TargetKind("service", "service", "Service", "v1", "services", True),
            TargetKind("replicaset", "replica_set", "ReplicaSet", "apps/v1", "replicasets", True),
        )
    }
)
"""The kinds that are targeted by name, by their word in paths."""

_LABEL = "label"
_NOTHING = "targetless"
_HELP = "\n".join(
    [
        "",
        "mirrord-layer failed to parse the provided target!",
        "",
        "- Valid format:",
        "    >> `targetless`",
        *(
            f"    >> `{word}/{{{word}-name}}[/container/{{container-name}}]`;"
            for word in (
                "pod",
                "deployment",
                "rollout",
                "job",
                "cronjob",
                "statefulset",
                "service",
                "replicaset",
            )
        ),
    ]
)


class InvalidTargetError(ValueError):
    """A target that cannot be read; the text is the one the command prints."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"invalid target provided `{detail}`!")


@dataclass(frozen=True, slots=True)
class Target:
    """A target. ``word`` is a key of KINDS, ``label``, or ``targetless``; ``labels`` are sorted pairs."""

    word: str
    name: str = ""
    container: str | None = None
    labels: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.path

    @property
    def targetless(self) -> bool:
        return self.word == _NOTHING

    @property
    def by_label(self) -> bool:
        return self.word == _LABEL

    @property
    def kind(self) -> TargetKind | None:
        """The kind of a target that has a name."""
        return KINDS.get(self.word)

    @property
    def requires_operator(self) -> bool:
        return self.by_label or (self.kind is not None and self.kind.requires_operator)

    @property
    def requires_copy(self) -> bool:
        return self.kind is not None and self.kind.requires_copy

    @property
    def selector(self) -> str:
        """The label selector of a target by label."""
        return ",".join(f"{key}={value}" for key, value in self.labels)

    @property
    def path(self) -> str:
        if self.targetless:
            return _NOTHING
        return self._with_container(f"{self.word}/{self.selector if self.by_label else self.name}", "/")

    @property
    def kind_path(self) -> str:
        """As stored sessions show it; a target that has no kind is shown as its path."""
        return self._with_container(f"{self.kind.kind}/{self.name}", "/") if self.kind else self.path

    @property
    def policy_path(self) -> str:
        """What ``targetPath`` of a policy is compared with."""
        if self.kind is None:
            return self.word
        return self._with_container(f"{self._short_word}/{self.name}", "/")

    @property
    def url_name(self) -> str:
        """The name of the ``targets`` resource; the labels of a target by label go in a parameter."""
        if self.kind is None:
            return self.word
        return self._with_container(f"{self.word}.{self.name}", ".")

    @property
    def copy_name(self) -> str:
        """The name of a copy target made of it."""
        if self.kind is None:
            return self.word
        return self._with_container(f"{self._short_word}.{self.name}", ".")

    @property
    def _short_word(self) -> str:
        return "deploy" if self.word == "deployment" else self.word

    def _with_container(self, text: str, separator: str) -> str:
        return text if self.container is None else f"{text}{separator}container{separator}{self.container}"

    def to_json(self) -> dict[str, Any] | None:
        """The object form; None stands for targetless."""
        if self.targetless:
            return None
        named: dict[str, Any] = {self.kind.key: self.name} if self.kind else {"labels": dict(self.labels)}
        if self.kind or self.container is not None:
            named["container"] = self.container
        return named

    def to_reference(self) -> dict[str, Any] | None:
        """The reference in a stored session: apiVersion, kind, name and container."""
        if self.kind is None:
            return None
        return {
            "apiVersion": self.kind.api_version,
            "kind": self.kind.kind,
            "name": self.name,
            "container": self.container,
        }


TARGETLESS = Target(_NOTHING)


def parse_path(text: str) -> Target:
    """Read ``deployment/x/container/y``, ``label/a=b,c=d`` or ``targetless``.

    Segments after the name of a container are ignored, as the product does, except in a target by label.

    Raises:
        InvalidTargetError: with the product's text.
    """
    if text == _NOTHING:
        return TARGETLESS
    first, *rest = text.split("/")
    if first == _LABEL:
        return _parse_labels(text)
    kind = KINDS.get("deployment" if first == "deploy" else first)
    if kind is None:
        raise InvalidTargetError(
            f"Provided target: {text} is unsupported. Did you remember to add a prefix, e.g. pod/{text}? \n{_HELP}"
        )
    match rest:
        case [name]:
            return Target(kind.word, name)
        case [name, "container", container, *_]:
            return Target(kind.word, name, container)
        case _:
            raise InvalidTargetError(_HELP)


def parse_url_name(text: str) -> Target:
    """Read ``deployment.x.container.y``; ``deploy`` is taken for ``deployment``. ``label`` has no labels yet.

    Raises:
        InvalidTargetError: the name starts with no known kind, or a part is empty.
    """
    if text in (_NOTHING, _LABEL):
        return Target(text)
    first, _, rest = text.partition(".")
    name, found, container = rest.rpartition(".container.")
    kind = KINDS.get("deployment" if first == "deploy" else first)
    if kind is None or not rest or (found and not (name and container)):
        raise InvalidTargetError(text)
    return Target(kind.word, name, container) if found else Target(kind.word, rest)


def parse_object(value: Any) -> Target:
    """Read the object form, a path, or null; unknown keys are refused.

    Raises:
        InvalidTargetError: the value has no known form.
    """
    if value is None:
        return TARGETLESS
    if isinstance(value, str):
        return parse_path(value)
    if isinstance(value, Mapping):
        container = value.get("container")
        keys = set(value) - {"container"}
        if keys == {"labels"} and isinstance(value["labels"], Mapping):
            return labelled(value["labels"], container)
        for kind in KINDS.values():
            if keys == {kind.key} and isinstance(value[kind.key], str):
                return Target(kind.word, value[kind.key], container)
    raise InvalidTargetError("data did not match any variant of untagged enum Target")


def labelled(labels: Mapping[str, str], container: str | None = None) -> Target:
    """A target by label.

    Raises:
        InvalidTargetError: there is no label; it would select every pod.
    """
    if not labels:
        raise InvalidTargetError("Label target must contain at least one label.")
    return Target(_LABEL, container=container, labels=tuple(sorted(labels.items())))


def _parse_labels(text: str) -> Target:
    wrong = InvalidTargetError(
        f"Label target `{text}` must use `label/key=value[,key=value...][/container/name]`."
    )
    if not text.startswith("label/"):
        raise wrong
    selector, found, container = text.removeprefix("label/").rpartition("/container/")
    if not found:
        selector, container = container, ""
    elif not container or "/" in container:
        raise wrong
    labels: dict[str, str] = {}
    for requirement in selector.split(",") if selector else ():
        key, equals, value = requirement.partition("=")
        if not key or not equals:
            raise wrong
        if key in labels:
            raise InvalidTargetError(f"Label target contains duplicate key `{key}`.")
        labels[key] = value
    return labelled(labels, container if found else None)
