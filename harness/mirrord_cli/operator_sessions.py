"""``mirrord operator session ...``: ending sessions through the operator, whoever's they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.mirrord_cli.credentials import CredentialError, certify
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.kube_errors import ApiError, KubeError, Status
from harness.mirrord_cli.operator_api import OperatorApi, OperatorApiError
from harness.mirrord_cli.progress import Progress

__all__ = ["RETAIN_ACTIVE", "STOP_ALL", "SessionAction", "manage_sessions", "stop_one"]

_OPERATION = "session management"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAction:
    """A request, and the command line that the product says it stands for, whatever was typed."""

    command: str
    request: Callable[[OperatorApi], Status | None]


STOP_ALL = SessionAction(command="mirrord operator session stop --all", request=OperatorApi.delete_sessions)
RETAIN_ACTIVE = SessionAction(
    command="mirrord operator retain-active", request=lambda api: api.delete_session("inactive")
)


def stop_one(session_id: int) -> SessionAction:
    """The end of one session, which the operator is told of in decimal."""
    return SessionAction(
        command=f"mirrord operator session stop --id {session_id}",
        request=lambda api: api.delete_session(str(session_id)),
    )


def manage_sessions(invocation: Invocation, action: SessionAction, *, config_file: str | None) -> None:
    """Run the command.

    Raises:
        CliError: it failed.
    """
    with invocation.progress("Operator session action") as progress:
        try:
            configuration = invocation.configuration(config_file=config_file)
        except CliError as error:
            progress.failure(f"failed to read config from env: {error.__cause__}")
            raise
        # The task of the check is left without a result and so ends as a failure, as in the product.
        with progress.subtask("checking operator") as check:
            try:
                api = invocation.find_operator(configuration)
            except OperatorApiError as error:
                raise error.report from error
            if api is None:
                check.failure("operator not found")
                raise CliError.operator_not_installed()
            try:
                api = certify(api, invocation.identity())
            except CredentialError as error:
                progress.warning(f"Failed to prepare user certificate: {error}")
            task = progress.subtask("preparing...")
        with task:
            _perform(api, action, progress, task)


def _perform(api: OperatorApi, action: SessionAction, progress: Progress, task: Progress) -> None:
    command = action.command
    task.print(f"executing `{command}`")
    try:
        status = action.request(api)
    except KubeError as error:
        failure = _translated(api, error)
        task.failure(str(failure))
        progress.failure("Session management operation failed!")
        raise failure.report from error
    if status is None:
        task.success(
            f"No issues found when executing `{command}`, "
            "but the operation status could not be determined at this time."
        )
        progress.success(f"`{command}` is done, but the operation might be pending.")
    elif status.status == "Failure":
        task.failure(f"`{command}` failed with code {status.code}: {status.message}")
        progress.failure("Session operation failed!")
        raise OperatorApiError.status_failure(_OPERATION, status).report
    else:
        task.success(f"`{command}` finished successfully with code {status.code}: {status.message}")
        progress.success("Session operation is completed.")


def _translated(api: OperatorApi, error: KubeError) -> OperatorApiError:
    if isinstance(error, ApiError) and error.status.is_missing_route:
        return OperatorApiError.unsupported(_OPERATION, api.operator.spec.operator_version)
    return OperatorApiError.failed(_OPERATION, error)
