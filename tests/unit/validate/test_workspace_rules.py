"""What the schema cannot say about a workspace: rule, underlined text, message, hint."""

from __future__ import annotations

import pytest

from gembatch.load.workspace import workspace_from
from gembatch.validate.schema import workspace_check
from gembatch.validate.workspace_rules import WORKSPACE_RULES, check_requires, check_workspace

GOOD = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  local: {endpoint: embedded, project: demo, region: us-central1, seed: ./specs/buckets}
  prod: {project: acme, region: global, lockfile: locks/prod.lock.json, staging: gs://acme-batch/staging}
"""


def prod(text: str) -> str:
    return GOOD.replace("lockfile: locks/prod.lock.json", text)


def local(text: str) -> str:
    return GOOD.replace("endpoint: embedded, project: demo, region: us-central1, seed: ./specs/buckets", text)


@pytest.fixture
def check(read, workspace_schema):
    def check_one(text, version="0.1.0", trusted=()):
        document = read(text)
        assert () == workspace_check(document, workspace_schema)
        return check_workspace(
            workspace_from(document),
            version=version,
            is_timezone={"UTC", "Europe/Berlin"}.__contains__,
            trusted_endpoints=trusted,
        )

    return check_one


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD + "timezone: Europe/Berlin\ndefaultEnvironment: prod\n",
        local('endpoint: "http://127.0.0.1:8432", project: demo, region: us'),
        local('endpoint: "http://localhost:1/", project: demo, region: us'),
        local('endpoint: "http://[::1]:65535", project: demo, region: us'),
        prod("lockfile: locks/prod.lock.json, submit: {timeoutSeconds: 100, leaseSeconds: 300.5}"),
        prod("lockfile: locks/prod.lock.json, limits: {forbiddenRegions: []}")
        + "limits: {forbiddenRegions: [global]}\n",
        GOOD + 'limits: {allowedProjects: [acme, demo], allowedBuckets: ["acme-*"], forbiddenRegions: ["europe-*"]}\n',
        prod("lockfile: gs://acme-state/prod.lock.json"),
        prod("lockfile: gs://acme-state/gembatch/reviews/prod, submit: {timeoutSeconds: 2, leaseSeconds: 8}"),
        # A bucket of the emulator is not Google's bucket of that name.
        prod("lockfile: gs://acme-state/x.json").replace(
            "endpoint: embedded", "endpoint: embedded, lockfile: gs://acme-state/x.json"
        ),
    ],
)
def test_nothing_is_said_of_a_sound_workspace(check, text):
    assert () == check(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://emulator.example.com",
        "https://emulator.example.com/",
        "https://emulator.example.com:8443",
        "https://10.0.0.1:8443",
        "https://[2001:db8::1]:8443",
        "https://localhost:8443",
        "http://127.0.0.2:8432",
    ],
)
def test_an_endpoint_elsewhere_is_taken_from_who_insists_on_it(check, url):
    text = local(f'endpoint: "{url}", project: demo, region: us')

    assert () == check(text, trusted=(url,))
    assert ["environment.endpoint"] == [finding.rule for finding in check(text)]
    assert ["environment.endpoint"] == [finding.rule for finding in check(text, trusted=(url[:-1], f"{url}0"))]


@pytest.mark.parametrize(
    "url",
    [
        "http://emulator.example.com",
        "http://169.254.169.254/",
        "http://127.0.0.1@example.com:80",
        "http://127.0.0.2.example.com:80",
        "https://me:secret@example.com",
        "https://example.com/path",
        "https://example.com?q=1",
        "https://example.com#x",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com\\@evil.com",
        "https://exаmple.com",  # noqa: RUF001  a letter of another alphabet
        "https://",
        "ftp://example.com",
        "embeded",
    ],
)
def test_an_endpoint_that_nobody_should_trust_is_refused_all_the_same(check, url):
    text = local(f"endpoint: '{url}', project: demo, region: us")

    assert ["environment.endpoint"] == [finding.rule for finding in check(text, trusted=(url,))]


ENDPOINT = "endpoint must be `embedded` or an address of this machine such as http://127.0.0.1:8432"
OWN_LIMITS = "change one of the two; an environment's own `limits` take the place of the workspace's, key by key"
PATH = "lockfile must be a path in the workspace or a gs:// URI"
IN_BUCKET = "write for example `gs://acme-state/gembatch/prod.lock.json`"
OBJECT = "lockfile must be one object in Cloud Storage, gs://BUCKET/OBJECT"

TOLD = {
    "an unknown default environment": (
        GOOD + "defaultEnvironment: prd\n",
        [
            (
                "workspace.default-environment",
                "prd",
                'defaultEnvironment must be one of the environments, got "prd"',
                "did you mean `prod`?",
            )
        ],
    ),
    "a default environment like none": (
        GOOD + "defaultEnvironment: staging\n",
        [
            (
                "workspace.default-environment",
                "staging",
                'defaultEnvironment must be one of the environments, got "staging"',
                "the environments are `local`, `prod`",
            )
        ],
    ),
    "an unknown time zone": (
        GOOD + "timezone: Europe/Bern\n",
        [
            (
                "workspace.timezone",
                "Europe/Bern",
                'timezone must be the name of a time zone, got "Europe/Bern"',
                "write `UTC`, or a name of the IANA database such as `Europe/Berlin`",
            )
        ],
    ),
    "no lockfile": (
        GOOD.replace("lockfile: locks/prod.lock.json, ", ""),
        [
            (
                "lockfile.missing",
                "prod",
                "environment prod has no lockfile to remember what was submitted",
                "add `lockfile: locks/prod.lock.json`",
            )
        ],
    ),
    "a lockfile that is a bucket": (
        prod("lockfile: gs://acme-state"),
        [("lockfile.path", "gs://acme-state", f'{OBJECT}, got "gs://acme-state"', IN_BUCKET)],
    ),
    "a lockfile that is many objects": (
        prod("lockfile: gs://acme-state/*.json"),
        [("lockfile.path", "gs://acme-state/*.json", f'{OBJECT}, got "gs://acme-state/*.json"', IN_BUCKET)],
    ),
    "a lockfile elsewhere": (
        prod("lockfile: s3://acme-state/prod.lock.json"),
        [("lockfile.path", "s3://acme-state/prod.lock.json", f'{PATH}, got "s3://acme-state/prod.lock.json"', None)],
    ),
    "two environments with one lockfile in a bucket": (
        prod("lockfile: gs://acme-state/x.json")
        + "  test: {project: acme, region: us, lockfile: gs://acme-state/x.json}\n",
        [
            (
                "lockfile.shared",
                "gs://acme-state/x.json",
                "environments prod and test share the lockfile gs://acme-state/x.json",
                "give each environment a lockfile of its own",
            )
        ],
    ),
    "a lease that a bucket uses up": (
        prod("lockfile: gs://acme-state/x.json, submit: {timeoutSeconds: 2, leaseSeconds: 7}"),
        [
            (
                "submit.lease",
                "7",
                "leaseSeconds must be more than timeoutSeconds and 5 (7) with a lockfile in a bucket, got 7",
                None,
            )
        ],
    ),
    "a lockfile outside": (
        prod("lockfile: locks/../../prod.lock.json"),
        [("lockfile.path", "locks/../../prod.lock.json", f'{PATH}, got "locks/../../prod.lock.json"', None)],
    ),
    "a lockfile from the root": (
        prod("lockfile: /tmp/prod.lock.json"),
        [("lockfile.path", "/tmp/prod.lock.json", f'{PATH}, got "/tmp/prod.lock.json"', None)],  # noqa: S108  only a name
    ),
    "a lockfile that is the workspace": (
        prod("lockfile: ./"),
        [("lockfile.path", "./", f'{PATH}, got "./"', None)],
    ),
    "a lockfile with backslashes": (
        prod("lockfile: ..\\prod.json"),
        [("lockfile.path", "..\\prod.json", f'{PATH}, got "..\\\\prod.json"', None)],
    ),
    "two environments with one lockfile": (
        prod("lockfile: ./locks//local.lock.json"),
        [
            (
                "lockfile.shared",
                "./locks//local.lock.json",
                "environments local and prod share the lockfile locks/local.lock.json",
                "give each environment a lockfile of its own",
            )
        ],
    ),
    "an endpoint elsewhere": (
        local('endpoint: "https://10.0.0.1:8432", project: demo, region: us'),
        [
            (
                "environment.endpoint",
                '"https://10.0.0.1:8432"',
                f'{ENDPOINT}, got "https://10.0.0.1:8432"',
                (
                    "leave `endpoint` out to submit jobs to Google; whoever means this address says so with "
                    "`--trust-endpoint https://10.0.0.1:8432`"
                ),
            )
        ],
    ),
    "an endpoint elsewhere that cannot be trusted": (
        local('endpoint: "http://10.0.0.1:8432", project: demo, region: us'),
        [
            (
                "environment.endpoint",
                '"http://10.0.0.1:8432"',
                f'{ENDPOINT}, got "http://10.0.0.1:8432"',
                (
                    "leave `endpoint` out to submit jobs to Google; another address must be https://HOST or "
                    "https://HOST:PORT, and needs `--trust-endpoint`"
                ),
            )
        ],
    ),
    "an endpoint without a port": (
        local('endpoint: "http://localhost", project: demo, region: us'),
        [
            (
                "environment.endpoint",
                '"http://localhost"',
                f'{ENDPOINT}, got "http://localhost"',
                "write http://127.0.0.1:PORT, with a port from 1 to 65535 and nothing after it",
            )
        ],
    ),
    "an endpoint at no port": (
        local('endpoint: "http://localhost:65536", project: demo, region: us'),
        [
            (
                "environment.endpoint",
                '"http://localhost:65536"',
                f'{ENDPOINT}, got "http://localhost:65536"',
                "write http://127.0.0.1:PORT, with a port from 1 to 65535 and nothing after it",
            )
        ],
    ),
    "a region that the workspace forbids": (
        GOOD + 'limits: {forbiddenRegions: [eu, "us-*"]}\n',
        [
            (
                "environment.limits",
                "us-central1",
                "region of local is us-central1, which `limits.forbiddenRegions` forbids",
                OWN_LIMITS,
            )
        ],
    ),
    "a project that is not allowed": (
        prod("lockfile: locks/prod.lock.json, limits: {allowedProjects: [acme-prod, demo]}"),
        [
            (
                "environment.limits",
                "acme",
                "project of prod is acme, which `limits.allowedProjects` lacks",
                OWN_LIMITS,
            )
        ],
    ),
    "staging in a bucket that is not allowed": (
        prod('lockfile: locks/prod.lock.json, limits: {allowedBuckets: [acme, "*-batches"]}'),
        [
            (
                "environment.limits",
                "gs://acme-batch/staging",
                "staging of prod is acme-batch, which `limits.allowedBuckets` lacks",
                OWN_LIMITS,
            )
        ],
    ),
    "a seed for nothing": (
        prod("lockfile: locks/prod.lock.json, seed: specs/buckets"),
        [
            (
                "environment.seed",
                "specs/buckets",
                "seed needs `endpoint: embedded`: it fills the buckets of the emulator that a command starts",
                None,
            )
        ],
    ),
    "a seed outside": (
        GOOD.replace("./specs/buckets", "~/buckets"),
        [("environment.seed", "~/buckets", 'seed must be a folder in the workspace, got "~/buckets"', None)],
    ),
    "staging on the machine": (
        GOOD.replace("gs://acme-batch/staging", "./staging"),
        [
            (
                "environment.staging",
                "./staging",
                'staging must be a prefix in Cloud Storage such as gs://acme-batch/staging, got "./staging"',
                None,
            )
        ],
    ),
    "a settling time that is too short": (
        prod("lockfile: locks/prod.lock.json, submit: {settleSeconds: 60}"),
        [("submit.settle", "60", "settleSeconds must be more than timeoutSeconds (60), got 60", None)],
    ),
    "a time-out that outlives the rest": (
        prod("lockfile: locks/prod.lock.json, submit: {timeoutSeconds: 300.5}"),
        [
            (
                "submit.lease",
                "300.5",
                "leaseSeconds must be more than 1.5 times timeoutSeconds (450.75), got 300",
                None,
            ),
            ("submit.settle", "300.5", "settleSeconds must be more than timeoutSeconds (300.5), got 120", None),
        ],
    ),
    "a setting of a rule like another": (
        GOOD + "rules: [{rule: label.value, severity: warning}]\n",
        [("rules.unknown", "label.value", "there is no rule `label.value`", "did you mean `labels.value`?")],
    ),
    "a setting of a rule like none": (
        GOOD + "rules: [{rule: 'x*', severity: error}]\n",
        [("rules.unknown", "'x*'", "there is no rule `x*`", "`gembatch explain` lists the rules")],
    ),
    "a setting of rules that jobs need": (
        GOOD + "rules: [{rule: 'schema.*', severity: warning}]\n",
        [
            (
                "rules.fixed",
                "warning",
                "`schema.*` cannot be lowered: without it jobs are built wrongly or not at all",
                "take the entry out, and correct what the rule finds",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_workspace_is_told(case, check, tell):
    text, expected = TOLD[case]

    assert expected == tell(check(text))


def test_every_rule_has_a_case_above():
    assert {rule.id for rule in WORKSPACE_RULES} == {each[0] for _, findings in TOLD.values() for each in findings}


def test_every_rule_is_described_in_a_line():
    assert [] == [rule for rule in WORKSPACE_RULES if not rule.description or rule.description.endswith(".")]


def test_a_shared_lockfile_points_at_both(check):
    (finding,) = check(prod("lockfile: locks/local.lock.json"))

    assert ["5:3 local has it here"] == [f"{at.line}:{at.column} {why}" for at, why in finding.related]


def test_an_older_gembatch_is_refused(check, tell):
    assert [
        (
            "workspace.requires",
            '">=0.2"',
            "this workspace requires gembatch >=0.2, and this is 0.1.9",
            "upgrade gembatch: `pip install --upgrade gembatch`",
        )
    ] == tell(check('requires: ">=0.2"\n' + GOOD, version="0.1.9"))


@pytest.mark.parametrize(
    ("requires", "version"),
    [
        (">=0.1", "0.1.0"),
        (">=0.1", "0.1"),
        (">=0.1.0", "0.1"),
        (">=0.9", "0.10.2"),
        (">=1", "1.0.0rc1"),
        (">=0", "dev"),
    ],
)
def test_the_same_or_a_later_gembatch_will_do(read, requires, version):
    assert () == check_requires(read(f'requires: "{requires}"\n'), version=version)


@pytest.mark.parametrize("text", ["[1]\n", "requires: 3\n", "requires: '==1'\n", "name: x\n"])
def test_a_requirement_that_cannot_be_read_is_left_to_the_schema(read, text):
    assert () == check_requires(read(text), version="0.0.1")
