"""What docs/github-actions.md says is so: its commands run, the trust that they set up is as narrow as it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import cel
import pytest
import yaml
from actions.workflow_files import read_workflow

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PAGE = (ROOT / "docs" / "github-actions.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@cache
def commands() -> list[list[str]]:
    """The commands of `gcloud` and `gh` that setting it up comes to, from the second block on: the first is `init`."""
    script = """
    say() { python3 -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "$@" >&3; }
    gcloud() { say gcloud "$@"; [ "$1 $2" != "projects describe" ] || echo 1234; }
    gh() { say gh "$@"; case "$*" in *.owner.id*) echo 99 ;; *--jq*) echo 4711 ;; esac; }
    """
    _, *steps = blocks("sh")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "exec 3>&1 >/dev/null\n" + script + "\n".join(steps)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def option(name: str) -> str:
    (value,) = {part.partition("=")[2] for command in commands() for part in command if part.startswith(f"--{name}=")}
    return value


CLAIMS = {
    "repository_id": "4711",
    "repository_owner_id": "99",
    "repository": "acme/reviews",
    "run_id": "9000",
    "ref": "refs/heads/main",
    "event_name": "push",
    "job_workflow_ref": "acme/reviews/.github/workflows/gembatch-apply.yml@refs/heads/main",
    "environment": "prod",
}
PULL = {"event_name": "pull_request", "ref": "refs/pull/17/merge"}
FILES = "acme/reviews/.github/workflows"


@pytest.mark.parametrize(
    ("claims", "identity"),
    [
        ({}, "apply-prod"),
        ({"event_name": "schedule"}, "apply-prod"),
        ({"event_name": "workflow_dispatch", "environment": "dev"}, "apply-dev"),
        ({"job_workflow_ref": f"{FILES}/gembatch-status.yml@refs/heads/main", "environment": None}, "status"),
        ({**PULL, "job_workflow_ref": f"{FILES}/gembatch-plan.yml@refs/pull/17/merge", "environment": None}, "plan"),
        # A pull request that calls what submits, in its own words or in those of the branch, with any environment.
        ({**PULL, "job_workflow_ref": f"{FILES}/gembatch-apply.yml@refs/pull/17/merge"}, "none"),
        (PULL, "none"),
        ({**PULL, "job_workflow_ref": f"{FILES}/gembatch-status.yml@refs/heads/main"}, "none"),
        # Another branch, another workflow, another file of nearly that name, a job without an environment.
        ({"ref": "refs/heads/other"}, "none"),
        ({"ref": "refs/tags/main"}, "none"),
        ({"job_workflow_ref": f"{FILES}/gembatch-apply.yml@refs/heads/other"}, "none"),
        ({"job_workflow_ref": f"{FILES}/deploy.yml@refs/heads/main"}, "none"),
        ({"job_workflow_ref": f"mallory/{FILES}/gembatch-apply.yml@refs/heads/main"}, "none"),
        ({**PULL, "job_workflow_ref": f"{FILES}/gembatch-plan.yml.yml@refs/heads/main"}, "none"),
        ({"environment": None}, "none"),
    ],
)
def test_the_trust_knows_who_is_who(claims: dict[str, str | None], identity: str):
    told = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    mapping = dict(pair.split("=", 1) for pair in option("attribute-mapping").split(","))

    assert cel.evaluate(option("attribute-condition"), {"assertion": told}) is True
    assert identity == cel.evaluate(mapping["attribute.gembatch"], {"assertion": told})
    assert "4711/9000" == cel.evaluate(mapping["google.subject"], {"assertion": told})


@pytest.mark.parametrize("claim", ["repository_id", "repository_owner_id"])
def test_another_repository_of_the_same_name_is_nobody(claim: str):
    assert cel.evaluate(option("attribute-condition"), {"assertion": {**CLAIMS, claim: "1"}}) is False


def test_each_identity_is_one_account_and_only_one_may_submit():
    members = {part.rpartition("/")[2]: command[4] for command in commands() for part in command
               if part.startswith("--member=principalSet://")}  # fmt: skip
    accounts = {name: f"gembatch-{name.partition('-')[0]}@acme-prod.iam.gserviceaccount.com" for name in members}

    assert {"plan", "status", "apply-prod"} == members.keys()
    assert accounts == members
    roles = [(command[3] if command[1] == "projects" else command[4], part.partition("=")[2]) for command in commands()
             for part in command if part.startswith("--member=serviceAccount:")]  # fmt: skip
    assert {"acme-prod", "gs://acme-prod-state", "gs://acme-prod-batch"} == {place for place, _ in roles}
    granted = {" ".join(command) for command in commands() if "roles/aiplatform.user" in " ".join(command)}
    assert 1 == len(granted)
    assert "gembatch-apply@" in next(iter(granted))


def test_the_variables_are_those_that_the_workflows_read():
    told = {command[3] for command in commands() if command[:3] == ["gh", "variable", "set"]}
    workflows = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob(".github/workflows/*.yml"))

    assert set(re.findall(r"vars\.([A-Z_]+)", workflows)) == told


def test_the_table_of_jobs_is_that_of_the_workflows():
    rows = re.findall(r"^\| `([^|]*)` \|[^|]*\| ([^|]*) \| ([^|]*) \|", PAGE, re.MULTILINE)
    told = {name: (dict(re.findall(r"`([a-z-]+): ([a-z]+)`", token)), who) for name, token, who in rows}

    called = read_workflow(ROOT / "gembatch/scaffold/.github/workflows/gembatch.yml")["jobs"]
    expected = {}
    for workflow, most in called.items():
        for job in read_workflow(ROOT / f".github/workflows/{workflow}.yml")["jobs"].values():
            permissions = job.get("permissions", most["permissions"])
            account = re.search(r"GEMBATCH_([A-Z]+)_SERVICE_ACCOUNT", json.dumps(job))
            name = job["name"].replace("${{ matrix.environment }}", "ENV")
            expected[name] = (permissions, account[1].lower() if account else "none")
    assert expected == told


def test_the_pipeline_of_gitlab_fits_gitlabs_schema(tmp_path: Path):
    (gitlab,) = (block for block in blocks("yaml") if "GITLAB_TOKEN" in block)
    (tmp_path / ".gitlab-ci.yml").write_text(gitlab, encoding="utf-8")

    checker = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci", str(tmp_path / ".gitlab-ci.yml")]
    done = subprocess.run(checker, capture_output=True, text=True, check=False, timeout=60)
    assert 0 == done.returncode, done.stdout


def test_the_hook_of_pre_commit_checks_a_workspace(tmp_path: Path):
    """What the manifest says, with the command that is installed here in place of one that pre-commit would install."""
    manifest = ROOT / ".pre-commit-hooks.yaml"
    (hook,) = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    (told,) = (yaml.safe_load(block) for block in blocks("yaml") if "gembatch-validate" in block)
    assert hook["id"] == told["repos"][0]["hooks"][0]["id"]

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": "/dev/null"}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=120)

    assert 0 == run("pre-commit", "validate-manifest", str(manifest)).returncode
    run("git", "init", "--quiet", ".")
    run("gembatch", "init", ".")
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run("git", "add", "--all")
    done = run("pre-commit", "run", "--all-files")
    assert 0 == done.returncode, done.stdout + done.stderr

    spec = tmp_path / "specs" / "reviews-mood.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("model:", "modle:"), encoding="utf-8")
    run("git", "add", "--all")
    done = run("pre-commit", "run", "--all-files")
    assert 1 == done.returncode
    assert "[schema.unknown-key]" in done.stdout
