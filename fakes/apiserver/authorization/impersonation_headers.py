"""The Impersonate-* headers of a request."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from fakes.apimachinery.golang import quote
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo

__all__ = ["requested_user"]

_PREFIX = b"impersonate-"
_EXTRA = b"impersonate-extra-"


def requested_user(headers: Sequence[tuple[bytes, bytes]], *, constrained: bool = True) -> UserInfo | None:
    """Who the headers ask for, nothing added; None if they ask for nobody. ``extra`` is in the order of the headers.

    Raises:
        StatusError: 400, there is something about a user, but no user.
    """
    found = [(name, value) for name, value in headers if name.startswith(_PREFIX)]
    if not found:
        return None
    user = uid = ""
    groups: list[str] = []
    extra: dict[str, list[str]] = {}
    for name, raw in found:
        value = raw.decode("utf-8", "replace")
        if name == b"impersonate-user":
            user = user or value
        elif name == b"impersonate-uid":
            uid = uid or value
        elif name == b"impersonate-group":
            groups.append(value)
        elif name.startswith(_EXTRA):
            key = unquote(name[len(_EXTRA) :].decode("latin-1").lower())
            extra.setdefault(key, []).append(value)
    if user:
        pairs = tuple((key, tuple(values)) for key, values in extra.items())
        return UserInfo(name=user, uid=uid, groups=tuple(groups), extra=pairs)
    if not (uid or groups or extra):
        return None
    if constrained:
        asked = _go_syntax(uid, groups, extra)
        raise StatusError.bad_request(f"requested {asked} without impersonating a user name")
    raise StatusError.bad_request(f"requested {_references(uid, groups, extra)} without impersonating a user")


def _go_syntax(uid: str, groups: list[str], extra: dict[str, list[str]]) -> str:
    """The user as ``%#v`` prints it."""
    shown = (
        f"map[string][]string{{{', '.join(f'{quote(key)}:{_slice(extra[key])}' for key in sorted(extra))}}}"
    )
    if not extra:
        shown = "map[string][]string(nil)"
    return f'&user.DefaultInfo{{Name:"", UID:{quote(uid)}, Groups:{_slice(groups)}, Extra:{shown}}}'


def _slice(texts: list[str]) -> str:
    return f"[]string{{{', '.join(map(quote, texts))}}}" if texts else "[]string(nil)"


def _references(uid: str, groups: list[str], extra: dict[str, list[str]]) -> str:
    """The object references that older servers print."""
    references = [f"{{Group  {group}    }}" for group in groups]
    for key, values in extra.items():
        references += [f"{{UserExtra  {value}  authentication.k8s.io/v1  {key}}}" for value in values]
    if uid:
        references.append(f"{{UID  {uid}  authentication.k8s.io/v1  }}")
    return f"[{' '.join(references)}]"
