"""Worlds are read from YAML; what is wrong with one is told with file, line, field and remedy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest

from harness.worlds import Grant, Person, PortOfSession, Role, SessionOfWorld, Workload, World
from harness.worlds.finding import find_world, packaged_worlds
from harness.worlds.nodes import WorldError, duration
from harness.worlds.people import invented
from harness.worlds.reading import read_world

EVERYTHING = """
    clock: {start: 2026-03-05T10:00:00Z}
    operator:
      version: 3.187.0
      unused_ttl: 1m 30s
    namespaces: [empty]
    workloads:
      - pod/one
      - target: statefulset/two
        namespace: shop
        replicas: 2
        ports: [80, 443]
        labels: {tier: back}
    people:
      dana:
        name: Dana Levi
        user: dana@example.com
        host: desk
        groups: [on-call]
        roles: [view, {role: edit, namespace: shop}]
      noa:
    roles:
      mirrord-operator-user: {without: {sessions: [delete]}}
      mine:
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        groups: [on-call]
    sessions:
      - person: Dana
        target: pod/one
        id: "1F"
        age: 13 seconds
        ports: [{port: 80, filter: "header=a: b"}, {port: 81, mode: mirror}]
"""


def test_everything_that_a_world_may_hold() -> None:
    world = read_world(dedent(EVERYTHING), "w.yaml", "w")
    assert world.start == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert world.operator is not None
    assert world.operator.unused_ttl == timedelta(seconds=90)
    two = Workload(
        kind="statefulset", name="two", namespace="shop", replicas=2, ports=(80, 443), labels={"tier": "back"}
    )
    assert world.workloads == (Workload(kind="pod", name="one"), two)
    assert world.people == (
        Person(
            key="dana",
            real_name="Dana Levi",
            user="dana@example.com",
            hostname="desk",
            groups=("on-call",),
            roles=(Grant(role="view"), Grant(role="edit", namespace="shop")),
        ),
        Person(key="noa"),
    )
    assert world.roles[0] == Role(name="mirrord-operator-user", without={"sessions": ("delete",)})
    ports = (PortOfSession(port=80, http_filter="header=a: b"), PortOfSession(port=81, mode="mirror"))
    assert world.sessions == (
        SessionOfWorld(person="dana", target="pod/one", id="1F", age=timedelta(seconds=13), ports=ports),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "w.yaml:1: the file is empty; a world is a mapping with fields such as workloads and people"),
        ("a: [}", "w.yaml:1: this is no YAML: "),
        ("- a", "w.yaml:1: expected a mapping with clock, operator, "),
        ("\nworkload: []", "w.yaml:2: workload: there is no such field; did you mean workloads?; known are "),
        ("people: {}\npeople: {}", "w.yaml:2: people: the field is given twice"),
        ("workloads: pod/a", "w.yaml:1: workloads: expected a list, not 'pod/a'"),
        (
            "workloads:\n- pods/a",
            "w.yaml:2: workloads[0]: 'pods/a' is no workload; write KIND/NAME, where KIND is ",
        ),
        ("workloads:\n- {namespace: a}", "w.yaml:2: workloads[0]: the field target is missing"),
        (
            "workloads:\n- target: pod/a\n  ports: [80, 70000]",
            "w.yaml:3: workloads[0].ports[1]: expected a whole number from 1 to 65535, not '70000'",
        ),
        (
            "workloads:\n- {target: pod/a, namespace: A_B}",
            "w.yaml:2: workloads[0].namespace: 'A_B' is no name; use ",
        ),
        (
            "people: {dana: {hostname: a}}",
            "w.yaml:1: people.dana.hostname: there is no such field; did you mean name?; ",
        ),
        (
            "clock:\n  start: soon",
            "w.yaml:2: clock.start: 'soon' is no time; write it like 2026-03-05T10:00:00Z",
        ),
        (
            "operator: {unused_ttl: 5 weeks}",
            "w.yaml:1: operator.unused_ttl: '5 weeks' is no duration; write it like ",
        ),
        (
            "people: {dana: {}}\nsessions:\n- person: dan\n  target: pod/a",
            "w.yaml:3: sessions[0].person: 'dan' is not among the people of this world: dana",
        ),
        (
            "people: {dana: {}}\nsessions:\n- {person: dana, target: pod/a, id: 0x1F}",
            "w.yaml:3: sessions[0].id: '0x1F' is no session id; write up to 16 upper-case hexadecimal digits",
        ),
        (
            "people: {dana: {}}\nsessions: [{person: dana, target: a, ports: [{port: 80, mode: stael}]}]",
            "w.yaml:2: sessions[0].ports[0].mode: 'stael' is not possible here; did you mean steal?; choose from steal",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(WorldError) as error:
        read_world(text, "w.yaml")
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("name", packaged_worlds())
def test_the_worlds_of_the_distribution_can_be_read(name: str) -> None:
    assert find_world(name).name == name


def test_a_world_that_is_not_there_is_told_which_there_are() -> None:
    with pytest.raises(WorldError, match='there is no world "nowhere"; there are busy, '):
        find_world("nowhere")


@pytest.mark.parametrize(
    ("text", "seconds"), [("13s", 13), ("1m 30s", 90), ("2 hours", 7200), ("1h1m1s", 3661), ("3days", 259200)]
)
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "13", "s", "1x", "1s and more"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        duration(text)


def test_people_are_made_up_from_the_seed_and_their_key_alone() -> None:
    dana = invented(Person(key="dana"), 7)
    assert dana == invented(Person(key="dana"), 7)
    assert dana != invented(Person(key="dana"), 8)
    assert dana.real_name is not None
    assert dana.real_name.startswith("Dana ")
    assert dana.user is not None
    assert dana.user.endswith("@example.com")


def test_what_is_given_is_kept() -> None:
    given = Person(key="dana", real_name="Łukasz Ż", user="l@z", hostname="h")
    assert invented(given, 1) is given
    assert invented(Person(key="dana", user="l@z"), 1).user == "l@z"


def test_a_world_without_anything_is_a_world() -> None:
    assert read_world("{}", "w.yaml") == World()
