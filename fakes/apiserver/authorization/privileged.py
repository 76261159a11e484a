"""Who and what needs no policy: members of ``system:masters``, and paths that everybody may see."""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apiserver.authentication.user import MASTERS
from fakes.apiserver.authorization.authorizer import NO_OPINION, Attributes, Authorization, Decision

__all__ = ["PathAuthorizer", "PrivilegedGroupAuthorizer"]

_ALLOWED = Authorization(Decision.ALLOW)


class PrivilegedGroupAuthorizer:
    """Allows everything to members of a group, without a reason."""

    def __init__(self, group: str = MASTERS) -> None:
        self._group = group

    def decide(self, attributes: Attributes) -> Authorization:
        return _ALLOWED if self._group in attributes.user.groups else NO_OPINION

    async def authorize(self, attributes: Attributes) -> Authorization:
        return self.decide(attributes)


class PathAuthorizer:
    """Allows paths that are no resources to everybody; ``/healthz/*`` is everything below ``/healthz/``."""

    def __init__(self, paths: Iterable[str] = ("/healthz", "/readyz", "/livez")) -> None:
        paths = [path.lstrip("/") for path in paths]
        self._paths = frozenset(path for path in paths if not path.endswith("*"))
        self._prefixes = tuple(path[:-1] for path in paths if path.endswith("*"))

    def decide(self, attributes: Attributes) -> Authorization:
        if attributes.is_resource:
            return NO_OPINION
        path = attributes.path.lstrip("/")
        if path in self._paths or path.startswith(self._prefixes):
            return _ALLOWED
        return NO_OPINION

    async def authorize(self, attributes: Attributes) -> Authorization:
        return self.decide(attributes)
