"""Reading a feature file with pytest-bdd's parser, and remembering the lines that it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_bdd import feature as feature_cache
from pytest_bdd.exceptions import ScenarioError
from pytest_bdd.parser import Feature, FeatureParser, ScenarioTemplate

__all__ = ["Case", "cases", "read_feature"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to run: a scenario, or a row of the examples of an outline."""

    template: ScenarioTemplate
    example: dict[str, str]
    tags: frozenset[str]
    """Of the feature, the rule, the scenario and the examples."""
    example_tags: frozenset[str]
    line: int
    name: str


class _Reader(FeatureParser):
    """Refuses two scenarios of one name, of which pytest-bdd would run the last only."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path.parent), path.name)
        self.row_lines: dict[tuple[str, int | None], list[int]] = {}
        self.first_lines: dict[str, int] = {}

    def parse_scenario(self, scenario_data: Any, feature: Feature, rule: Any = None) -> ScenarioTemplate:
        name, line = scenario_data.name, scenario_data.location.line
        if name in self.first_lines:
            message = f'A scenario of the name "{name}" is already at line {self.first_lines[name]}; rename one of them.'
            raise ScenarioError(message, line, name, self.abs_filename)
        self.first_lines[name] = line
        for table in scenario_data.examples:
            self.row_lines[name, table.location.line] = [row.location.line for row in table.table_body or []]
        return super().parse_scenario(scenario_data, feature, rule)


def read_feature(path: Path) -> tuple[Feature, list[Case]]:
    """The feature of a file and what there is to run in it, in the order of the file.

    Raises:
        GherkinParseError: the file is no Gherkin, or names two scenarios alike.
    """
    reader = _Reader(path)
    feature = reader.parse()
    feature_cache.features[feature.filename] = feature
    return feature, list(cases(feature, reader.row_lines))


def cases(feature: Feature, row_lines: dict[tuple[str, int | None], list[int]]) -> Iterator[Case]:
    for template in feature.scenarios.values():
        tags = frozenset(feature.tags | template.tags | (template.rule.tags if template.rule else set()))
        if not template.examples:
            yield Case(
                template=template,
                example={},
                tags=tags,
                example_tags=frozenset(),
                line=template.line_number,
                name=template.name,
            )
        for examples in template.examples:
            lines = row_lines[template.name, examples.line_number]
            own = frozenset(examples.tags)
            for line, example in zip(lines, examples.as_contexts(), strict=True):
                values = ", ".join(example.values()).replace("\r", r"\r").replace("\n", r"\n")
                name = f"{template.name}[{values}]"
                yield Case(
                    template=template,
                    example=example,
                    tags=tags | own,
                    example_tags=own,
                    line=line,
                    name=name,
                )
