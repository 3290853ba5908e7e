from __future__ import annotations

from dataclasses import replace

import pytest

from gembatch.errors import UsageError
from gembatch.load.workspace import environment_named, workspace_from
from gembatch.load.yaml_reader import read_text
from gembatch.model.document import Source
from gembatch.model.policies import ProgramPolicy, SchemaPolicy
from gembatch.model.workspace import Environment, Limits, SubmitSettings, Variable, Workspace


def _workspace(environments: str, more: str = "") -> Workspace:
    text = f"version: 1\nname: reviews\nspecs: [specs/**/*.yaml, more/*.yaml]\n{more}environments:\n{environments}"
    read = read_text(Source("gembatch.yaml", text))

    assert read.diagnostics == ()
    return workspace_from(read.documents[0])


_PROD = "  prod: {project: acme-prod, region: global}\n"


def test_what_is_left_out_has_its_default() -> None:
    workspace = _workspace(_PROD)

    assert workspace.name == "reviews"
    assert workspace.specs == ("specs/**/*.yaml", "more/*.yaml")
    assert workspace.timezone == "UTC"
    assert workspace.requires is None
    assert workspace.default_environment is None
    assert workspace.variables == {}
    assert workspace.defaults == {}
    assert {"prod": Environment("prod", "acme-prod", "global", lockfile="")} == workspace.environments
    assert str(workspace.document.places.at(("name",))) == "gembatch.yaml:2:7"


def test_what_is_given_is_taken() -> None:
    workspace = _workspace(
        _PROD,
        "requires: '>=0.1'\ntimezone: Europe/Berlin\ndefaultEnvironment: prod\ndefaults: {labels: {team: search}}\n",
    )

    assert workspace.requires == ">=0.1"
    assert workspace.timezone == "Europe/Berlin"
    assert workspace.default_environment == "prod"
    assert workspace.defaults == {"labels": {"team": "search"}}


def test_a_variable_is_required_unless_it_has_a_default() -> None:
    workspace = _workspace(
        _PROD,
        "variables:\n"
        "  bucket: {type: string, description: Where prompts live}\n"
        "  langs: {type: list, default: [de]}\n"
        "  note: {type: string, default: null}\n",
    )

    assert workspace.variables == {
        "bucket": Variable("string", "Where prompts live"),
        "langs": Variable("list", default=["de"], required=False),
        "note": Variable("string", required=False),
    }


def test_an_environment_takes_all_its_settings() -> None:
    workspace = _workspace("""\
  local:
    project: demo-project
    region: us-central1
    endpoint: embedded
    staging: gs://demo-bucket/staging
    seed: specs/buckets
    lockfile: locks/mine.json
    variables: {bucket: demo-bucket}
    submit:
      perMinute: 30
      readsPerMinute: 300.0
      concurrency: 4.0
      timeoutSeconds: 1.5
      settleSeconds: 2
      leaseSeconds: 3
      neverGuess: true
    limits: {maxSubmissions: 50.0, maxReplacedShare: 0.25}
""")
    environment = workspace.environments["local"]

    expected = Environment(
        name="local",
        project="demo-project",
        region="us-central1",
        lockfile="locks/mine.json",
        endpoint="embedded",
        staging="gs://demo-bucket/staging",
        seed="specs/buckets",
        variables={"bucket": "demo-bucket"},
        submit=SubmitSettings(30, 300, 4, 1.5, 2, 3, never_guess=True),
        limits=Limits(50, 0.25),
    )
    assert expected == environment
    assert isinstance(environment.submit.concurrency, int)
    assert isinstance(environment.submit.reads_per_minute, int)
    assert isinstance(environment.limits.max_submissions, int)


@pytest.mark.parametrize(
    ("endpoint", "lockfile", "submit"),
    [
        ("", "", SubmitSettings(60, 600, 8, 60, 120, 300)),
        ("endpoint: http://127.0.0.1:8080", "locks/x.lock.json", SubmitSettings(None, None, 8, 60, 120, 300)),
        ("endpoint: embedded", "locks/x.lock.json", SubmitSettings(None, None, 8, 5, 10, 15)),
    ],
)
def test_defaults_depend_on_the_endpoint(endpoint: str, lockfile: str, submit: SubmitSettings) -> None:
    environment = _workspace(f"  x:\n    project: p\n    region: global\n    {endpoint}\n").environments["x"]

    assert (lockfile, submit) == (environment.lockfile, environment.submit)


def test_one_setting_leaves_the_defaults_of_the_others() -> None:
    workspace = _workspace(
        "  x: {project: p, region: global, submit: {concurrency: 2}, limits: {maxReplacedShare: 1}}\n"
    )
    environment = workspace.environments["x"]

    assert SubmitSettings(concurrency=2) == environment.submit
    assert Limits(max_replaced_share=1) == environment.limits


_TWO = "  local: {project: p, region: global}\n  prod: {project: q, region: global}\n"


@pytest.mark.parametrize(
    ("environments", "default", "name", "expected"),
    [
        (_PROD, "", None, "prod"),
        (_TWO, "", "prod", "prod"),
        (_TWO, "defaultEnvironment: prod\n", None, "prod"),
        (_TWO, "defaultEnvironment: prod\n", "local", "local"),
    ],
)
def test_the_environment_is_the_named_one_else_the_default_else_the_only_one(
    environments: str, default: str, name: str | None, expected: str
) -> None:
    assert expected == environment_named(_workspace(environments, default), name).name


@pytest.mark.parametrize(
    ("default", "name", "message", "hint"),
    [
        ("", "prd", "there is no environment `prd`", "did you mean `prod`?"),
        ("", "xyz", "there is no environment `xyz`", "the workspace has `local`, `prod`"),
        ("defaultEnvironment: lokal\n", None, "there is no environment `lokal`", "did you mean `local`?"),
        (
            "",
            None,
            "the workspace has several environments and no `defaultEnvironment`",
            "choose one with -e: `local`, `prod`",
        ),
    ],
)
def test_an_unclear_environment_is_wrong_usage(default: str, name: str | None, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        environment_named(_workspace(_TWO, default), name)

    assert message == str(caught.value)
    assert hint == caught.value.hint


def test_limits_are_those_of_the_workspace_unless_an_environment_says_otherwise_key_by_key() -> None:
    workspace = _workspace(
        "  prod:\n    project: acme-prod\n    region: global\n"
        "    limits: {maxSubmissions: 5.0, maxPerModel: {gemini-4-argon: 2}, allowedBuckets: [acme-prod]}\n"
        "  dev: {project: acme-dev, region: global}\n",
        "limits:\n"
        "  maxSubmissions: 50\n"
        "  maxReplacedShare: 0.25\n"
        "  maxPerModel: {gemini-4-argon: 10, gemini-3.8-flash: 20.0}\n"
        "  forbiddenModels: [gemini-2*]\n"
        "  forbiddenRegions: [us-*]\n"
        "  allowedProjects: [acme-prod, acme-dev]\n"
        "  allowedBuckets: [acme-*]\n",
    )
    shared = Limits(
        max_submissions=50,
        max_replaced_share=0.25,
        max_per_model={"gemini-4-argon": 10, "gemini-3.8-flash": 20},
        forbidden_models=("gemini-2*",),
        forbidden_regions=("us-*",),
        allowed_projects=("acme-prod", "acme-dev"),
        allowed_buckets=("acme-*",),
    )

    assert shared == workspace.limits
    assert shared == workspace.limits_of("dev")
    assert shared == workspace.limits_of("an environment that another branch has")
    assert workspace.limits_of("prod") == replace(
        shared,
        max_submissions=5,
        max_per_model={"gemini-4-argon": 2, "gemini-3.8-flash": 20},
        allowed_buckets=("acme-prod",),
    )


def test_a_limit_has_the_place_where_it_is_written() -> None:
    workspace = _workspace(
        "  prod: {project: acme-prod, region: global, limits: {maxSubmissions: 5}}\n",
        "limits: {maxSubmissions: 50, forbiddenModels: [a, b]}\n",
    )

    assert "gembatch.yaml:6:71" == str(workspace.limit_at("prod", ("maxSubmissions",)))
    assert "gembatch.yaml:4:26" == str(workspace.limit_at("dev", ("maxSubmissions",)))
    assert "gembatch.yaml:4:51" == str(workspace.limit_at("prod", ("forbiddenModels", 1)))
    assert None is workspace.limit_at("prod", ("maxReplacedShare",))


def test_policies_are_schemas_and_programs_in_the_order_of_the_file() -> None:
    workspace = _workspace(
        _PROD,
        "policy:\n"
        "  - {schema: policies/owners.json}\n"
        "  - {run: [policies/check.py, --strict, x y], timeoutSeconds: 2.5}\n"
        "  - {timeoutSeconds: 5, schema: policies/late.yaml}\n",
    )

    assert workspace.policies == (
        SchemaPolicy("policies/owners.json", 30),
        ProgramPolicy("policies/check.py", ("--strict", "x y"), 2.5),
        SchemaPolicy("policies/late.yaml", 5),
    )
