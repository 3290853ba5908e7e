from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.load.schemas import NAMES, read_schema, schema_folder


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_found_and_is_one(name: str) -> None:
    assert read_schema(name)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_a_schema_is_read_once() -> None:
    assert read_schema("job") is read_schema("job")


def test_an_installed_package_carries_its_schemas(tmp_path: Path) -> None:
    package = tmp_path / "gembatch"
    (package / "schemas").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()

    assert package / "schemas" == schema_folder(package)


def test_a_checkout_has_its_schemas_beside_the_package(tmp_path: Path) -> None:
    assert tmp_path / "schemas" == schema_folder(tmp_path / "gembatch")
