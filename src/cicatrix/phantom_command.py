"""``cicatrix phantom``: its options are the fields of ``PhantomSettings``, with their names, defaults and texts.

The command is put together when it is first asked for its parameters, because that imports the whole phantom room;
``cicatrix --help`` must not.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand

from cicatrix.output import check_new

__all__ = ["PhantomCommand", "attribute_texts"]


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
        """Options derived from ``PhantomSettings``."""
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
    """Function with one parameter for each field of ``PhantomSettings``, for Typer to read."""
    from cicatrix.phantom import PhantomSettings, make_phantom, write_capture  # noqa: PLC0415

    def phantom(out: Path, seed: int, **settings: Any) -> None:
        plain: dict[str, Any] = {
            n: str(value) if isinstance(value, StrEnum) else value for n, value in settings.items()
        }
        check_new(out)
        write_capture(make_phantom(seed, PhantomSettings(**plain)), out)
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
    hints, texts = get_type_hints(PhantomSettings), attribute_texts(PhantomSettings.__doc__ or "")
    derived = [
        inspect.Parameter(
            field.name,
            keyword,
            default=field.default if field.default is not MISSING else inspect.Parameter.empty,
            annotation=_option(field.name, hints[field.name], texts[field.name]),
        )
        for field in fields(PhantomSettings)
    ]
    signature = inspect.Signature([*own, *derived])
    phantom.__signature__ = signature  # type: ignore[attr-defined]
    phantom.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return phantom


def _option(name: str, hint: Any, text: str) -> Any:
    """Annotation that makes Typer offer a field as an option."""
    text = re.sub(r"``\"?(.*?)\"?``", r"\1", text).replace("None for", "none for")
    if get_origin(hint) is Literal:
        choices = StrEnum(name, {value: value for value in get_args(hint)})  # type: ignore[misc]
        return Annotated[choices, typer.Option(help=text)]
    if type(None) in get_args(hint):
        return Annotated[float | None, typer.Option(help=text, parser=_number_or_none, metavar="NUMBER|none")]
    return Annotated[hint, typer.Option(help=text)]


def _number_or_none(text: str) -> float | None:
    return None if str(text).strip().lower() == "none" else float(text)
