"""Files that lead out of the workspace, that are none, or whose names are to be taken for something else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from safety.conftest import CANARY, ROW, SPEC, WORKSPACE, Hostile

pytestmark = pytest.mark.slow

PLACES = ("specs/link.yaml", "specs/deep/_defaults.yaml", "specs/_base.yaml", "axis.csv", "rows.jsonl")
"""Where each way of naming a file finds it: as a spec, as defaults, by `extends`, by an axis, as an input."""


def _place(hostile: Hostile, make: Callable[[Path], None]) -> None:
    """Makes a thing at each of `PLACES`, and lets a spec name it in the way that belongs there."""
    hostile.write(
        {
            "specs/deep/job.yaml": SPEC,
            "specs/extends.yaml": f"extends: ./_base.yaml\n{SPEC}",
            "specs/axis.yaml": f"matrix: {{lang: {{file: ./axis.csv}}}}\n{SPEC}",
            "specs/input.yaml": SPEC.replace("gs://demo-in/rows.jsonl", "./rows.jsonl"),
        }
    )
    for path in PLACES:
        make(hostile.root / path)


@pytest.mark.parametrize("target", ["outside", "/etc/passwd", "/proc/self/environ", "/dev/zero", "/dev/stdin"])
def test_a_symlink_out_of_the_workspace_is_not_followed(hostile: Hostile, target: str) -> None:
    where = hostile.outside if target == "outside" else target
    _place(hostile, lambda path: path.symlink_to(where))

    assert {"load.outside", "stage.path"} == hostile.rules_of() - {"job.same-name", "job.same-output"}


def test_a_symlink_to_itself_is_refused(hostile: Hostile) -> None:
    _place(hostile, lambda path: path.symlink_to(path.name))

    assert {"load.unreadable", "stage.unreadable"} == hostile.rules_of() - {"job.same-name", "job.same-output"}


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_not_opened(hostile: Hostile, make: Callable[[Path], None]) -> None:
    _place(hostile, make)

    assert {"load.not-a-file", "stage.kind"} == hostile.rules_of() - {"job.same-name", "job.same-output"}


@pytest.mark.parametrize("target", ["/proc/self/environ", "/dev/zero", "/dev/stdin"])
def test_the_workspace_file_itself_may_not_lead_out(hostile: Hostile, target: str) -> None:
    (hostile.root / "gembatch.yaml").unlink()
    (hostile.root / "gembatch.yaml").symlink_to(target)

    assert 0 != hostile.run("validate").code


def test_a_folder_of_symlinks_to_itself_has_an_end(hostile: Hostile) -> None:
    for name in ("a", "b", "c"):
        (hostile.root / "specs" / name).symlink_to(hostile.root / "specs")

    assert {"load.symlink"} == hostile.rules_of()


NAMED = ("/etc/passwd", "../outside.yaml", "a/../../outside.yaml", "./../outside.yaml", "..%2foutside.yaml",
         "..\\\\outside.yaml", "\\0", "a\\0.yaml", "~/x.yaml", "file:///etc/passwd", "$HOME/x.yaml", "a/" * 2048,
         "x" * 4096, "/proc/self/environ", "/dev/zero", "C:\\\\x.yaml", "\\\\\\\\server\\\\x.yaml")  # fmt: skip
"""As they stand between double quotes in YAML."""


@pytest.mark.parametrize("key", ["extends", "input", "matrix"])
def test_no_spec_names_a_file_outside(hostile: Hostile, key: str) -> None:
    hostile.write({f"specs/{number}.yaml": _naming(key, named) for number, named in enumerate(NAMED)})

    told = hostile.run("validate").out

    assert [] == [number for number in range(len(NAMED)) if f"specs/{number}.yaml:" not in told]


def _naming(key: str, named: str) -> str:
    match key:
        case "input":
            return SPEC.replace("gs://demo-in/rows.jsonl", f'"{named}"')
        case "matrix":
            return f'{SPEC}matrix: {{lang: {{file: "{named}"}}}}\n'
        case _:
            return f'{SPEC}{key}: "{named}"\n'


@pytest.mark.parametrize("named", ["/etc/passwd", "../outside.yaml", "a/../../outside.yaml"])
def test_the_workspace_names_no_specs_outside(hostile: Hostile, named: str) -> None:
    hostile.write({"gembatch.yaml": WORKSPACE.replace('"specs/**/*.yaml"', f'"{named}"')})

    assert {"load.outside"} == hostile.rules_of()


def test_no_argument_leads_outside(hostile: Hostile) -> None:
    paths = ("/etc/passwd", "../outside.yaml", "/proc/self/environ", "specs/../../outside.yaml")

    assert {"load.outside"} == hostile.rules_of(*paths)


ODD_NAMES = (
    "{{ ''.__class__ }}.yaml", "$(touch pwned).yaml", "`touch pwned`.yaml", "a'b\"c.yaml", "-e x.yaml", "--help.yaml",
    "a b.yaml", "*.yaml", "[a].yaml", "?.yaml", "::error file=x::y.yaml", "##[error]x.yaml", "CON.yaml", "a:b.yaml",
    "Daily.yaml", "ö.yaml", "o\u0308.yaml", "%0A::debug::x.yaml", "a\\b.yaml",
)  # fmt: skip

UNSEEN_NAMES = ("a\nb.yaml", "a\rb.yaml", "\x1b[2J.yaml", "a\u202eb.yaml", "a\u2028b.yaml", "a\u200bb.yaml",
                os.fsdecode(b"\xff.yaml"))  # fmt: skip


@pytest.mark.parametrize("form", ["text", "github", "sarif", "json"])
def test_a_name_is_only_a_name(hostile: Hostile, form: str) -> None:
    for name in (*ODD_NAMES, *UNSEEN_NAMES):
        (hostile.root / "specs" / name).write_text(f"{SPEC}modle: x\n", encoding="utf-8")
        folder = hostile.root / "specs" / name.removesuffix(".yaml")
        folder.mkdir()
        (folder / "job.yaml").write_text(f"{SPEC}modle: x\n", encoding="utf-8")

    done = hostile.run("validate", "--format", form)

    assert (1, True) == (done.code, f"{2 * len(ODD_NAMES) + 2 * len(UNSEEN_NAMES)} errors" in done.err)
    assert not (hostile.root / "pwned").exists()


def test_a_deep_folder_is_searched_to_its_end(hostile: Hostile) -> None:
    deep = "/".join(["specs", *["d" * 50] * 70])
    hostile.write({f"{deep}/job.yaml": f"{SPEC}modle: x\n"})

    assert {"schema.unknown-key"} == hostile.rules_of()


def test_a_file_of_variables_is_not_quoted(hostile: Hostile) -> None:
    """It may lie anywhere, since the person at the keyboard named it; it is no way to have a secret printed."""
    assert 1 == hostile.run("validate", "--var-file", "/proc/self/environ").code


SEEDED = WORKSPACE.replace("embedded,", "embedded, seed: seed,")


@pytest.mark.parametrize("link", ["seed", "seed/demo-in", "seed/demo-in/rows.jsonl", "seed/demo-in/deep/rows.jsonl"])
def test_a_seed_leads_nowhere_else(hostile: Hostile, link: str) -> None:
    """What it holds is put into the emulator, where a job reads it and everybody its predictions."""
    target = hostile.outside if link.endswith(".jsonl") else hostile.outside.parent / "secrets"
    for folder in ("secrets/demo-in", "workspace/seed"):
        (hostile.outside.parent / folder).mkdir(parents=True)
    (hostile.outside.parent / "secrets" / "demo-in" / "rows.jsonl").write_text(CANARY, encoding="utf-8")
    hostile.write({"gembatch.yaml": SEEDED})
    path = hostile.root / link
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        path.rmdir()
    path.symlink_to(target)

    assert 1 == hostile.run("plan").code
    assert not any(
        CANARY.encode() in file.read_bytes() for file in (hostile.root / ".gembatch").rglob("*") if file.is_file()
    )


@pytest.mark.parametrize("link", [".gembatch", ".gembatch/emulator", "locks", "locks/local.lock.json"])
def test_what_is_written_is_written_inside(hostile: Hostile, link: str) -> None:
    elsewhere = hostile.outside.parent / "elsewhere"
    elsewhere.mkdir()
    path = hostile.root / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(elsewhere / "new.json" if link.endswith(".json") else elsewhere)
    hostile.write({"specs/daily.yaml": SPEC.replace("gs://demo-in/rows.jsonl", "./rows.jsonl"), "rows.jsonl": ROW})

    assert 1 == hostile.run("apply", "--yes").code
    assert [] == list(elsewhere.iterdir())


def test_a_folder_of_data_that_leads_to_itself_ends_in_a_sentence(hostile: Hostile) -> None:
    (hostile.root / ".gembatch").symlink_to(".gembatch")

    assert 1 == hostile.run("plan").code


LOCKFILES: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "the environment": lambda path: path.symlink_to("/proc/self/environ"),
    "itself": lambda path: path.symlink_to(path.name),
}


@pytest.mark.parametrize("name", LOCKFILES)
def test_a_lockfile_that_is_no_file_is_not_opened(hostile: Hostile, name: str) -> None:
    (hostile.root / "locks").mkdir()
    LOCKFILES[name](hostile.root / "locks" / "local.lock.json")

    for command in ("plan", "status"):
        done = hostile.run(command)

        assert (1, True) == (done.code, done.err.startswith("error: cannot read the lockfile locks/local.lock.json: "))
