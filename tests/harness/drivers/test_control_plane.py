"""The processes of a control plane: started, ready, and gone when they should be, with stand-ins for the programs."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from harness.drivers.control_plane import ASSETS, ControlPlane, ControlPlaneError, find_assets
from harness.drivers.processes import ProcessError, Supervisor, remove_stale
from harness.drivers.supervising import LOCK

sys.path.insert(0, str(Path(__file__).parent))
from stand_ins import write_stand_ins

_RUNNER = """\
import sys, signal
from pathlib import Path
from harness.drivers.control_plane import ControlPlane, find_assets
plane = ControlPlane(find_assets(Path(sys.argv[1])), root=Path(sys.argv[2]))
print(plane.directory, flush=True)
signal.pause()
"""


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_starts_both_and_stops_both(tmp_path: Path) -> None:
    marks = tmp_path / "pids"
    marks.mkdir()
    record = f"import os; open({str(marks)!r} + '/' + str(os.getpid()), 'w').close()"
    assets = find_assets(write_stand_ins(tmp_path / "bin", etcd=record, apiserver=record))
    plane = ControlPlane(assets, root=tmp_path / "run")
    pids = [int(each.name) for each in marks.iterdir()]
    assert plane.url.startswith("https://127.0.0.1:")
    assert all(map(_is_alive, pids))
    assert (plane.directory.stat().st_mode & 0o777) == 0o700
    plane.stop()
    plane.stop()
    assert len(pids) == 2
    assert not any(map(_is_alive, pids))
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_a_runner_that_is_killed(tmp_path: Path, number: int) -> None:
    marks = tmp_path / "pids"
    marks.mkdir()
    record = f"import os; open({str(marks)!r} + '/' + str(os.getpid()), 'w').close()"
    assets = write_stand_ins(tmp_path / "bin", etcd=record, apiserver=record)
    runner = subprocess.Popen(
        [sys.executable, "-c", _RUNNER, str(assets), str(tmp_path / "run")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert runner.stdout is not None
    directory = Path(runner.stdout.readline().strip())
    with open(directory / LOCK) as lock:
        runner.send_signal(number)
        runner.wait(10)
        fcntl.flock(lock, fcntl.LOCK_EX)
    runner.stdout.close()
    assert not directory.exists()
    assert not any(_is_alive(int(each.name)) for each in marks.iterdir())


def test_the_next_start_removes_what_a_dead_supervisor_left(tmp_path: Path) -> None:
    living = Supervisor(tmp_path)
    dead = tmp_path / "run-dead"
    dead.mkdir()
    (dead / LOCK).touch()
    (dead / "etcd").mkdir()
    assert remove_stale(tmp_path) == [dead]
    assert living.directory.exists()
    living.stop()


def test_killing_the_supervisor_kills_its_processes(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "run")
    held, told = tmp_path / "held", tmp_path / "told"
    os.mkfifo(told)
    child = (
        f"import fcntl, signal; held = open({str(held)!r}, 'w'); fcntl.flock(held, fcntl.LOCK_EX);"
        f"open({str(told)!r}, 'w').close(); signal.pause()"
    )
    supervisor.start([sys.executable, "-S", "-c", child], "log")
    told.read_text()
    supervisor._process.kill()
    with held.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # had only once the child, which never lets go of it, has ended
    supervisor.stop()
    assert remove_stale(tmp_path / "run") == [supervisor.directory]


@pytest.mark.parametrize(
    ("etcd", "apiserver", "said"),
    [
        (
            "sys.exit('no space left on device')",
            "import signal; signal.pause()",
            "etcd.log ends with\nno space left on device",
        ),
        (
            "",
            "sys.exit('unknown flag: --nonsense')",
            "kube-apiserver.log ends with\nunknown flag: --nonsense",
        ),
        ("", "import signal; signal.pause()", "the control plane did not become ready"),
    ],
)
def test_says_whose_fault_it_is(tmp_path: Path, etcd: str, apiserver: str, said: str) -> None:
    assets = find_assets(write_stand_ins(tmp_path / "bin", etcd=etcd, apiserver=apiserver))
    with pytest.raises(ControlPlaneError) as refused:
        ControlPlane(assets, root=tmp_path / "run", timeout=timedelta(seconds=0.6))
    assert said in str(refused.value)
    assert list((tmp_path / "run").iterdir()) == []


def test_a_port_that_was_taken_in_between_is_tried_again(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    refuse = f"import os\nif not os.path.exists({str(tried)!r}): open({str(tried)!r}, 'w'); sys.exit('bind: address already in use')"
    plane = ControlPlane(
        find_assets(write_stand_ins(tmp_path / "bin", apiserver=refuse)), root=tmp_path / "run"
    )
    plane.stop()
    assert tried.exists()


@pytest.mark.parametrize("present", [(), ("etcd",), ("kube-apiserver",)])
def test_says_what_is_missing_and_where_to_get_it(
    tmp_path: Path, present: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stand_ins(tmp_path)
    for name in {"etcd", "kube-apiserver"} - set(present):
        (tmp_path / name).unlink()
    monkeypatch.setenv(ASSETS, str(tmp_path))
    with pytest.raises(ControlPlaneError) as refused:
        find_assets()
    assert all(f"no {name}" in str(refused.value) for name in {"etcd", "kube-apiserver"} - set(present))
    assert "--assets DIR" in str(refused.value)


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    with pytest.raises(ProcessError, match="cannot start /nonexistent: No such file"):
        supervisor.start(["/nonexistent"], "log")
    supervisor.stop()
