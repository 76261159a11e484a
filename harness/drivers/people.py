"""Users of a fake cluster: a client certificate for each, made when it is first needed."""

from __future__ import annotations

from collections.abc import Sequence

from fakes.cluster import Credentials, FakeCluster
from harness.cluster import ANONYMOUS, User

__all__ = ["ADMIN", "People"]

ADMIN = User(name="admin", groups=("system:masters",), real_name="Administrator", hostname="admin.local")


class People:
    """Who has credentials, by name and groups."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster
        self._known: dict[tuple[str, tuple[str, ...]], Credentials] = {}

    def credentials(self, user: User) -> Credentials | None:
        """A user's certificate; nothing for somebody anonymous."""
        if user.name == ANONYMOUS.name:
            return None
        key = (user.name, user.groups)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._cluster.credentials(user.name, user.groups)
        return found


def user(name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
    """A user of these names."""
    return User(name=name, groups=tuple(groups), real_name=real_name, hostname=hostname)
