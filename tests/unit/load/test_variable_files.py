"""Files of variables: what they give, in which kind, and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.load.variable_files import read_variables
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Json
from gembatch.model.variables import Channel, GivenValue


def given_by(root: Path, name: str, text: str) -> tuple[GivenValue, ...]:
    (root / name).write_text(text, encoding="utf-8")
    values, findings = read_variables(root / name, name)
    assert () == findings
    return values


def refused(root: Path, name: str, content: bytes) -> Diagnostic:
    (root / name).write_bytes(content)
    values, (finding,) = read_variables(root / name, f"there/{name}")
    assert () == values
    return finding


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("a=1", "1"),
        ("a = b c ", "b c"),
        ("export a=b", "b"),
        ("a=", ""),
        ("a= # nothing", ""),
        ("a=b # why", "b"),
        ("a=b#c", "b#c"),
        ("a=b=c", "b=c"),
        ("a='b # c'", "b # c"),
        ("a='b\\n'", "b\\n"),
        ('a="b\\n\\"c\\"\\\\"', 'b\n"c"\\'),
        ('a="" # empty', ""),
        ("a=gs://b/o?x=1", "gs://b/o?x=1"),
        ("  a=ä", "ä"),
    ],
)
def test_a_line_of_an_env_file_gives_text(tmp_path: Path, line: str, value: str) -> None:
    (given,) = given_by(tmp_path, "x.env", f"# head\n\n{line}\r\n")

    assert ("a", value, Channel.VAR_FILE, False) == (given.name, given.value, given.channel, given.is_typed)
    assert 3 == given.location.line


@pytest.mark.parametrize("line", ["a", "1=b", "a b=c", "a='b", 'a="b', "a='b' c", "=b", "a-b=c"])
def test_a_line_that_gives_no_name_a_value_is_told(tmp_path: Path, line: str) -> None:
    finding = refused(tmp_path, "x.env", f"{line}\n".encode())

    assert ("variable.file", 1) == (finding.rule, finding.location.line)


@pytest.mark.parametrize("name", [".env", ".env.prod", "prod.env"])
def test_an_env_file_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    assert ["a"] == [given.name for given in given_by(tmp_path, name, "a=1\n")]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("x.yaml", "a: 1\n", 1),
        ("x.yml", "a: [x, z]\n", ["x", "z"]),
        ("x.json", '{"a": {"b": true}}\n', {"b": True}),
        ("x.json", '{\n\t"a": "text"\n}\n', "text"),
    ],
)
def test_yaml_and_json_keep_their_kinds(tmp_path: Path, name: str, text: str, value: Json) -> None:
    (given,) = given_by(tmp_path, name, text)

    assert ("a", value, True) == (given.name, given.value, given.is_typed)
    assert name == given.location.path


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("x.yaml", b"- a\n", "variable.file"),
        ("x.yaml", b"a: 1\n---\nb: 1\n", "variable.file"),
        ("x.toml", b"a = 1\n", "variable.file"),
        ("x.yaml", b"", "yaml.empty"),
        ("x.yaml", b"a: no\n", "yaml.boolean"),
        ("x.env", b"a=\xff\n", "yaml.encoding"),
    ],
)
def test_what_is_no_file_of_variables_is_refused(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    finding = refused(tmp_path, name, content)

    assert (rule, f"there/{name}") == (finding.rule, finding.location.path)


def test_a_file_that_is_not_there_is_told_by_the_name_it_was_given(tmp_path: Path) -> None:
    _, (finding,) = read_variables(tmp_path / "gone.yaml", "../gone.yaml")

    assert ("load.missing", "../gone.yaml", None) == (finding.rule, finding.location.path, finding.hint)


def test_a_file_behind_a_symlink_is_read(tmp_path: Path) -> None:
    """The person at the keyboard named it; a spec could not."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.env").write_text("a=1\n", encoding="utf-8")
    (tmp_path / "link.env").symlink_to(tmp_path / "elsewhere" / "x.env")

    values, _ = read_variables(tmp_path / "link.env", "link.env")

    assert ["1"] == [given.value for given in values]
