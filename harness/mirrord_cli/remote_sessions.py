"""Sessions that the operator knows: listing them for ``mirrord session``, and ending one by its id."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from harness.mirrord_cli.configuration import Configuration
from harness.mirrord_cli.credentials import CredentialError, certify
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.kube_errors import ApiError, KubeError
from harness.mirrord_cli.operator_api import OperatorApi, OperatorApiError
from harness.mirrord_cli.session_id import alternate_id
from harness.mirrord_cli.session_types import Session

__all__ = ["Scope", "StatusUnavailableError", "kill_remote_session", "load_remote_sessions"]


class StatusUnavailableError(Exception):
    """The operator neither lists sessions nor reports them in its status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where to look: a namespace, all of them, or (neither) that of the configuration or kubeconfig."""

    namespace: str | None = None
    all_namespaces: bool = False
    config_file: str | None = None


def load_remote_sessions(invocation: Invocation, scope: Scope, key: str | None) -> Sequence[Session]:
    """The sessions of the scope, without previews; none where there is no operator.

    Raises:
        CliError: they cannot be had.
        StatusUnavailableError: not even from the operator's status.
    """
    configuration = invocation.configuration(config_file=scope.config_file, namespace=scope.namespace)
    namespace = _namespace(invocation, scope, configuration)
    api = _find(invocation, configuration)
    if api is None:
        return ()
    return [session for session in _listed(api, namespace, key) if not session.is_preview]


def _namespace(invocation: Invocation, scope: Scope, configuration: Configuration) -> str | None:
    if scope.all_namespaces:
        return None
    return configuration.namespace or invocation.connect(configuration).namespace


def _find(invocation: Invocation, configuration: Configuration) -> OperatorApi | None:
    try:
        return invocation.find_operator(configuration)
    except OperatorApiError as error:
        raise error.report from error


def _listed(api: OperatorApi, namespace: str | None, key: str | None) -> Sequence[Session]:
    try:
        return api.list_sessions(namespace=namespace, key=key)
    except KubeError as error:
        if isinstance(error, ApiError) and error.status.code in (403, 404):
            return _reported(api, namespace, key)
        raise CliError(f"mirrord operator API failed: session management failed with {error}") from error


def _reported(api: OperatorApi, namespace: str | None, key: str | None) -> Sequence[Session]:
    """The sessions of the operator's status: what there is where listing is unknown or forbidden."""
    status = api.operator.status
    if status is None:
        raise StatusUnavailableError
    return [
        session
        for session in status.sessions
        if (namespace is None or session.namespace == namespace) and (key is None or session.key == key)
    ]


def kill_remote_session(invocation: Invocation, scope: Scope, session_id: str, key: str | None) -> bool:
    """End the session that goes by the id, in hex or its decimal; False where the operator knows none.

    Raises:
        CliError: the operator could not be asked, or refused.
    """
    names = _names(invocation, scope, session_id, key)
    if not names:
        return False
    configuration = invocation.configuration(config_file=scope.config_file, namespace=scope.namespace)
    api = _find(invocation, configuration)
    if api is None:
        return False
    with contextlib.suppress(CredentialError):
        api = certify(api, invocation.identity())
    return any(_delete(api, name) for name in names)


def _names(invocation: Invocation, scope: Scope, session_id: str, key: str | None) -> Sequence[str]:
    """The id as the operator spells it, or, where it lists nothing, every spelling."""
    spellings = [spelling for spelling in (session_id, alternate_id(session_id)) if spelling is not None]
    try:
        sessions = load_remote_sessions(invocation, scope, key)
    except StatusUnavailableError:
        return spellings
    return [session.id for session in sessions if session.id is not None and session.id in spellings][:1]


def _delete(api: OperatorApi, name: str) -> bool:
    try:
        api.delete_session(name)
    except KubeError as error:
        if isinstance(error, ApiError) and error.status.is_missing_route:
            raise CliError.session("remote session management is not supported by this operator") from error
        if isinstance(error, ApiError) and error.status.code == 404:
            return False
        raise CliError.session(f"failed to kill remote session `{name}`: {error}") from error
    return True
