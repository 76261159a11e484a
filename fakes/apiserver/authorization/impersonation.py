"""Acting as somebody else: who the Impersonate-* headers ask for, and whether the one who sent them may.

Constrained impersonation, on by default from 1.36: a mode is tried if it is meant for such a user; it needs the right to
do this very thing in that mode (``impersonate-on:user-info:list`` pods) and to be that user (``impersonate:user-info``
users). The older verb ``impersonate`` is the last mode. Without success the first mode's refusal is told; the mode that
last succeeded for a requestor is tried first. Source: k8s.io/apiserver, pkg/endpoints/filters/impersonation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, UserInfo
from fakes.apiserver.authorization.authorizer import Attributes, Authorizer
from fakes.apiserver.authorization.impersonation_headers import requested_user
from fakes.apiserver.authorization.impersonation_modes import MODES, Mode

__all__ = ["Impersonator"]

_REMEMBERED = 10_000


class Impersonator:
    """Decides who a request is from in the end; made once per server.

    With ``constrained=False`` it behaves as servers before 1.36.
    """

    def __init__(self, authorizer: Authorizer, *, constrained: bool = True) -> None:
        self._authorizer = authorizer
        self._modes: Sequence[Mode] = MODES if constrained else MODES[-1:]
        self._constrained = constrained
        self._last: dict[str, Mode] = {}

    async def effective_user(
        self, headers: Sequence[tuple[bytes, bytes]], attributes: Attributes
    ) -> UserInfo | None:
        """The user to go on as, or None if nobody else is asked for.

        Args:
            headers: those of an ASGI scope, names in lower case.
            attributes: of the request, with the user that was authenticated.

        Raises:
            StatusError: 400 for headers without a user, 403 if it is not allowed.
        """
        wanted = requested_user(headers, constrained=self._constrained)
        return None if wanted is None else await self._impersonate(wanted, attributes)

    async def _impersonate(self, wanted: UserInfo, attributes: Attributes) -> UserInfo:
        requestor = attributes.user.name
        last = self._last.get(requestor)
        modes = [last, *(mode for mode in self._modes if mode is not last)] if last else self._modes
        refusal: StatusError | None = None
        for mode in modes:
            if not mode.applies(wanted, attributes.user):
                continue
            try:
                user = await mode.check(self._authorizer, wanted, attributes)
            except StatusError as error:
                refusal = refusal or error
                continue
            if len(self._last) >= _REMEMBERED:
                self._last.clear()
            self._last[requestor] = mode
            return _in_a_group(user)
        if refusal is None:
            raise StatusError.plain("all impersonation modes failed")
        raise refusal


def _in_a_group(user: UserInfo) -> UserInfo:
    """The user in the group of those who are known or unknown."""
    groups = user.groups
    if user.name == ANONYMOUS:
        group = UNAUTHENTICATED
    elif UNAUTHENTICATED in groups:
        return user
    else:
        group = AUTHENTICATED
    return user if group in groups else replace(user, groups=(*groups, group))
