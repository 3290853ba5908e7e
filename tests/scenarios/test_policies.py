"""Policies judge each plan on the real command, behind walls; what a policy has not judged is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from example_workspace import Result, Workspace

pytestmark = pytest.mark.slow

Command = Callable[..., Result]

PAGE = Path(__file__).parents[2] / "docs" / "policies.md"

WORKSPACE = """version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  local: {endpoint: embedded, project: demo-project, region: us-central1, staging: gs://demo-bucket/staging}
"""

HELLO = """displayName: hello-{{ ds_nodash }}
model: gemini-3.8-flash
input: ./hello.jsonl
output: gs://demo-bucket/hello/{{ ds }}/
"""

CANARY = "canary-7f3a"

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.fixture
def hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The first workspace of the README, in the current folder, on one date."""
    root = tmp_path / "hello"
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (root / "specs" / "hello.yaml").write_text(HELLO, encoding="utf-8")
    row = {"id": "row-1", "request": {"contents": [{"role": "user", "parts": [{"text": "Salve"}]}]}}
    (root / "hello.jsonl").write_text(f"{json.dumps(row)}\n", encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setenv("GEMBATCH_DATE", "2026-11-22")
    return Workspace(root)


def blocks() -> dict[str, str]:
    """The files that the page shows, by name."""
    found = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return dict(found)


def add(root: Path, entry: str, name: str, text: str) -> None:
    """Adds a policy to a workspace, and its file."""
    file = root / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)
    with (root / "gembatch.yaml").open("a", encoding="utf-8") as workspace:
        workspace.write(f"policy:\n  - {entry}\n")


def add_shell(root: Path, text: str, *, seconds: float = 60) -> None:
    add(root, f"{{run: [policies/check.sh], timeoutSeconds: {seconds}}}", "policies/check.sh", f"#!/bin/sh\n{text}\n")


def say(root: Path, *findings: dict[str, object]) -> None:
    """Adds a policy that always answers the same."""
    add_shell(root, f"cat <<'END'\n{json.dumps(findings)}\nEND")


ERROR = {"message": "no owner", "severity": "error"}
WARNING = {"message": "look twice", "severity": "warning"}


class TestThePage:
    def test_its_schema_says_what_it_shows(self, hello: Workspace, gembatch: Command) -> None:
        add(hello.root, "{schema: policies/owners.json}", "policies/owners.json", blocks()["policies/owners.json"])

        refused = gembatch("plan")

        assert 1 == refused.code
        assert f"```\n{refused.err}```" in PAGE.read_text(encoding="utf-8")

    def test_its_program_finds_what_it_looks_for(self, hello: Workspace, gembatch: Command) -> None:
        add(hello.root, "{run: [policies/check.py]}", "policies/check.py", blocks()["policies/check.py"])

        refused = gembatch("plan")
        hello.edit("specs/hello.yaml", "model:", "labels: {team: hello}\nmodel:")

        assert "begin with the label `team` [policies/check.py: team-in-name]" in refused.err
        assert 0 == gembatch("plan").code

    def test_its_wrapper_turns_what_conftest_says_into_findings(
        self, hello: Workspace, gembatch: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Conftest itself is played: it says what its documentation shows, of the plan that it reads."""
        add(hello.root, "{run: [policies/conftest.py]}", "policies/conftest.py", blocks()["policies/conftest.py"])
        conftest = tmp_path / "bin" / "conftest"
        conftest.parent.mkdir()
        conftest.write_text(CONFTEST, encoding="utf-8")
        conftest.chmod(0o755)
        monkeypatch.setenv("PATH", str(conftest.parent), prepend=":")

        refused = gembatch("plan")

        assert 1 == refused.code
        assert (
            "specs/hello.yaml:1:14: hello-20261122: only Gemini 3 may be started [policies/conftest.py]" in refused.err
        )
        assert "warning: 1 job [policies/conftest.py]" in refused.err


CONFTEST = """#!/usr/bin/env python3
import json, sys
assert ["test", "-"] == [sys.argv[1], sys.argv[-1]], sys.argv
plan = json.load(sys.stdin)
name = plan["changes"][0]["displayName"]
failure = {"msg": "only Gemini 3 may be started", "metadata": {"displayName": name, "query": "data.main.violation"}}
warning = {"msg": f"{len(plan['changes'])} job"}
print(json.dumps([{"filename": "", "namespace": "main", "successes": 0, "failures": [failure], "warnings": [warning]}]))
"""


class TestFindings:
    def test_a_warning_is_told_and_stops_nothing(self, hello: Workspace, gembatch: Command) -> None:
        say(hello.root, WARNING)

        planned = gembatch("plan", "--out", "plan.json")
        applied = gembatch("apply", "--yes")

        assert "warning: look twice [policies/check.sh]\n" in planned.err
        assert (0, 0) == (planned.code, applied.code)
        assert "Applied: 1 submitted" in applied.out

    def test_strict_makes_a_warning_an_error(self, hello: Workspace, gembatch: Command) -> None:
        say(hello.root, WARNING)

        assert 1 == gembatch("plan", "--strict").code

    def test_an_error_refuses_the_plan_after_it_was_shown(self, hello: Workspace, gembatch: Command) -> None:
        say(hello.root, WARNING, {**ERROR, "displayName": "hello-20261122", "rule": "owner", "hint": "set it"})

        refused = gembatch("plan", "--out", "plan.json")

        assert "Plan: 1 to submit, 0 unchanged." in refused.out
        assert REFUSED == refused.err
        assert 1 == refused.code
        assert not (hello.root / "plan.json").exists()

    def test_a_refused_plan_says_why_wherever_it_is_read(self, hello: Workspace, gembatch: Command) -> None:
        say(hello.root, {**ERROR, "displayName": "hello-20261122"})

        refused = gembatch("plan", "--format", "github", "--format", "markdown=plan.md", "--format", "html=plan.html")

        assert 1 == refused.code
        assert "\n::error file=specs/hello.yaml,line=1," in refused.out
        for name in ("plan.md", "plan.html"):
            page = (hello.root / name).read_text(encoding="utf-8")
            assert "hello-20261122: no owner" in page

    def test_who_waits_sees_the_plan_before_it_is_judged(self, hello: Workspace) -> None:
        os.mkfifo(hello.root / "held")
        add_shell(hello.root, "cat held >&2; echo '[]'")
        planning = hello.start("plan")
        assert planning.stdout is not None

        seen = planning.stdout.readline()
        (hello.root / "held").write_text("go on", encoding="utf-8")

        assert "hello-20261122" in seen
        assert 0 == planning.wait(timeout=60)
        planning.communicate()

    @pytest.mark.parametrize(
        "command", [("apply", "--yes"), ("apply", "plan.json"), ("plan", "--offline")], ids=" ".join
    )
    def test_every_plan_is_judged(
        self, hello: Workspace, gembatch: Command, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
    ) -> None:
        gembatch("plan", "--out", "plan.json")
        say(hello.root, ERROR)
        if "plan.json" in command:
            monkeypatch.delenv("GEMBATCH_DATE")

        refused = gembatch(*command)

        assert 1 == refused.code
        assert "no owner [policies/check.sh]" in refused.err
        assert [] == hello.ledger()

    def test_what_is_judged_is_the_plan_as_it_is_printed(self, hello: Workspace, gembatch: Command) -> None:
        add_shell(hello.root, "cat > judged.json; echo '[]'")

        planned = gembatch("plan", "--format", "json")

        assert planned.out == (hello.root / "judged.json").read_text(encoding="utf-8")

    def test_limits_and_policies_are_told_at_once(self, hello: Workspace, gembatch: Command) -> None:
        say(hello.root, ERROR)
        hello.edit("gembatch.yaml", "environments:", "limits: {maxSubmissions: 0}\nenvironments:")

        refused = gembatch("plan")

        assert "[limits.maxSubmissions]" in refused.err
        assert "[policies/check.sh]" in refused.err
        assert refused.err.endswith("error: the plan is refused: 2 errors\n")


REFUSED = """\
specs/hello.yaml:1:14: hello-20261122: no owner [policies/check.sh: owner]
  1 | displayName: hello-{{ ds_nodash }}
    |              ^^^^^^^^^^^^^^^^^^^^^
  hint: set it

warning: look twice [policies/check.sh]

error: the plan is refused: 1 error
"""


class TestTheBase:
    @pytest.fixture
    def base(self, hello: Workspace) -> Path:
        """A checkout of the branch that the workspace is to be merged into."""
        return Path(shutil.copytree(hello.root, hello.root.parent / "base"))

    def test_its_policies_count(self, hello: Workspace, base: Path, gembatch: Command) -> None:
        say(base, ERROR)

        for command in (("plan",), ("plan", "--offline"), ("apply", "--yes")):
            assert "no owner [policies/check.sh]" in gembatch(*command, "--base", "../base").err
        assert [] == hello.ledger()

    def test_those_of_the_change_are_not_run(self, hello: Workspace, base: Path, gembatch: Command) -> None:
        add_shell(hello.root, "touch run; echo '[]'")

        assert 0 == gembatch("plan", "--base", "../base").code
        assert [] == [*hello.root.glob("run"), *base.glob("run")]

    def test_they_run_in_its_folder(self, hello: Workspace, base: Path, gembatch: Command) -> None:
        add_shell(base, "touch run; echo '[]'")

        assert 0 == gembatch("plan", "--base", "../base").code
        assert (base / "run").exists()
        assert not (hello.root / "run").exists()

    def test_what_is_wrong_with_one_is_told_with_its_path(self, base: Path, gembatch: Command) -> None:
        add_shell(base, "exit 3")
        failed = gembatch("plan", "--base", "../base")
        (base / "policies" / "check.sh").unlink()
        missing = gembatch("plan", "--base", "../base")

        assert "../base/gembatch.yaml:7:12: the policy ended with exit code 3 [policies/check.sh]" in failed.err
        assert "../base/gembatch.yaml:7:12: `policies/check.sh`: the file does not exist [load.missing]" in missing.err


FAULTS = {
    "an exit code": ("echo '[]'; exit 1", "the policy ended with exit code 1"),
    "a crash": ("echo '[]'; kill -ABRT $$", "the policy ended with SIGABRT"),
    "a reason": ("echo 'jq: not found' >&2; exit 127", "the policy ended with exit code 127: jq: not found"),
    "nothing": ("", "the policy printed no list of findings: it is empty"),
    "HTML": (
        "echo '<!DOCTYPE html><title>502</title>'",
        "the policy printed no list of findings: it is not JSON at line 1, column 1",
    ),
    "another list": ('echo \'[{"filename": "-"}]\'', "printed no list of findings: finding 1 lacks `message`"),
    "a flood": ("exec head -c 100000000 /dev/zero", "the policy printed more than 1,000,000 bytes"),
}


class TestWhatIsNotJudged:
    @pytest.mark.parametrize(("text", "why"), FAULTS.values(), ids=FAULTS.keys())
    def test_is_refused_and_the_reason_is_said(self, hello: Workspace, gembatch: Command, text: str, why: str) -> None:
        add_shell(hello.root, text)

        refused = gembatch("apply", "--yes")

        assert 1 == refused.code
        assert why in refused.err
        assert "hint: a plan that a policy has not judged is refused" in refused.err
        assert [] == hello.ledger()

    def test_a_program_that_hangs_is_ended(self, hello: Workspace, gembatch: Command) -> None:
        add_shell(hello.root, "exec sleep 1000", seconds=0.5)

        assert "the policy did not end within 0.5 seconds [policies/check.sh]" in gembatch("apply", "--yes").err
        assert [] == hello.ledger()

    def test_a_schema_that_takes_for_ever_is_ended(self, hello: Workspace, gembatch: Command) -> None:
        entry = "{schema: policies/slow.yaml, timeoutSeconds: 2}"
        add(hello.root, entry, "policies/slow.yaml", 'properties: {workspace: {pattern: "^(([a-z])+)+[0-9]$"}}\n')
        hello.edit("gembatch.yaml", "name: reviews", f"name: {'a' * 60}")

        assert "the policy did not end within 2 seconds [policies/slow.yaml]" in gembatch("plan").err


SIGNALS = [
    (("plan",), signal.SIGINT, 1),
    (("plan",), signal.SIGTERM, -signal.SIGTERM),
    (("apply", "--yes"), signal.SIGINT, 4),
    (("apply", "--yes"), signal.SIGTERM, 4),
]


@pytest.mark.parametrize(("command", "number", "code"), SIGNALS, ids=str)
def test_a_signal_ends_what_judges_too(
    hello: Workspace, command: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    """Even at the moment at which it begins, which is when the pipe is opened."""
    os.mkfifo(hello.root / "held")
    add_shell(hello.root, "exec sleep 1000 >held 2>&1")
    process = hello.start(*command)
    with (hello.root / "held").open("rb") as held:
        process.send_signal(number)
        process.communicate(timeout=60)

        assert b"" == held.read()
    assert code == process.returncode
    assert [] == hello.ledger()


class TestHostilePolicies:
    def test_no_secret_of_the_environment_is_seen(
        self, hello: Workspace, gembatch: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("API_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GITHUB_TOKEN"):
            monkeypatch.setenv(name, CANARY)
        add_shell(hello.root, 'printf \'[{"message": "%s", "severity": "warning"}]\' "$(env | tr "\\n\\"" "  ")"')

        told = gembatch("plan").err

        assert "warning: " in told
        assert "PATH=" in told
        assert CANARY not in told

    def test_what_has_the_form_of_a_secret_is_masked(self, hello: Workspace, gembatch: Command) -> None:
        token = "ya29." + "a0AfB_byC1234567890abcdef"
        say(hello.root, {"message": f"token {token}", "severity": "error", "hint": token})

        told = gembatch("plan").err

        assert "token *****" in told
        assert token not in told

    def test_what_a_policy_prints_is_inert(
        self, hello: Workspace, gembatch: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        ugly = "\x1b[2Jx\x07\r::add-mask::y\n::error::z\u202eabc\u200b##[error]w\u2028"
        names = {"displayName": ugly, "rule": ugly, "hint": ugly}
        say(hello.root, {"message": ugly, "severity": "error", **names}, {"message": ugly, "severity": "warning"})

        told = gembatch("plan").err

        assert [] == [hex(ord(each)) for each in told if each != "\n" and unicodedata.category(each) in UNSEEN]
        assert not re.search(r"^\s*::|##\[", told, re.MULTILINE)

    def test_the_last_words_of_a_program_are_inert_too(self, hello: Workspace, gembatch: Command) -> None:
        add_shell(hello.root, "printf '\\033[2J\\a::error::x' >&2; exit 1")

        assert "\x1b" not in gembatch("plan").err

    def test_validate_runs_none(self, hello: Workspace, gembatch: Command) -> None:
        add_shell(hello.root, "touch run; echo '[]'")

        assert 0 == gembatch("validate").code
        assert not (hello.root / "run").exists()

    def test_a_policy_that_cannot_be_run_is_told_before_anything_is_asked(
        self, hello: Workspace, gembatch: Command
    ) -> None:
        add_shell(hello.root, "echo '[]'")
        (hello.root / "policies" / "check.sh").chmod(0o644)

        refused = gembatch("apply", "--yes")

        assert (1, "") == (refused.code, refused.out)
        assert "`policies/check.sh`: the file is not marked as a program [policy.program]" in refused.err
        assert not (hello.root / ".gembatch").exists()
