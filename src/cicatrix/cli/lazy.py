"""A group of commands that imports the module of a command when that command is used, and no other."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cicatrix.errors import MissingExtraError

__all__ = ["APP_LIBRARIES", "Command", "Group", "LazyGroup", "Section"]

APP_LIBRARIES: Final = frozenset({"alembic", "argon2", "cachetools", "fastapi", "sqlalchemy", "starlette", "uvicorn"})
"""What the extra ``app`` installs: the commands around a practice import it, and no other command does."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, before its module is imported.

    Attributes
    ----------
    name
        What is typed.
    target
        Where its function is, as ``"module:function"``.
    help
        One line for the list of commands.
    """

    name: str
    target: str
    help: str


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that share a first word, such as ``cicatrix case new`` and ``cicatrix case check``."""

    name: str
    help: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Commands that stand together in the help."""

    title: str
    commands: tuple[Command | Group, ...]


class LazyGroup(TyperGroup):
    """Group whose commands are data until one of them is asked for."""

    def __init__(self, *, sections: tuple[Section, ...], **attrs: Any) -> None:
        super().__init__(**attrs)
        self.sections = sections
        # A Mapping suffices: nothing is added to the group later.
        self.commands = _Commands(sections)  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is Click's
        """Names in the order of the help."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the signature is Click's
        """Write the list of commands, section by section, without importing any of them."""
        width = max(len(name) for name in self.commands)
        for section in self.sections:
            with formatter.section(section.title):
                formatter.write_dl([(entry.name.ljust(width), entry.help) for entry in section.commands])


class _Commands(Mapping[str, Any]):
    """Commands by name; each is imported when it is first looked up."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self._entries = {entry.name: entry for section in sections for entry in section.commands}
        self._loaded: dict[str, Any] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            entry = self._entries[name]
            self._loaded[name] = _group(entry) if isinstance(entry, Group) else _command(entry)
        return self._loaded[name]


def _group(entry: Group) -> LazyGroup:
    sections = (Section("Commands", entry.commands),)
    return LazyGroup(sections=sections, name=entry.name, help=entry.help, no_args_is_help=True, rich_markup_mode=None)


def _command(entry: Command) -> Any:
    module, _, function = entry.target.partition(":")
    try:
        callback = getattr(import_module(module), function)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in APP_LIBRARIES:
            raise
        raise MissingExtraError.of(f"cicatrix {entry.name} needs", library, "app") from error
    single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    # Without docstrings (python -OO) the line of the list is the help.
    single.command(entry.name, short_help=entry.help, help=inspect.getdoc(callback) or entry.help)(callback)
    return get_command(single)
