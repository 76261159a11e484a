"""Targets in all their forms."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.targets import (
    KINDS,
    TARGETLESS,
    InvalidTargetError,
    Target,
    parse_object,
    parse_path,
    parse_url_name,
)

LABELS = Target("label", container="php", labels=(("app", "x"), ("tier", "web")))

PATHS: list[tuple[str, Target, str]] = [
    ("targetless", TARGETLESS, "targetless"),
    ("deployment/x", Target("deployment", "x"), "deployment/x"),
    ("deploy/x", Target("deployment", "x"), "deployment/x"),
    ("deploy/x/container/y", Target("deployment", "x", "y"), "deployment/x/container/y"),
    ("pod/x/container/y/more/still", Target("pod", "x", "y"), "pod/x/container/y"),
    ("cronjob/x", Target("cronjob", "x"), "cronjob/x"),
    ("statefulset/x", Target("statefulset", "x"), "statefulset/x"),
    ("label/tier=web,app=x/container/php", LABELS, "label/app=x,tier=web/container/php"),
    ("label/app.kubernetes.io/name=x", Target("label", labels=(("app.kubernetes.io/name", "x"),)),
     "label/app.kubernetes.io/name=x"),
    ("label/app=", Target("label", labels=(("app", ""),)), "label/app="),
]  # fmt: skip


@pytest.mark.parametrize(("text", "target", "shown"), PATHS)
def test_a_path_is_a_target(text: str, target: Target, shown: str) -> None:
    assert parse_path(text) == target
    assert str(target) == shown
    assert parse_path(shown) == target


WRONG_PATHS = [
    ("x", "Provided target: x is unsupported. Did you remember to add a prefix, e.g. pod/x?"),
    ("node/x", "Provided target: node/x is unsupported."),
    ("", "Provided target:  is unsupported."),
    ("Deployment/x", "Provided target: Deployment/x is unsupported."),
    ("pod", "mirrord-layer failed to parse the provided target!"),
    ("pod/x/y", "mirrord-layer failed to parse the provided target!"),
    ("pod/x/container", "mirrord-layer failed to parse the provided target!"),
    ("pod/x/box/y", "mirrord-layer failed to parse the provided target!"),
    ("label/", "Label target must contain at least one label."),
    ("label/app=x,app=y", "Label target contains duplicate key `app`."),
    ("label", "Label target `label` must use `label/key=value[,key=value...][/container/name]`."),
    ("label/app", "Label target `label/app` must use"),
    ("label/=x", "Label target `label/=x` must use"),
    ("label/a=b,", "Label target `label/a=b,` must use"),
    ("label/a=b/container/", "Label target `label/a=b/container/` must use"),
    ("label/a=b/container/c/d", "Label target `label/a=b/container/c/d` must use"),
]


@pytest.mark.parametrize(("text", "error"), WRONG_PATHS)
def test_what_is_no_target_is_refused_in_the_words_of_the_product(text: str, error: str) -> None:
    with pytest.raises(InvalidTargetError) as refusal:
        parse_path(text)
    assert str(refusal.value).startswith("invalid target provided `")
    assert error in str(refusal.value)


URL_NAMES = [
    ("targetless", TARGETLESS),
    ("deployment.x", Target("deployment", "x")),
    ("deployment.x.container.y", Target("deployment", "x", "y")),
    ("pod.a.b.c", Target("pod", "a.b.c")),
    ("pod.a.container.b.container.c", Target("pod", "a.container.b", "c")),
    ("label", Target("label")),
]


@pytest.mark.parametrize(("name", "target"), URL_NAMES)
def test_a_name_in_a_url_is_a_target(name: str, target: Target) -> None:
    assert parse_url_name(name) == target
    assert target.url_name == name


@pytest.mark.parametrize(
    "name", ["x", "deployment", "deployment.", "node.x", "pod..container.", "pod..container.x"]
)
def test_a_name_that_is_no_target_is_refused(name: str) -> None:
    with pytest.raises(InvalidTargetError):
        parse_url_name(name)


FORMS = [
    (
        Target("deployment", "x", "y"),
        "deploy/x/container/y",
        "deploy.x.container.y",
        "Deployment/x/container/y",
    ),
    (Target("cronjob", "x"), "cronjob/x", "cronjob.x", "CronJob/x"),
    (Target("pod", "x"), "pod/x", "pod.x", "Pod/x"),
    (TARGETLESS, "targetless", "targetless", "targetless"),
    (LABELS, "label", "label", "label/app=x,tier=web/container/php"),
]


@pytest.mark.parametrize(("target", "policy", "copy", "kind"), FORMS)
def test_policies_copies_and_stored_sessions_have_forms_of_their_own(
    target: Target, policy: str, copy: str, kind: str
) -> None:
    assert (target.policy_path, target.copy_name, target.kind_path) == (policy, copy, kind)


OBJECTS: list[tuple[Any, Target]] = [
    (None, TARGETLESS),
    ({"deployment": "x", "container": None}, Target("deployment", "x")),
    ({"cron_job": "x", "container": "y"}, Target("cronjob", "x", "y")),
    ({"stateful_set": "x", "container": None}, Target("statefulset", "x")),
    ({"labels": {"tier": "web", "app": "x"}, "container": "php"}, LABELS),
]


@pytest.mark.parametrize(("value", "target"), OBJECTS)
def test_an_object_is_a_target(value: Any, target: Target) -> None:
    assert parse_object(value) == target
    assert parse_object(target.to_json()) == target


@pytest.mark.parametrize(
    "value", [{}, {"node": "x"}, {"pod": "x", "deployment": "y"}, {"pod": 1}, {"labels": {}}, 7]
)
def test_an_object_that_is_no_target_is_refused(value: Any) -> None:
    with pytest.raises(InvalidTargetError):
        parse_object(value)


def test_some_kinds_need_the_operator_and_some_a_copy() -> None:
    needing = {word for word in KINDS if Target(word, "x").requires_operator}
    assert needing == {"job", "cronjob", "statefulset", "service", "replicaset"}
    assert {word for word in KINDS if Target(word, "x").requires_copy} == {"job", "cronjob"}
    assert LABELS.requires_operator
    assert not TARGETLESS.requires_operator


def test_a_stored_session_refers_to_its_target_by_kind() -> None:
    assert Target("rollout", "x", "y").to_reference() == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "name": "x",
        "container": "y",
    }
    assert TARGETLESS.to_reference() is None
