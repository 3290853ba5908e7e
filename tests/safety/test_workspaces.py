"""What a pull request may turn in gembatch.yaml, what it may cost, and what it may want to have printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safety.conftest import CANARY, ROW, SPEC, WORKSPACE, Hostile

pytestmark = pytest.mark.slow

JOB = SPEC.replace("gs://demo-in/rows.jsonl", "./rows.jsonl")

TURNED = {
    "a newer gembatch": ("version: 1", 'version: 1\nrequires: ">=99"', "workspace.requires"),
    "another format": ("version: 1", "version: 2", "schema.value"),
    "another tool": ("version: 1", "version: 1\ntool: https://evil.example/gembatch", "schema.unknown-key"),
    "credentials": ("endpoint: embedded,", "credentials: /home/me/key.json,", "schema.unknown-key lockfile.missing"),
    "a service account": ("endpoint: embedded,", "serviceAccount: a@b,", "schema.unknown-key lockfile.missing"),
    "a lockfile above": ("endpoint: embedded,", "endpoint: embedded, lockfile: ../x.json,", "lockfile.path"),
    "a lockfile of the system": ("endpoint: embedded,", "endpoint: embedded, lockfile: /etc/x.json,", "lockfile.path"),
    "a seed above": ("endpoint: embedded,", "endpoint: embedded, seed: ../x,", "environment.seed"),
    "staging on the web": ("gs://demo-bucket/staging", "http://evil.example/", "environment.staging"),
    "a region that is a host": ("us-central1", "evil.example/x#", "schema.pattern"),
    "a project that is a path": ("demo-project", "../../others", "schema.pattern"),
    "a time zone that is a file": ("version: 1", "version: 1\ntimezone: ../../../etc/passwd", "workspace.timezone"),
    "rules that are silent": ("rules: [", 'rules: [{rule: "schema.*", severity: ignore}, ', "rules.fixed"),
    "a policy outside": ("rules: [", "policy: [{schema: ../x.json}]\nrules: [", "load.outside"),
    "a policy of the system": ("rules: [", "policy: [{run: [/bin/sh, -c, id]}]\nrules: [", "load.outside"),
}


@pytest.mark.parametrize("name", TURNED)
def test_a_setting_that_leads_astray_is_refused(hostile: Hostile, name: str) -> None:
    old, new, rules = TURNED[name]
    hostile.write({"gembatch.yaml": WORKSPACE.replace(old, new)})

    found = hostile.rules_of()

    assert found
    assert found <= set(rules.split())
    assert 1 == hostile.run("plan").code


MOVED = {
    "the project": ("demo-project", "other-project", {("create", "new"), ("retire", "removed")}),
    "the region": ("us-central1", "europe-west4", {("create", "new"), ("retire", "removed")}),
    "the environment": ("local:", "other:", {("blocked", "foreign")}),
}


@pytest.mark.parametrize("name", MOVED)
def test_what_moves_jobs_shows_in_the_plan(hostile: Hostile, name: str) -> None:
    old, new, expected = MOVED[name]
    apply(hostile)
    hostile.write({"gembatch.yaml": WORKSPACE.replace(old, new)})

    planned = json.loads(hostile.run("plan", "--format", "json").out)

    assert expected == {(change["action"], change["reason"]) for change in planned["changes"]}


def test_the_name_of_the_workspace_is_no_way_to_buy_all_again(hostile: Hostile) -> None:
    apply(hostile)
    hostile.write({"gembatch.yaml": WORKSPACE.replace("name: reviews", "name: others")})

    assert (1, "error: the lockfile") == ((done := hostile.run("plan")).code, done.err[:19])


@pytest.mark.parametrize("limits", ["", "limits: {maxSubmissions: 5}, "])
def test_more_than_anybody_means_is_not_submitted(hostile: Hostile, limits: str) -> None:
    """Two hundred jobs, and `--yes`: a hundred are the most unless the environment, or a person, says otherwise."""
    values = list(range(200))
    hostile.write(
        {
            "gembatch.yaml": WORKSPACE.replace("endpoint: embedded,", f"endpoint: embedded, {limits}"),
            "specs/daily.yaml": f"matrix: {{n: {values}}}\n" + JOB.replace("daily", "daily-{{ n }}"),
            "rows.jsonl": ROW,
        }
    )

    done = hostile.run("apply", "--yes")

    assert (1, True) == (done.code, "200 jobs" in done.err), done.err
    assert not (hostile.root / "locks").exists()


POLICIES = {
    "a pattern without end": {"properties": {"workspace": {"pattern": "^(r*e*v*i*e*w*s*)*x$"}}},
    "itself": {"$ref": "#"},
    "ten thousand ways": {"anyOf": [{"properties": {"serial": {"const": n}}} for n in range(1_900)]},
    "too many ways": {"anyOf": [{"const": n} for n in range(10_000)]},
    "a schema of this machine": {"$ref": "http://127.0.0.1:PORT/schema.json"},
    "a schema of the metadata server": {"$ref": "http://169.254.169.254/"},
    "a schema that is a file": {"$ref": "file:///etc/passwd"},
    "a language of this machine": {"$schema": "http://127.0.0.1:PORT/schema.json"},
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_cannot_judge_refuses_the_plan(hostile: Hostile, name: str) -> None:
    schema = json.dumps(POLICIES[name]).replace("PORT", str(hostile.port))
    policy = "policy: [{schema: policy.json, timeoutSeconds: 2}]\n"
    hostile.write({"gembatch.yaml": WORKSPACE + policy, "policy.json": schema})

    assert 1 == hostile.run("plan").code


# Put together here, so that nobody's scanner takes this file for a leak.
SECRETS = {
    "a private key": "-----BEGIN " + f"PRIVATE KEY-----\\n{CANARY}\\n-----END PRIVATE KEY-----",
    "a service account": '{\\"private_key\\": \\"-----BEGIN ' + f'PRIVATE KEY-----{CANARY}\\"}}',
    "a token of Google": f"ya29.{CANARY}-0123456789",
    "a token of the web": f"eyJhbGciOiJI.eyJzdWIiOiIx.{CANARY}",
    "a signed URL": f"https://storage.googleapis.com/b/o?X-Goog-Signature={CANARY}0123456789",
}
FORMS = ("validate", "validate --format json", "validate --format sarif", "validate --format github", "render",
         "render --explain", "plan -v", "apply --yes -v")  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_told_of_and_printed_nowhere(hostile: Hostile, name: str, form: str) -> None:
    """Wherever a value may stand; that the canary is nowhere is what every run is held to."""
    secret = SECRETS[name]
    hostile.write(
        {
            "gembatch.yaml": WORKSPACE.replace("default: mood", f'default: "{secret}"'),
            "specs/prompt.yaml": f'{SPEC}modelParameters: {{prompt: ["a {secret}"]}}\n',
            "specs/name.yaml": SPEC.replace("daily", f'"{secret}"', 1),
            "specs/label.yaml": f'{SPEC}labels: {{a: "{secret}"}}\n',
            "specs/key.yaml": f'{SPEC}"{secret}": x\n',
            "specs/note.yaml": f"# {secret.replace(chr(92), '')}\n{SPEC}modle: x\n",
            "specs/axis.yaml": f'{SPEC}matrix: {{a: ["{secret}"]}}\nlabels: {{a: "{{{{ a / 2 }}}}"}}\n',
            "specs/uri.yaml": SPEC.replace("gs://demo-in/rows.jsonl", f'"gs://{secret}"'),
        }
    )

    done = hostile.run(*form.split())

    assert (1, True) == (done.code, "secret.value" in done.out + done.err)


def test_half_of_a_secret_is_printed_nowhere(hostile: Hostile) -> None:
    """What is long is cut in messages, and what is left of a secret must not be what it began with."""
    secret = "ghp" + "_" + "0123456789abcdefghijklmnopqrstuvwxyz"
    long = "x" * 30 + " " + secret
    hostile.write(
        {
            "gembatch.yaml": WORKSPACE.replace("default: mood", f'default: "{long}", values: [a]'),
            "specs/value.yaml": f'{SPEC}lifecycle: {{onFailure: "{long}"}}\n',
            "specs/label.yaml": f'{SPEC}labels: {{a: "{long}"}}\n',
            "specs/axis.yaml": f'{SPEC}matrix: {{a: [{{m: "{long}", n: 1}}]}}\nlabels: {{a: "{{{{ a.n }}}}"}}\n',
        }
    )

    told = hostile.run("validate").out

    assert secret[:12] not in told
    assert "secret.value" in told


def apply(hostile: Hostile) -> Path:
    hostile.write({"specs/daily.yaml": JOB, "rows.jsonl": ROW})
    assert 0 == hostile.run("apply", "--yes").code
    return hostile.root / "locks" / "local.lock.json"
