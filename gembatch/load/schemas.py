"""The JSON schemas of what people and gembatch write."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import cast

import gembatch
from gembatch.model.document import Json

NAMES = ("job", "workspace", "lockfile", "plan", "outcomes")
"""The schemas that gembatch carries."""


@cache
def read_schema(name: str) -> dict[str, Json]:
    """Returns the schema called `name`, one of `NAMES`. It is shared: do not change it."""
    return cast("dict[str, Json]", json.loads(schema_text(name)))


def schema_text(name: str) -> str:
    """Returns the file of the schema called `name`, one of `NAMES`, as it stands."""
    folder = schema_folder(Path(gembatch.__file__).parent)
    return (folder / file_name(name)).read_text(encoding="utf-8")


def file_name(name: str) -> str:
    """Returns what the file of the schema called `name` is called."""
    return f"{name}.schema.json"


def schema_folder(package: Path) -> Path:
    """Returns where the schemas are: inside the package if it was installed from a wheel, else beside it."""
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"
