"""What a spec builds on: the defaults around it, and its chain of parents."""

from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.load.inheritance import MAX_PARENTS, Inheritance
from gembatch.load.workspace import workspace_from
from gembatch.load.yaml_reader import read_file
from gembatch.model.layers import LayerKind

WORKSPACE = """\
version: 1
name: test
specs: ["specs/**/*.yaml"]
defaults: {labels: {team: search}}
environments: {prod: {project: acme, region: global}}
"""


def inheritance(root: Path, files: dict[str, str], workspace: str = WORKSPACE) -> Inheritance:
    for path, text in {"gembatch.yaml": workspace, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Inheritance(root, workspace_from(read_file(root, "gembatch.yaml").documents[0]))


def layers(
    root: Path, spec: str, files: dict[str, str], workspace: str = WORKSPACE
) -> list[tuple[LayerKind, str]] | None:
    """The layers of a spec by kind and file; there is nothing wrong with any."""
    found = inheritance(root, files, workspace)
    result = found.layers_of(read_file(root, spec).documents[0])
    assert [] == found.findings
    return result and [(layer.kind, layer.document.source.path) for layer in result]


def told(root: Path, spec: str, files: dict[str, str]) -> list[tuple[str, str]]:
    """What is wrong with what a spec builds on, which leaves it without layers."""
    found = inheritance(root, files)
    assert found.layers_of(read_file(root, spec).documents[0]) is None
    return [(finding.rule, str(finding.location)) for finding in found.findings]


def test_the_nearest_folder_wins_over_the_outer_and_that_over_the_workspace(tmp_path: Path) -> None:
    defaults = dict.fromkeys(["_defaults.yaml", "specs/_defaults.yaml", "specs/a/b/_defaults.yaml"], "model: m\n")
    files = {**defaults, "specs/other/_defaults.yaml": "model: x\n", "specs/a/b/job.yaml": "displayName: a\n"}

    assert [
        (LayerKind.WORKSPACE, "gembatch.yaml"),
        (LayerKind.FOLDER, "_defaults.yaml"),
        (LayerKind.FOLDER, "specs/_defaults.yaml"),
        (LayerKind.FOLDER, "specs/a/b/_defaults.yaml"),
        (LayerKind.SPEC, "specs/a/b/job.yaml"),
    ] == layers(tmp_path, "specs/a/b/job.yaml", files)


def test_the_chain_of_parents_lies_between_defaults_and_spec_the_nearest_last(tmp_path: Path) -> None:
    files = {
        "specs/job.yaml": "extends: ./_base.yaml\n",
        "specs/_base.yaml": "extends: ../shared/all.yaml\n",
        "specs/_defaults.yaml": "model: m\n",
        "shared/all.yaml": "model: m\n",
        "shared/_defaults.yaml": "model: not read, as no spec lies here\n",
    }

    assert [
        (LayerKind.WORKSPACE, "gembatch.yaml"),
        (LayerKind.FOLDER, "specs/_defaults.yaml"),
        (LayerKind.PARENT, "shared/all.yaml"),
        (LayerKind.PARENT, "specs/_base.yaml"),
        (LayerKind.SPEC, "specs/job.yaml"),
    ] == layers(tmp_path, "specs/job.yaml", files)


def test_a_spec_may_stand_alone(tmp_path: Path) -> None:
    workspace = WORKSPACE.replace("defaults: {labels: {team: search}}\n", "")

    assert [(LayerKind.SPEC, "specs/a.yaml")] == layers(tmp_path, "specs/a.yaml", {"specs/a.yaml": "a: 1\n"}, workspace)


@pytest.mark.parametrize("extends", ["[./_base.yaml]", "3", "null"])
def test_a_parent_that_is_no_text_is_for_the_schema_to_tell(tmp_path: Path, extends: str) -> None:
    files = {"specs/a.yaml": f"extends: {extends}\n"}

    assert [LayerKind.WORKSPACE, LayerKind.SPEC] == [kind for kind, _ in layers(tmp_path, "specs/a.yaml", files) or ()]


def test_the_longest_chain_is_followed_to_its_end(tmp_path: Path) -> None:
    chain = {f"specs/_{number}.yaml": f"extends: ./_{number + 1}.yaml\n" for number in range(1, MAX_PARENTS)}
    files = {"specs/a.yaml": "extends: ./_1.yaml\n", **chain, f"specs/_{MAX_PARENTS}.yaml": "model: m\n"}

    assert MAX_PARENTS + 2 == len(layers(tmp_path, "specs/a.yaml", files) or ())


@pytest.mark.parametrize(
    ("parent", "rule"),
    [
        ("./_gone.yaml", "load.missing"),
        ("../../outside.yaml", "load.outside"),
        ("/etc/passwd", "load.outside"),
        ("./link.yaml", "extends.spec"),
        ("./_link.yaml", "load.outside"),
        ("./b.yaml", "extends.spec"),
        ("./a.yaml", "extends.chain"),
        ("../folder", "load.not-a-file"),
        ("*", "load.missing"),
        ("./_*.yaml", "load.missing"),
        ("_bad\\x07.yaml", "load.name"),
        ("{{ x }}", "template.forbidden"),
    ],
)
def test_a_parent_that_cannot_be_had_is_told_where_it_is_named(tmp_path: Path, parent: str, rule: str) -> None:
    root = tmp_path / "workspace"
    (root / "specs").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("model: m\n", encoding="utf-8")
    (root / "specs" / "_link.yaml").symlink_to(tmp_path / "outside.yaml")
    files = {"specs/a.yaml": f'extends: "{parent}"\n', "specs/b.yaml": "a: 1\n", "folder/_x.yaml": "a: 1\n"}

    assert (rule, "specs/a.yaml:1:10") in told(root, "specs/a.yaml", files)


def test_a_parent_with_an_error_leaves_its_children_without_layers(tmp_path: Path) -> None:
    files = {"specs/a.yaml": "extends: ./_base.yaml\n", "specs/_base.yaml": "a: {\n"}

    assert [("yaml.syntax", "specs/_base.yaml")] == [
        (rule, place.split(":")[0]) for rule, place in told(tmp_path, "specs/a.yaml", files)
    ]


def test_a_file_is_read_once_for_all_that_build_on_it(tmp_path: Path) -> None:
    files = {f"specs/{name}.yaml": "extends: ./_base.yaml\n" for name in "ab"} | {"specs/_base.yaml": "model: m\n"}
    found = inheritance(tmp_path, files)
    first, second = (found.layers_of(read_file(tmp_path, f"specs/{name}.yaml").documents[0]) for name in "ab")

    assert first
    assert second
    assert first[1].document is second[1].document
    assert ["gembatch.yaml", "specs/_base.yaml"] == [part.source.path for part in found.parts]


def test_defaults_by_the_wrong_suffix_are_told(tmp_path: Path) -> None:
    found = inheritance(tmp_path, {"specs/a.yaml": "a: 1\n", "specs/_defaults.yml": "model: m\n"})
    found.layers_of(read_file(tmp_path, "specs/a.yaml").documents[0])

    assert [("load.defaults", "specs/_defaults.yml")] == [(each.rule, str(each.location)) for each in found.findings]
