"""What a command says when it fails: ``Error: `` and a report on stderr, exit code 1.

The report is that of the product where its output goes to no terminal: message, what caused it, and help, wrapped at 80
columns. Not done: its colours on a terminal, and the plain forms it takes where ``NO_GRAPHICS`` is set or the terminal
has no Unicode.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.mirrord_cli.wrapping import fill

__all__ = ["CliError", "render_report"]

_HELP = """

- If you're still stuck:

>> Please open a new bug report at https://github.com/metalbear-co/mirrord/issues/new/choose

>> Or join our Slack https://metalbear.com/slack and request help in #mirrord-help

>> Or email us at hi@metalbear.com

"""
_NOT_INSTALLED = """\
Command requires the mirrord operator or operator usage was explicitly enabled in the configuration file.
        Read more here: https://metalbear.com/mirrord/docs/overview/quick-start/#operator."""
_API_FAILED = """\
Please check the following:
    1. The operator is running and the logs are not showing any errors.
    2. You have sufficient permissions to use the operator (mirrord-operator-user role bound to you)

    If you want to run without the operator, please set `"operator": false` in the mirrord configuration file.

    Please remember that some features are supported only when using mirrord operator \
(https://metalbear.com/mirrord/docs/overview/teams?utm_source=erropfailed&utm_medium=cli#supported-features)."""
_FORBIDDEN = "If the problem refers to mirrord operator license, visit https://app.metalbear.com to manage or renew your license."
_NO_CLIENT = (
    "Please check that Kubernetes is configured correctly and test your connection with `kubectl get pods`."
)
_WIDTH = 78


class CliError(Exception):
    """The failure of a command, as a person reads it: the message, the help (None: there is none), the causes."""

    def __init__(self, message: str, *, advice: str | None = None, causes: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.advice = advice
        self.causes = causes

    @classmethod
    def operator_not_installed(cls) -> CliError:
        return cls("mirrord operator was not found in the cluster.", advice=_NOT_INSTALLED + _HELP)

    @classmethod
    def status_not_found(cls) -> CliError:
        return cls(
            "`mirrord operator status` command failed! Could not retrieve operator status API.", advice=_HELP
        )

    @classmethod
    def setup_deleted(cls) -> CliError:
        return cls(
            "mirrord operator setup was deleted",
            advice="Please use the helm chart instead https://github.com/metalbear-co/charts/",
        )

    @classmethod
    def client_creation_failed(cls, problem: str) -> CliError:
        return cls(f"Failed to create Kubernetes API client: {problem}", advice=_NO_CLIENT + _HELP)

    @classmethod
    def invalid_configuration(cls, problem: str, causes: Sequence[str] = ()) -> CliError:
        return cls(
            f"Failed to verify mirrord config: {problem}",
            advice="Inspect your config file and arguments provided." + _HELP,
            causes=[problem, *causes],
        )

    @classmethod
    def api_failed(cls, operation: str, problem: object) -> CliError:
        return cls(
            f"mirrord operator API failed: {operation} failed with {problem}", advice=_API_FAILED + _HELP
        )

    @classmethod
    def forbidden(cls, operation: str, message: str) -> CliError:
        return cls(f"mirrord operator rejected {operation}: {message}", advice=_FORBIDDEN + _HELP)

    @classmethod
    def unsupported(cls, feature: str, version: str) -> CliError:
        return cls(f"Feature `{feature}` is not supported in mirrord operator {version}.", advice=_HELP)

    @classmethod
    def invalid_baggage(cls) -> CliError:
        return cls("Configured baggage is not a valid HTTP header value: failed to parse header value")

    @classmethod
    def invalid_retry(cls) -> CliError:
        return cls(
            "Failed to setup mirrord startup retry config with `invalid backoff: maximum must not be less than minimum`",
            advice=(
                "This may happen when `startup_retry.min_ms > startup_retry.max_ms` or when `startup_retry.max_ms == 0`. "
                "If this is not teh case in your config, then this might be a bug!"
            ),
        )

    @classmethod
    def session(cls, problem: str) -> CliError:
        """The failure of ``mirrord session`` and ``mirrord kill``."""
        return cls(f"Session command failed with: {problem}")


def render_report(error: CliError) -> str:
    """The text for stderr, which ends with an empty line."""
    blocks = [fill(str(error), width=_WIDTH, first_indent="  × ", indent="  │ ")]
    for number, cause in enumerate(error.causes, start=1):
        last = number == len(error.causes)
        first_indent, indent = ("  ╰─▶ ", "      ") if last else ("  ├─▶ ", "  │   ")
        blocks.append(fill(cause, width=_WIDTH, first_indent=first_indent, indent=indent))
    if error.advice is not None:
        blocks.append(fill(error.advice, width=_WIDTH, first_indent="  help: ", indent="        "))
    report = "\n".join(blocks)
    return f"Error: {report}\n\n"
