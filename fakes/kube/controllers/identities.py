"""Who controllers are: each a user of its own with a token, so that rights, audit and field managers are as on a cluster."""

from __future__ import annotations

from dataclasses import dataclass

from fakes.apiserver.authentication.user import (
    AUTHENTICATED,
    MASTERS,
    UserInfo,
    service_account_groups,
    service_account_username,
)  # fmt: skip

__all__ = ["Identity", "component", "kubelet", "service_account"]

_NAMESPACE = "kube-system"
_RELEASE = "v1.36.2 (linux/amd64) kubernetes"


@dataclass(frozen=True, slots=True)
class Identity:
    """A user, and the program that it says it is: what comes before the slash manages the fields that it writes."""

    user: UserInfo
    agent: str

    def token(self, secret: str) -> str:
        """The bearer token of the user, in a cluster with that secret."""
        return f"{self.user.name}.{secret}"

    def headers(self, secret: str) -> list[tuple[bytes, bytes]]:
        """What its client sends with every request."""
        return [
            (b"authorization", b"Bearer " + self.token(secret).encode()), (b"user-agent", self.agent.encode())
        ]  # fmt: skip


def service_account(name: str) -> Identity:
    """A loop of the controller manager."""
    groups = (*service_account_groups(_NAMESPACE), AUTHENTICATED)
    user = UserInfo(name=service_account_username(_NAMESPACE, name), groups=groups)
    return Identity(user, f"kube-controller-manager/{_RELEASE}/{user.name}")


def component(name: str) -> Identity:
    """A program of the control plane."""
    return Identity(UserInfo(name=f"system:{name}", groups=(AUTHENTICATED,)), f"{name}/{_RELEASE}")


def kubelet(node: str) -> Identity:
    """A node's agent. It may do everything: the authorizer that knows what is on which node is not simulated."""
    user = UserInfo(name=f"system:node:{node}", groups=("system:nodes", MASTERS, AUTHENTICATED))
    return Identity(user, f"kubelet/{_RELEASE}")
