"""The pytest plugin: collects ``.feature`` files and gives each scenario a cluster.

Loaded at the start of every pytest run of a project that has the distribution installed, so it imports nothing that is
not needed until a feature file is met.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from harness.cluster import Cluster
    from harness.running.clusters import Clusters, OpenCluster
    from harness.running.witness import Witness
    from harness.worlds.loading import Inhabited

STEPS = "scenarios.steps"
MARKERS = (
    "smoke: the shortest proof that the main job works",
    "destructive: ends sessions that the scenario did not start",
    "provisional: rests on a guess about the product",
    "wip: not finished",
    "slow: takes seconds",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("scenarios", "scenarios on a Kubernetes cluster (mirrord-harness)")
    group.addoption(
        "--cluster",
        default="fake",
        metavar="DRIVER",
        help="the cluster of each scenario: fake, served, envtest, kind, context:NAME (default: %(default)s)",
    )
    group.addoption(
        "--cluster-option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of that cluster: assets=DIR, operator=none, allow_destructive=true, ...; may be repeated",
    )
    group.addoption(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of names, ids and people (default: %(default)s)",
    )
    group.addoption(
        "--tags",
        default="",
        metavar="EXPR",
        help="run the scenarios with these tags only; write it with '=': --tags='@kill and not @destructive'",
    )
    group.addoption(
        "--scenario-dry-run",
        action="store_true",
        help="look for undefined and ambiguous steps and run no scenario",
    )
    parser.addini(
        "collect_feature_files", "collect .feature files without Python glue", type="bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    config.addinivalue_line("markers", "needs_...: skipped on a cluster that cannot do it")
    if STEPS not in sys.modules:
        pytest.register_assert_rewrite(STEPS)
    if tags := config.getoption("tags"):
        _check_tags(tags)


def _check_tags(expression: str) -> None:
    from harness.running.tag_expressions import TagExpressionError, parse_tag_expression

    try:
        parse_tag_expression(expression)
    except TagExpressionError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".feature" or not parent.config.getini("collect_feature_files"):
        return None
    from harness.running.collecting import FeatureFile
    from harness.running.freezing import spare_what_needs_real_time

    spare_what_needs_real_time()
    collector: FeatureFile = FeatureFile.from_parent(parent, path=file_path)
    return collector


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what ``--tags`` does not select, and scenarios that the project binds in Python itself."""
    if not any(type(item).__name__ == "ScenarioItem" for item in items):
        return
    from harness.running.selecting import select

    kept, left_out = select(items, config.getoption("tags"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_step(step: Any, step_func: Any) -> None:
    from harness.running.lookup import refuse_async

    refuse_async(step, step_func)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:  # noqa: ARG001 - the hook's signature
    """Skip a scenario that wants what its cluster does not allow."""
    try:
        return (yield)
    except Exception as error:
        module = sys.modules.get("harness.cluster")
        if module is not None and isinstance(error, module.NotHereError):
            pytest.skip(str(error))
        raise


@pytest.fixture(scope="session")
def open_cluster(pytestconfig: pytest.Config) -> OpenCluster:
    """How a cluster is opened from the value of ``--cluster``. A project with a driver of its own overrides this."""
    from functools import partial

    from harness.running.cluster_options import driver_options
    from harness.running.clusters import open_by_driver

    return partial(open_by_driver, **driver_options(pytestconfig.getoption("cluster_option")))


@pytest.fixture
def clusters(request: pytest.FixtureRequest, open_cluster: OpenCluster) -> Iterator[Clusters]:
    """Opens the scenario's cluster; skips a scenario whose needs it cannot meet."""
    from harness.running.clusters import CLUSTERS, Clusters
    from harness.running.needs import needs

    option = request.config.getoption
    tags = {mark.name for mark in request.node.iter_markers()}
    opener = Clusters(option("cluster"), option("seed"), needs=needs(tags), open_cluster=open_cluster)
    request.node.stash[CLUSTERS] = opener
    yield opener
    opener.close()


@pytest.fixture
def witness(request: pytest.FixtureRequest) -> Witness:
    """Remembers what the commands of the scenario printed. A step that runs something else may tell it, too."""
    from harness.running.witness import WITNESS, Witness

    witness: Witness = request.node.stash.setdefault(WITNESS, Witness())
    return witness


@pytest.fixture
def start() -> datetime | None:
    """When the cluster's time begins, if a sentence or a test says so."""
    return None


@pytest.fixture
def inhabited(clusters: Clusters, start: datetime | None) -> Inhabited:
    """The scenario's cluster and who lives in it; an empty one unless a sentence named a world."""
    from harness.worlds import World

    return clusters.open(World(), now=start)


@pytest.fixture
def cluster(inhabited: Inhabited) -> Cluster:
    """The scenario's cluster."""
    return inhabited.cluster
