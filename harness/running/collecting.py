"""A feature file as pytest sees it: a module whose functions are scenarios, bound by pytest-bdd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_bdd import scenario as bind
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.scenario import scenario_wrapper_template_registry

from harness.running import step_library
from harness.running.features import Case, read_feature
from harness.running.needs import unknown_need

__all__ = ["FeatureFile", "ScenarioItem", "bound_by_python"]

_MACHINERY = frozenset({"_pytest", "pytest_bdd", "pluggy"})


class ScenarioItem(pytest.Function):
    """One scenario, or one row of an outline."""

    case: Case

    @classmethod
    def of(cls, parent: FeatureFile, case: Case, name: str, function: Callable[..., None]) -> ScenarioItem:
        item: ScenarioItem = cls.from_parent(parent, name=name, callobj=function)
        item.case = case
        return item

    @property
    def dry(self) -> bool:
        return bool(self.config.getoption("scenario_dry_run"))

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, self.case.line - 1, f"{self.case.template.keyword}: {self.name}"

    def setup(self) -> None:
        if not self.dry:
            super().setup()

    def runtest(self) -> None:
        if self.dry:
            from harness.running.checking import check_steps

            check_steps(self)
        else:
            super().runtest()

    def _traceback_filter(self, excinfo: Any) -> Any:
        """From the step on; how pytest and pytest-bdd came to call it explains nothing."""
        found = super()._traceback_filter(excinfo)
        own = found.filter(lambda entry: not _MACHINERY.intersection(Path(entry.path).parts))
        return own or found

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        from harness.running.explaining import explain

        return explain(self, excinfo, super().repr_failure)


class FeatureFile(pytest.Module):
    """Collects the scenarios of one file; nothing is imported for it but the step library."""

    def _getobj(self) -> ModuleType:
        return ModuleType(self.path.stem)

    def collect(self) -> Iterator[ScenarioItem]:
        try:
            _, found = read_feature(self.path)
        except GherkinParseError as error:
            raise self.CollectError(
                f"{self.path}:{error.line}: {error.message}\n    {error.line_content}"
            ) from error
        step_library.register(self.config)
        names: Counter[str] = Counter()
        for case in found:
            self._check_tags(case)
            names[case.name] += 1
            name = case.name if names[case.name] == 1 else f"{case.name}#{names[case.name]}"
            yield ScenarioItem.of(self, case, name, self._function(case))

    def _check_tags(self, case: Case) -> None:
        for tag in sorted(case.tags):
            if wrong := unknown_need(tag):
                raise self.CollectError(f"{self.path}:{case.line}: {wrong}")
            self.config.addinivalue_line("markers", f"{tag}: a tag of scenarios")

    def _function(self, case: Case) -> Callable[..., None]:
        """What pytest runs: pytest-bdd's function for the scenario, given the row of its examples."""

        @bind(str(self.path), case.template.name, features_base_dir="")
        def bound() -> None:
            """The steps are all there is."""

        def run(request: pytest.FixtureRequest) -> None:
            __tracebackhide__ = True
            bound(request, case.example)

        marks = [mark for mark in getattr(bound, "pytestmark", []) if mark.name != "parametrize"]
        marks += [getattr(pytest.mark, tag).mark for tag in sorted(case.example_tags)]
        run.pytestmark = marks  # type: ignore[attr-defined]
        run.__doc__ = bound.__doc__
        return run


def bound_by_python(item: pytest.Item) -> tuple[str, str] | None:
    """File and name of the scenario that a test function of the user's own binds, if it does."""
    if isinstance(item, ScenarioItem) or not isinstance(item, pytest.Function):
        return None
    template = scenario_wrapper_template_registry.get(item.obj) if callable(item.obj) else None
    return (template.feature.filename, template.name) if template is not None else None
