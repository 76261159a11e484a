"""Where worlds are kept: in the project that uses them, or in the distribution."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from harness.worlds import World
from harness.worlds.nodes import WorldError
from harness.worlds.reading import read_world

__all__ = ["find_world", "packaged_worlds"]


def packaged_worlds() -> dict[str, Path]:
    """The worlds that come with the distribution, by name."""
    folder = Path(str(files("scenarios"))) / "worlds"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_world(name: str, beside: Path | None = None) -> World:
    """The world of a name, or of a file.

    A name is looked for as ``worlds/NAME.yaml`` in ``beside`` and the folders above it, then among the packaged ones.

    Raises:
        WorldError: there is no such world, or it cannot be read.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        path = path if path.is_file() or beside is None else beside / path
        if not path.is_file():
            raise WorldError(f"there is no file {name}")
        return _read(path)
    for folder in [beside, *beside.parents] if beside else []:
        if (own := folder / "worlds" / f"{name}.yaml").is_file():
            return _read(own)
    packaged = packaged_worlds()
    if name not in packaged:
        raise WorldError(f'there is no world "{name}"; there are {", ".join(packaged)}, or name a .yaml file')
    return _read(packaged[name])


def _read(path: Path) -> World:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"{path}: cannot be read: {error}") from None
    return read_world(text, str(path), path.stem)
