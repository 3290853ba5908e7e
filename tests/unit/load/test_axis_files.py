"""Axes from files: what is read, whose place is told, and that nothing outside the workspace is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.load.axis_files import AxisFiles
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Source


def document(text: str) -> Document:
    (read,) = read_text(Source("specs/job.yaml", text)).documents
    return read


def matrix_of(filled: Document) -> object:
    assert isinstance(filled.data, dict)
    return filled.data["matrix"]


def fail(root: Path, text: str) -> Diagnostic:
    spec = document(text)
    filled, (diagnostic,) = AxisFiles(root).filled_in(spec)
    assert spec is filled
    return diagnostic


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("langs.yaml", "# ours\n- de\n- {code: fr}\n", ["de", {"code": "fr"}]),
        ("langs.yml", "[de, fr]", ["de", "fr"]),
        ("langs.json", '[{"code": "de", "n": 1}, true]', [{"code": "de", "n": 1}, True]),
        ("langs.csv", "code,n\nde,1\n", [{"code": "de", "n": "1"}]),
    ],
)
def test_a_file_stands_for_its_list(tmp_path: Path, name: str, content: str, expected: object) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")

    filled, diagnostics = AxisFiles(tmp_path).filled_in(document(f"matrix: {{lang: {{file: ./{name}}}, tone: [a]}}"))

    assert () == diagnostics
    assert {"lang": expected, "tone": ["a"]} == matrix_of(filled)


def test_places_point_into_the_file(tmp_path: Path) -> None:
    (tmp_path / "langs.csv").write_text("code,n\nde,1\n")

    filled, _ = AxisFiles(tmp_path).filled_in(document("matrix: {lang: {file: ./langs.csv}, tone: [a]}"))

    assert "langs.csv:2:4" == str(filled.places.at(("matrix", "lang", 0, "n")))
    assert "specs/job.yaml:1:10" == str(filled.places.at_key(("matrix", "lang")))
    assert "specs/job.yaml:1:44" == str(filled.places.at(("matrix", "tone", 0)))


def test_combinations_may_stand_in_files_too(tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("lang,tone\nja,plain\n")

    filled, _ = AxisFiles(tmp_path).filled_in(document("matrix: {include: {file: more.csv}}"))

    assert {"include": [{"lang": "ja", "tone": "plain"}]} == matrix_of(filled)


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "langs.yaml").write_text("[de]")
    files = AxisFiles(tmp_path)
    spec = document("matrix: {lang: {file: ./langs.yaml}, other: {file: langs.yaml}}")
    files.filled_in(spec)

    (tmp_path / "langs.yaml").unlink()
    filled, diagnostics = files.filled_in(spec)

    assert ({"lang": ["de"], "other": ["de"]}, ()) == (matrix_of(filled), diagnostics)
    assert ["langs.yaml"] == [source.path for source in files.sources]


@pytest.mark.parametrize(
    "text", ["displayName: x", "[a]", "matrix: [a]", "matrix: {lang: [de]}", "matrix: {lang: {file: a, sep: b}}"]
)
def test_without_a_file_a_document_stays_as_it_is(tmp_path: Path, text: str) -> None:
    spec = document(text)

    assert (spec, ()) == AxisFiles(tmp_path).filled_in(spec)


@pytest.mark.parametrize(
    ("path", "rule", "message"),
    [
        ("./none.csv", "load.missing", "`none.csv`: the file does not exist"),
        ("../langs.csv", "load.outside", "`../langs.csv`: this leads out of the workspace"),
        ("/etc/langs.csv", "load.outside", "`/etc/langs.csv`: this leads out of the workspace"),
        ("link.csv", "load.outside", "`link.csv`: this leads out of the workspace"),
        ("folder.csv", "load.not-a-file", "`folder.csv`: this is a folder, not a file"),
        ("langs.txt", "matrix.file", "an axis's file must end in .yaml, .yml, .json, .csv, got `langs.txt`"),
        ("{{ env }}.csv", "matrix.expression", "an axis's file cannot be named by an expression"),
        ("a\\0b.csv", "load.name", "'a\\x00b.csv' cannot be a file's name"),
    ],
)
def test_a_file_that_cannot_be_had_is_told_where_it_is_named(
    tmp_path: Path, path: str, rule: str, message: str
) -> None:
    root = tmp_path / "workspace"
    (root / "folder.csv").mkdir(parents=True)
    (tmp_path / "langs.csv").write_text("code\nsecret\n")
    (root / "link.csv").symlink_to(tmp_path / "langs.csv")

    diagnostic = fail(root, f'matrix:\n  lang: {{file: "{path}"}}\n')

    assert (rule, message) == (diagnostic.rule, diagnostic.message)
    assert "specs/job.yaml:2:16" == str(diagnostic.location)


@pytest.mark.parametrize(
    ("name", "content", "rule", "message", "place"),
    [
        ("l.yaml", "lang: de\n", "matrix.file", "an axis's file must hold one list, and nothing else", "l.yaml:1:1"),
        (
            "l.yaml",
            "[a]\n---\n[b]\n",
            "matrix.file",
            "an axis's file must hold one list, and nothing else",
            "l.yaml:3:1",
        ),
        (
            "l.yaml",
            "- no\n",
            "yaml.boolean",
            "`no` is a boolean to some readers of YAML and text to others",
            "l.yaml:1:3",
        ),
        ("l.csv", "a,a\n1,2\n", "matrix.file", "two columns are called `a`", "l.csv:1:3"),
        ("l.csv", b"a\n\xff\n", "yaml.encoding", "byte 0xff is not UTF-8", "l.csv:2:1"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_there(  # noqa: PLR0917  a table
    tmp_path: Path, name: str, content: str | bytes, rule: str, message: str, place: str
) -> None:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    diagnostic = fail(tmp_path, f"matrix: {{lang: {{file: {name}}}}}")

    assert (rule, message, place) == (diagnostic.rule, diagnostic.message, str(diagnostic.location))
