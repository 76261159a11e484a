"""What kubectl says on its last line when something is refused."""

from __future__ import annotations

import pytest
from kubectl import Kubectl


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("get", "pods", "gone"), 'Error from server (NotFound): pods "gone" not found\n'),
        (("get", "deploy", "gone"), 'Error from server (NotFound): deployments.apps "gone" not found\n'),
        (("get", "foo"), 'error: the server doesn\'t have a resource type "foo"\n'),
        (("get", "pods", "--field-selector=foo=bar"),
         ('Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector '
         '"foo=bar": field label not supported: foo\n')),
        (("get", "cm", "-l", "a in"),
         ('Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "a in", field '
         "selector \"\": unable to parse requirement: found '' expected: '('\n")),
        (("set", "image", "deploy/gone", "a=b"), 'Error from server (NotFound): deployments.apps "gone" not found\n'),
        (("rollout", "status", "deploy/gone"), 'Error from server (NotFound): deployments.apps "gone" not found\n'),
        (("label", "cm", "gone", "a=b"), 'Error from server (NotFound): configmaps "gone" not found\n'),
        (("patch", "cm", "gone", "-p", "{}"), 'Error from server (NotFound): configmaps "gone" not found\n'),
        (("describe", "cm", "gone"), 'Error from server (NotFound): configmaps "gone" not found\n'),
        (("get", "pods", "--as=bob", "--as-group=dev", "-A"),
         ('Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" at the '
         "cluster scope\n")),
        (("delete", "sa", "default", "--as=bob"),
         ('Error from server (Forbidden): serviceaccounts "default" is forbidden: User "bob" cannot delete resource '
         '"serviceaccounts" in API group "" in the namespace "default"\n')),
    ],
)  # fmt: skip
def test_errors(any_kubectl: Kubectl, arguments: tuple[str, ...], error: str) -> None:
    assert any_kubectl.refused(*arguments) == error


def test_errors_that_versions_word_differently(any_kubectl: Kubectl) -> None:
    missing = any_kubectl.refused("scale", "deploy", "gone", "--replicas=1")
    assert missing.endswith('deployments.apps "gone" not found\n')


def test_a_missing_namespace_is_named(any_kubectl: Kubectl) -> None:
    missing = any_kubectl.within("missing")
    assert (
        missing.refused("get", "pod", "p") == 'Error from server (NotFound): namespaces "missing" not found\n'
    )


def test_a_server_that_is_not_there(any_kubectl: Kubectl) -> None:
    error = any_kubectl.refused("get", "pods", "--server=https://127.0.0.1:1")
    last = "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n"
    assert error.endswith(last)
