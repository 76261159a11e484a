"""The files in the volumes of a container, as far as they come from the API: of ConfigMaps, Secrets, fields and tokens.

All other volumes look empty. Links, owners and modes are not kept: a file is a file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakes.mirrord.model.environment import Contents, Reference
from fakes.mirrord.model.environment import field as field_of

__all__ = ["Mount", "Token", "mounts"]

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of the pod's account, and the file that it is in."""

    path: str
    audience: str | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """Some keys of a ConfigMap or a Secret; all of them without ``items``."""

    reference: Reference
    items: tuple[tuple[str, str], ...] = ()

    def files(self, contents: Contents) -> Iterator[tuple[str, bytes]]:
        values = contents.get(self.reference, {})
        if not self.items:
            yield from values.items()
        for key, path in self.items:
            if key in values:
                yield path, values[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A volume where a container has it. ``path`` is a file if it is a file of the volume that is mounted there."""

    path: str
    sub_path: str = ""
    keys: tuple[_Keys, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    tokens: tuple[Token, ...] = ()

    @property
    def references(self) -> frozenset[Reference]:
        return frozenset(each.reference for each in self.keys)

    def files(self, contents: Contents, tokens: Mapping[Token, str]) -> dict[str, bytes]:
        """The files under their full paths."""
        found = {name: value for each in self.keys for name, value in each.files(contents)}
        found |= {name: text.encode() for name, text in self.texts.items()}
        found |= {each.path: tokens[each].encode() for each in self.tokens if each in tokens}
        return dict(self._placed(found))

    def _placed(self, found: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
        for name, value in found.items():
            if not self.sub_path:
                yield posixpath.join(self.path, name), value
            elif name == self.sub_path:
                yield self.path, value
            elif name.startswith(f"{self.sub_path}/"):
                yield posixpath.join(self.path, name.removeprefix(f"{self.sub_path}/")), value


def mounts(container: Object, pod: Object) -> tuple[Mount, ...]:
    """The volumes that a container of a pod has."""
    volumes = {each["name"]: each for each in (pod.get("spec") or {}).get("volumes") or ()}
    return tuple(
        _mount(mount, volumes.get(mount["name"], {}), pod) for mount in container.get("volumeMounts") or ()
    )


def _mount(mount: Object, volume: Object, pod: Object) -> Mount:
    sources = list(_sources(volume))
    return Mount(
        path=posixpath.normpath(mount["mountPath"]),
        sub_path=(mount.get("subPath") or "").strip("/"),
        keys=tuple(_keys(sources)),
        texts=dict(_texts(sources, pod)),
        tokens=tuple(
            Token(
                path=each["path"],
                audience=each.get("audience"),
                seconds=each.get("expirationSeconds") or 3600,
            )
            for each in _of(sources, "serviceAccountToken")
        ),
    )


def _sources(volume: Object) -> Iterator[Object]:
    yield volume
    yield from (volume.get("projected") or {}).get("sources") or ()


def _keys(sources: Iterable[Object]) -> Iterator[_Keys]:
    for source in sources:
        for key, kind in (("configMap", "configmaps"), ("secret", "secrets")):
            if (named := source.get(key)) is not None:
                items = tuple((each["key"], each["path"]) for each in named.get("items") or ())
                name = named.get("name") or named.get("secretName") or ""
                yield _Keys(reference=Reference(kind, name), items=items)


def _texts(sources: Iterable[Object], pod: Object) -> Iterator[tuple[str, str]]:
    for source in _of(sources, "downwardAPI"):
        for item in source.get("items") or ():
            text = field_of(pod, (item.get("fieldRef") or {}).get("fieldPath", ""))
            if text is not None:
                yield item["path"], text


def _of(sources: Iterable[Object], key: str) -> Iterator[Object]:
    return (source[key] for source in sources if source.get(key) is not None)
