"""A binding: which role is given to whom, and the sentence in which a server says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from fakes.apimachinery.golang import quote
from fakes.apiserver.authentication.user import UserInfo, service_account_username
from fakes.apiserver.authorization.authorizer import Authorization, Decision

__all__ = ["Binding", "RoleReference", "Subject", "binding_of"]

Object = Mapping[str, Any]


class RoleReference(NamedTuple):
    """A role; ``namespace`` is empty for a ClusterRole."""

    kind: str
    namespace: str
    name: str


class Subject(NamedTuple):
    """Who a binding is for: a user (service accounts are users) or a group, and the answer it leads to."""

    is_group: bool
    name: str
    answer: Authorization


class Binding(NamedTuple):
    """A RoleBinding or, without a namespace, a ClusterRoleBinding."""

    namespace: str
    name: str
    role: RoleReference
    subjects: tuple[Subject, ...]

    def answer_for(self, user: UserInfo) -> Authorization:
        """The answer of the first subject that is the user: the one that a server names."""
        for is_group, name, answer in self.subjects:
            if name in user.groups if is_group else name == user.name:
                return answer
        raise LookupError(f"{self.name} is not for {user.name}")


def binding_of(kind: str, namespace: str, name: str, obj: Object) -> Binding:
    """Read an API object."""
    reference = obj["roleRef"]
    role_kind, role_name = reference.get("kind", ""), reference.get("name", "")
    full_name = f"{name}/{namespace}" if namespace else name
    source = f"RBAC: allowed by {kind} {quote(full_name)} of {role_kind} {quote(role_name)} to"
    return Binding(
        namespace,
        name,
        RoleReference(role_kind, namespace if role_kind == "Role" else "", role_name),
        tuple(_subjects(obj.get("subjects") or (), namespace, source)),
    )


def _subjects(subjects: Iterable[Object], namespace: str, source: str) -> Iterator[Subject]:
    for subject in subjects:
        kind, name = subject.get("kind"), subject.get("name", "")
        match kind:
            case "User" | "Group":
                answer = Authorization(Decision.ALLOW, f"{source} {kind} {quote(name)}")
                yield Subject(kind == "Group", name, answer)
            case "ServiceAccount":
                if owner := subject.get("namespace") or namespace:
                    answer = Authorization(Decision.ALLOW, f"{source} {kind} {quote(f'{name}/{owner}')}")
                    yield Subject(False, service_account_username(owner, name), answer)
