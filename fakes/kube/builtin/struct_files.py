"""Files of facts about structs: a package a paragraph, and a struct a line."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["read_structs"]


def read_structs(name: str) -> dict[str, str]:
    """What a file of this package says of each struct, by package and name."""
    structs: dict[str, str] = {}
    package = ""
    for line in files(__package__).joinpath(name).read_text("utf-8").splitlines():
        struct, _, rest = line.partition(" ")
        if struct[0].islower():
            package = struct
        else:
            structs[f"{package}.{struct}"] = rest
    return structs
