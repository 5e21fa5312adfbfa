"""The API: OpenAPI as a page that works offline and without scripts."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from starlette.requests import Request

from cicatrix.web.router import Pages

__all__ = ["router"]

router = Pages()


class Parameter(BaseModel):
    """A parameter of an operation."""

    name: str
    place: str
    required: bool
    kind: str


class Operation(BaseModel):
    """An operation of the API."""

    method: str
    path: str
    about: str
    parameters: tuple[Parameter, ...]
    body: str | None


class DocsView(BaseModel):
    """Every operation."""

    operations: tuple[Operation, ...]


@router.page("/docs", template="docs.html.j2")
def docs(request: Request) -> DocsView:
    """Every address that answers with JSON."""
    described: dict[str, Any] = request.app.openapi()
    return DocsView(
        operations=tuple(
            _operation(method, path, operation)
            for path, methods in sorted(described["paths"].items())
            for method, operation in methods.items()
        )
    )


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    content: dict[str, Any] = next(iter(told.get("requestBody", {}).get("content", {}).values()), {})
    return Operation(
        method=method.upper(),
        path=path,
        about=told.get("description", ""),
        parameters=tuple(
            Parameter(
                name=given["name"],
                place=given["in"],
                required=given.get("required", False),
                kind=_kind(given.get("schema", {})),
            )
            for given in told.get("parameters", ())
        ),
        body=_kind(content["schema"]) if "schema" in content else None,
    )


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    return str(schema.get("format") or schema.get("type", "anything"))
