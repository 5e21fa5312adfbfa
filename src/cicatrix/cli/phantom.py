"""``cicatrix phantom``: its options are the fields of ``PhantomSettings`` and ``CardShots``, with defaults and texts.

The command is put together when it is first asked for its parameters, because that imports the whole phantom room;
``cicatrix --help`` must not.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand

from cicatrix.errors import InputError
from cicatrix.io.write import check_new

__all__ = ["PhantomCommand", "attribute_texts"]

_PREFIX = "card_"
"""Before the options of ``CardShots``, which are for photographs of the card alone."""

_NOT_OF_CARD = ("size_mm", "tilt_deg", "light_distance_mm")
"""What the card's window, the card and the torch decide."""


class PhantomCommand(TyperCommand):
    """Command that takes its parameters, and what it does, from a function made on first use."""

    @cached_property
    def made(self) -> TyperCommand:
        """The command proper."""
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command()(_function())
        command = typer.main.get_command(app)
        if not isinstance(command, TyperCommand):  # pragma: no cover
            msg = f"expected a single command, got {type(command)}"
            raise TypeError(msg)
        return command

    def get_params(self, ctx: Any) -> list[Any]:
        """Options derived from the settings."""
        return self.made.get_params(ctx)

    def invoke(self, ctx: Any) -> Any:
        """Run the function with the options of ``ctx``."""
        return self.made.invoke(ctx)


def attribute_texts(docstring: str) -> dict[str, str]:
    """Read the texts in the "Attributes" section of a NumPy-style docstring, by name."""
    section = inspect.cleandoc(docstring).partition("Attributes\n----------\n")[2]
    texts: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if line and not line.startswith(" "):
            names = [name.strip() for name in line.split(",")]
        else:
            for name in names:
                texts[name] = f"{texts.get(name, '')} {line.strip()}".strip()
    return texts


def _function() -> Callable[..., None]:
    """Function with one parameter for each field of the two settings, for Typer to read."""
    from cicatrix.phantom import CardShots, Fault, PhantomSettings, make_card_phantom, make_phantom, write_capture  # noqa: PLC0415

    def phantom(out: Path, seed: int, **given: Any) -> None:
        plain: dict[str, Any] = {n: str(value) if isinstance(value, StrEnum) else value for n, value in given.items()}
        of_card = {name.removeprefix(_PREFIX): plain.pop(name) for name in list(plain) if name.startswith(_PREFIX)}
        of_card["faults"] = tuple(Fault.parse(text) for text in of_card["faults"])
        shots, settings = CardShots(**of_card), PhantomSettings(**plain)
        check_new(out)
        if settings.kind == "card":
            _refuse(settings, PhantomSettings(), _NOT_OF_CARD, "another kind than card")
            write_capture(make_card_phantom(seed, settings, shots), out)
        else:
            _refuse(shots, CardShots(), [field.name for field in fields(shots)], "--kind card", _PREFIX)
            write_capture(make_phantom(seed, settings), out)
        typer.echo(out / "capture.toml")

    keyword = inspect.Parameter.KEYWORD_ONLY
    own = [
        inspect.Parameter("out", keyword, annotation=Annotated[Path, typer.Option(help="Folder to write to.")]),
        inspect.Parameter(
            "seed",
            keyword,
            default=0,
            annotation=Annotated[int, typer.Option(min=0, help="The same seed and options make the same bytes.")],
        ),
    ]
    signature = inspect.Signature([*own, *_derived(PhantomSettings, ""), *_derived(CardShots, _PREFIX)])
    phantom.__signature__ = signature  # type: ignore[attr-defined]
    phantom.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return phantom


def _derived(settings: type, prefix: str) -> list[inspect.Parameter]:
    """One parameter for each field of a dataclass with settings."""
    hints, texts = get_type_hints(settings), attribute_texts(settings.__doc__ or "")
    about = "With --kind card: " if prefix else ""
    return [
        inspect.Parameter(
            prefix + field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default if field.default is not MISSING else inspect.Parameter.empty,
            annotation=_option(prefix + field.name, hints[field.name], about + texts[field.name]),
        )
        for field in fields(settings)
    ]


def _refuse(given: Any, default: Any, names: Iterable[str], only_with: str, prefix: str = "") -> None:
    """Refuse options that would be passed over."""
    for name in names:
        if getattr(given, name) != getattr(default, name):
            option = f"--{prefix}{name}".replace("_", "-").replace("faults", "fault")
            raise InputError(f"{option} is given", allowed=f"it with {only_with}", fix="take it out, or change --kind")


def _option(name: str, hint: Any, text: str) -> Any:
    """Annotation that makes Typer offer a field as an option."""
    text = re.sub(r"``\"?(.*?)\"?``", r"\1", text).replace("None for", "none for")
    if name == f"{_PREFIX}faults":
        return Annotated[list[str], typer.Option("--card-fault", help=f"{text} {_fault_names()}", metavar="FAULT")]
    if get_origin(hint) is Literal:
        choices = StrEnum(name, {value: value for value in get_args(hint)})  # type: ignore[misc]
        return Annotated[choices, typer.Option(help=text)]
    if type(None) in get_args(hint):
        return Annotated[float | None, typer.Option(help=text, parser=_number_or_none, metavar="NUMBER|none")]
    return Annotated[hint, typer.Option(help=text)]


def _fault_names() -> str:
    from cicatrix.phantom import Fault  # noqa: PLC0415

    names = ", ".join(field.name for field in fields(Fault) if field.name != "photo")
    return f"NAME=NUMBER for all photographs, as in 3:NAME=NUMBER for one; may be repeated. NAME is one of {names}."


def _number_or_none(text: str) -> float | None:
    return None if str(text).strip().lower() == "none" else float(text)
