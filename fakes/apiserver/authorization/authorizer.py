"""What an authorizer is asked, and what it may answer.

Source: k8s.io/apiserver, pkg/authorization/authorizer.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Protocol

from fakes.apiserver.authentication.user import UserInfo

__all__ = ["NO_OPINION", "Attributes", "Authorization", "Authorizer", "Decider", "Decision"]


class Attributes(NamedTuple):
    """Who wants to do what. ``namespace`` is empty for cluster scope and for all namespaces at once."""

    user: UserInfo
    verb: str
    is_resource: bool = True
    namespace: str = ""
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    path: str = ""
    field_selector: str = ""
    """As in the query: RBAC does not look at it, other authorizers may."""
    label_selector: str = ""


class Decision(Enum):
    """What an authorizer thinks. What nobody allows is forbidden; only ``DENY`` cannot be overruled."""

    ALLOW = "allow"
    DENY = "deny"
    NO_OPINION = "no opinion"


class Authorization(NamedTuple):
    """A decision, why, and what went wrong on the way to it."""

    decision: Decision
    reason: str = ""
    error: str = ""

    @property
    def allowed(self) -> bool:
        return self.decision is Decision.ALLOW


NO_OPINION = Authorization(Decision.NO_OPINION)


class Authorizer(Protocol):
    """Decides, perhaps by asking somebody over the network: what a server holds."""

    async def authorize(self, attributes: Attributes) -> Authorization: ...


class Decider(Protocol):
    """Decides from what it knows, at once."""

    def decide(self, attributes: Attributes) -> Authorization: ...
