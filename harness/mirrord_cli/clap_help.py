"""Usage lines and help texts in clap's layout.

``-h`` prints the short help of a command, ``--help`` the long one: where nothing has a long help they are the same.
Nothing is wrapped, as the product is built without that.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence

import click

__all__ = ["ClapArgument", "ClapOption", "render_help", "shown", "usage_line", "used_line"]

_HELP = "Print this message or the help of the given subcommand(s)"
_INDENT = " " * 10


class ClapOption(click.Option):
    """An option; ``long_help`` is what ``--help`` says of it, paragraphs apart, if that is more than ``help``."""

    def __init__(self, *args: object, long_help: str | None = None, **attributes: object) -> None:
        super().__init__(*args, **attributes)  # type: ignore[arg-type]
        self.long_help = long_help


class ClapArgument(click.Argument):
    """A positional argument with a help."""

    def __init__(self, *args: object, help: str = "", **attributes: object) -> None:  # noqa: A002 - click's word
        super().__init__(*args, **attributes)  # type: ignore[arg-type]
        self.help = help


def shown(param: click.Parameter, *, used: bool = False) -> str:
    """``--id <ID>``, ``--all``, ``[ID]``; a positional argument that was given, or has to be, is ``<ID>``."""
    if isinstance(param, click.Argument):
        return f"<{_value(param)}>" if used else f"[{_value(param)}]"
    return f"{long_name(param)}{_taken(param)}"


def long_name(param: click.Parameter) -> str:
    return max(param.opts, key=len)


def _taken(param: click.Parameter) -> str:
    if not isinstance(param, click.Option) or param.is_flag:
        return ""
    return f" [<{_value(param)}>]" if param._flag_needs_value else f" <{_value(param)}>"


def _value(param: click.Parameter) -> str:
    return (param.name or "").upper()


def usage_line(path: str, command: click.Command) -> str:
    """The whole usage of a command, as clap writes it."""
    parts = [path]
    if any(isinstance(param, click.Option) for param in command.params):
        parts.append("[OPTIONS]")
    parts += [shown(param) for param in command.params if isinstance(param, click.Argument)]
    if isinstance(command, click.Group):
        parts.append("[COMMAND]" if command.invoke_without_command else "<COMMAND>")
    return " ".join(parts)


def used_line(path: str, command: click.Command, used: Sequence[click.Parameter]) -> str:
    """The usage that shows the arguments that were used, in this order, positional ones last."""
    options = [shown(param) for param in dict.fromkeys(used) if isinstance(param, click.Option)]
    arguments = [
        shown(param, used=param in used) for param in command.params if isinstance(param, click.Argument)
    ]
    return " ".join([path, *options, *arguments])


def render_help(path: str, command: click.Command, *, long: bool) -> str:
    """The help of a command."""
    has_long = bool(_rest(command)) or any(_long_help(param) for param in command.params)
    spread = long and has_long
    about = inspect.cleandoc(command.help or "") if spread else (command.short_help or "")
    sections = [about, f"Usage: {usage_line(path, command)}"]
    if isinstance(command, click.Group):
        sections.append(_section("Commands", _columns(_subcommands(command))))
    arguments = [_argument_entry(p, spread) for p in command.params if isinstance(p, ClapArgument)]
    if arguments:
        sections.append(_section("Arguments", _entries(arguments, spread)))
    options = [_option_entry(p, spread) for p in command.params if isinstance(p, ClapOption)]
    options.append(("-h, --help", _help_of_help(spread, has_long)))
    sections.append(_section("Options", _entries(options, spread)))
    return "\n\n".join(sections)


def _rest(command: click.Command) -> str:
    return (command.help or "").partition("\n\n")[2]


def _long_help(param: click.Parameter) -> str | None:
    return param.long_help if isinstance(param, ClapOption) else None


def _subcommands(group: click.Group) -> Iterator[tuple[str, str]]:
    aliases: dict[str, str] = getattr(group, "shown_aliases", {})
    for name, command in group.commands.items():
        if not command.hidden:
            alias = f" [aliases: {aliases[name]}]" if name in aliases else ""
            yield name, (command.short_help or "") + alias
    yield "help", _HELP


def _argument_entry(param: ClapArgument, _: bool) -> tuple[str, str]:
    return shown(param), param.help or ""


def _option_entry(param: ClapOption, spread: bool) -> tuple[str, str]:
    short = next((f"{name}, " for name in param.opts if not name.startswith("--")), "    ")
    text = (param.long_help if spread else None) or param.help or ""
    return f"{short}{shown(param)}", text


def _help_of_help(spread: bool, has_long: bool) -> str:
    if not has_long:
        return "Print help"
    return f"Print help (see {'a summary' if spread else 'more'} with '{'-h' if spread else '--help'}')"


def _entries(entries: Sequence[tuple[str, str]], spread: bool) -> list[str]:
    if not spread:
        return _columns(entries)
    blocks = []
    for name, text in entries:
        lines = "\n".join(_INDENT + line for line in text.split("\n"))
        blocks.append(f"  {name}\n{lines}")
    return ["\n\n".join(blocks)]


def _columns(entries: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(entries)
    width = max(len(name) for name, _ in rows)
    return [f"  {name:<{width}}  {text}" for name, text in rows]


def _section(title: str, lines: Iterable[str]) -> str:
    return f"{title}:\n" + "\n".join(lines)
