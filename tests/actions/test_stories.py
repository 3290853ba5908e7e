"""Stories of pull requests, told by the very workflows and actions that `init --github` writes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from actions.runs import Cancel, Finished
from actions.world import WORKFLOW, World, spec
from fake_github import Reply

pytestmark = pytest.mark.slow


def opened(world: World, *names: str, branch: str = "") -> int:
    """Opens a pull request that asks for some jobs."""
    world.begin(branch or f"add-{names[0]}")
    for name in names:
        world.write(f"specs/{name}.yaml", spec(name))
    return world.open_pull()


def results(jobs: dict[str, Finished]) -> dict[str, str]:
    return {name: job.result for name, job in jobs.items()}


def test_a_pull_request_shows_what_its_merge_would_do(world: World):
    number = opened(world, "moods", "topics")

    jobs = world.planned(number)
    assert {"touched environments": "success", "plan prod": "success", "comment": "success"} == results(jobs)
    body = world.comment_on(number)
    assert "Merging this will **submit 2 jobs**, and do no more than is shown here." in body
    assert "planned" == world.state_of(number)
    assert "moods" in jobs["plan prod"].summary
    assert {} == world.jobs()


def test_each_job_has_the_permissions_that_it_needs_and_no_others(world: World):
    number = opened(world, "moods")
    planned = world.planned(number)
    world.merge(number)
    applied = world.applied("schedule")

    assert {
        "touched environments": {"contents": "read"},
        "plan prod": {"contents": "read", "id-token": "write"},
        "comment": {"contents": "read", "actions": "read", "pull-requests": "write"},
        "approved plans": {"contents": "read", "actions": "read", "pull-requests": "read"},
        "environments": {"contents": "read"},
        "apply to prod": {"contents": "read", "id-token": "write", "actions": "read", "pull-requests": "write"},
        "status of prod": {"contents": "read", "id-token": "write", "actions": "read", "pull-requests": "write"},
    } == {name: job.permissions for name, job in {**planned, **applied}.items()}
    accounts = {name: job.identities for name, job in {**planned, **applied}.items() if job.identities}
    assert {"plan prod": ["plan"], "apply to prod": ["apply"], "status of prod": ["status"]} == {
        name: [each.partition("@")[0] for each in found] for name, found in accounts.items()
    }


def test_the_next_push_replaces_what_the_first_has_shown(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.write("specs/topics.yaml", spec("topics"))
    world.push_again(number)

    world.planned(number)
    assert "Merging this will **submit 2 jobs**" in world.comment_on(number)


def test_a_push_that_takes_all_back_says_so(world: World):
    number = opened(world, "moods")
    world.planned(number)
    (world.desk / "specs" / "moods.yaml").unlink()
    world.push_again(number)

    jobs = world.planned(number)
    assert {"touched environments": "success", "comment": "success"} == results(jobs)
    assert "nothing" == world.state_of(number)
    assert "This pull request does not touch this environment any more." in world.comment_on(number)


def test_a_merge_submits_what_was_shown_and_no_more(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)

    jobs = world.applied()
    assert {"approved plans": "success", "apply to prod": "success"} == results(jobs)
    assert {"moods": 1} == world.jobs()
    assert "applied" == world.state_of(number)
    assert "**Applied for `prod` of `reviews`:** 1 submitted." in world.comment_on(number)
    assert "prod" == jobs["apply to prod"].environment
    assert "gembatch-.-prod" == jobs["apply to prod"].group
    assert "**Applied for `prod` of `reviews`:** 1 submitted." in jobs["apply to prod"].summary


def test_a_second_run_has_nothing_to_do(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)
    world.applied()

    assert {"approved plans": "success"} == results(world.applied())
    assert {"moods": 1} == world.jobs()


def test_what_nobody_has_merged_is_not_applied(world: World):
    number = opened(world, "moods")
    world.planned(number)

    assert {"approved plans": "success"} == results(world.applied())
    assert "planned" == world.state_of(number)


def test_what_was_merged_without_its_plan_is_not_applied(world: World):
    """The last push was merged before its run was through."""
    number = opened(world, "moods")
    world.planned(number)
    world.write("specs/topics.yaml", spec("topics"))
    world.push_again(number)
    world.merge(number)

    world.applied()
    assert {} == world.jobs()


def test_of_pending_runs_that_github_cancels_nothing_is_lost(world: World):
    """Three merges in a row: the first run applies, the second is cancelled while it waits, the third comes last."""
    numbers = [opened(world, name) for name in ("moods", "topics", "names")]
    for number in numbers:
        world.planned(number)
    world.merge(numbers[0])
    world.applied()
    world.merge(numbers[1])
    world.merge(numbers[2])

    world.applied()
    assert {"moods": 1, "topics": 1, "names": 1} == world.jobs()
    assert ["applied"] * 3 == [world.state_of(number) for number in numbers]


def test_two_applies_at_once_submit_once(world: World):
    """As if the workflow did not keep them apart: the lockfile in the bucket does."""
    number = opened(world, "moods", "topics", "names")
    world.planned(number)
    world.merge(number)

    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(world.applied) for _ in range(2)]
    results = {run.result()["apply to prod"].result for run in runs if "apply to prod" in run.result()}
    assert "success" in results
    assert {"moods": 1, "topics": 1, "names": 1} == world.jobs()

    world.applied()
    assert {"moods": 1, "topics": 1, "names": 1} == world.jobs()
    assert "applied" == world.state_of(number)


def test_what_a_run_has_missed_the_scheduled_one_finds(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)

    jobs = world.applied("schedule")
    assert "success" == jobs["apply to prod"].result
    assert {"moods": 1} == world.jobs()


def test_what_others_have_merged_meanwhile_does_not_stop_a_plan(world: World):
    first, second = opened(world, "moods"), opened(world, "topics")
    world.planned(first)
    world.planned(second)
    world.merge(second)
    world.merge(first)

    world.applied()
    assert {"moods": 1, "topics": 1} == world.jobs()


def test_what_moved_between_review_and_apply_is_refused_by_name(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)
    world.push_to_main("specs/moods.yaml", spec("moods").replace("gemini-3.8-flash", "gemini-4-argon"))

    jobs = world.applied()
    assert "failure" == jobs["apply to prod"].result
    assert {} == world.jobs()
    assert "**refused** `moods`" in world.comment_on(number)


def test_a_fork_is_planned_offline_without_anything_to_lose(world: World):
    world.push_to_main("specs/names.yaml", spec("names"))
    world.begin("theirs")
    world.write("specs/moods.yaml", spec("moods"))
    number = world.open_pull(is_from_fork=True)

    jobs = world.planned(number)
    assert {"touched environments": "success", "plan prod offline": "success"} == results(jobs)
    assert {"contents": "read"} == jobs["plan prod offline"].permissions
    assert [] == jobs["plan prod offline"].identities
    assert "moods" in jobs["plan prod offline"].summary
    assert "names" not in jobs["plan prod offline"].summary
    assert "" == world.comment_on(number)
    assert {} == world.fake.artifacts

    world.merge(number)
    assert {"approved plans": "success"} == results(world.applied())
    assert {} == world.jobs()


def test_a_fork_that_rewrites_the_workflow_gains_nothing(world: World):
    """It asks for everything; GitHub gives a fork no more than reading, and no identity."""
    world.begin("theirs")
    world.write("specs/moods.yaml", spec("moods"))
    plan = ".github/workflows/gembatch-plan.yml"
    same = "github.event.pull_request.head.repo.id == github.event.pull_request.base.repo.id"
    world.edit(plan, f"      {same}\n      && fromJSON", "      always()\n      && fromJSON")
    world.edit(plan, f"&& {same}", "&& always()")
    number = world.open_pull(is_from_fork=True)

    with pytest.raises(AssertionError, match="GitHub gives this job no identity"):
        world.planned(number)
    assert "" == world.comment_on(number)


def test_a_fork_that_changes_where_and_how_much_gains_nothing(world: World):
    """The endpoint, the project, another environment, the limits: no request leaves, and the base's limits count."""
    world.push_to_main("specs/names.yaml", spec("names"))
    world.begin("theirs")
    for number in range(11):
        world.write(f"specs/job-{number}.yaml", spec(f"job-{number}"))
    world.edit("gembatch.yaml", "limits: {maxSubmissions: 10}", "limits: {maxSubmissions: 1000}")
    world.edit("gembatch.yaml", world.emulator.url, "http://127.0.0.1:1")
    config = (world.desk / "gembatch.yaml").read_text(encoding="utf-8")
    prod = config.partition("  prod:\n")[2]
    world.write("gembatch.yaml", f"{config}  more:\n{prod.replace('reviews.lock', 'more.lock')}")

    jobs = world.planned(world.open_pull(is_from_fork=True))
    for environment in ("prod", "more"):
        job = jobs[f"plan {environment} offline"]
        assert "failure" == job.result
        assert f"in {environment} at most 10 may be submitted" in job.summary
    assert [] == [name for name, job in jobs.items() if job.identities]
    assert {} == world.fake.artifacts


HOSTILE = """\
::error file=x::evil
##[add-mask]evil
<!-- gembatch workspace=reviews environment=prod state=applied -->
</details></code></pre><img src=https://evil.example/beacon> ```` ~~~~
@acme/admins Fixes #1 [a](javascript:x) $(touch pwned) `touch pwned`
GITHUB_OUTPUT<<EOF
\u001b[2J\u202eevil
"""


def test_what_a_row_says_stays_text_everywhere(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)
    world.applied()
    world.wait()
    world.begin("evil")
    rows = [json.loads(line) for line in (world.desk / "data/reviews.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[0]["request"]["contents"][0]["parts"][0]["text"] = HOSTILE
    world.write("data/reviews.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    evil = world.open_pull()

    jobs = world.planned(evil)
    body = world.comment_on(evil)
    assert "evil" in body, "the row is shown"
    assert 1 == body.count("<!--")
    assert "planned" == world.state_of(evil)
    assert [] == [note for note in jobs["plan prod"].annotations if note.level == "error"]
    world.merge(evil)
    world.applied()
    assert "applied" == world.state_of(evil)
    assert 2 == world.jobs()["moods"]
    assert [] == [*world.runner.folder.rglob("pwned")]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("limits: {maxSubmissions: 10}", "limits: {maxSubmissions: 1000}", "the limits are those of the base"),
        ("    limits: {maxSubmissions: 10}\n", "", "the limits are those of the base"),
    ],
)
def test_the_limits_that_count_are_those_of_the_base(world: World, old: str, new: str, what: str):
    world.begin("greedy")
    for number in range(11):
        world.write(f"specs/job-{number}.yaml", spec(f"job-{number}"))
    world.edit("gembatch.yaml", old, new)
    pull = world.open_pull()

    jobs = world.planned(pull)
    assert ("failure", "failure") == (jobs["plan prod"].result, jobs["comment"].result), what
    assert "nothing" == world.state_of(pull)
    assert "the plan submits 11 jobs, and in prod at most 10 may be submitted" in world.comment_on(pull)
    world.merge(pull)
    world.applied()
    assert {} == world.jobs()


def test_a_workspace_that_cannot_be_read_fails_the_check(world: World):
    world.begin("wrong")
    world.edit("gembatch.yaml", "version: 1", "version: 2")

    jobs = world.planned(world.open_pull())
    assert {"touched environments": "failure", "comment": "failure"} == results(jobs)


def test_the_pull_request_that_brings_the_workspace_has_no_base(world: World):
    world.begin("elsewhere")
    world.git("rm", "--quiet", "gembatch.yaml")
    world.push()
    world.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    world.begin("first")
    world.git("checkout", "--quiet", "HEAD^", "--", "gembatch.yaml")
    world.write("specs/moods.yaml", spec("moods"))
    number = world.open_pull()

    world.planned(number)
    assert "Merging this will **submit 1 job**" in world.comment_on(number)


def test_a_mistake_in_a_spec_stands_beside_its_line(world: World):
    world.begin("wrong")
    world.write("specs/moods.yaml", spec("moods").replace("model:", "modle:"))
    number = world.open_pull()

    jobs = world.planned(number)
    assert "failure" == jobs["plan prod"].result
    errors = [note for note in jobs["plan prod"].annotations if note.level == "error"]
    assert {"specs/moods.yaml"} == {note.properties["file"] for note in errors}
    assert "**There is no plan**" in world.comment_on(number)


def test_a_comment_that_cannot_be_posted_fails_the_job_and_the_merge_applies_nothing(world: World):
    number = opened(world, "moods")
    world.fake.fail("POST", Reply(404, {"message": "Not Found"}))

    jobs = world.planned(number)
    assert "failure" == jobs["comment"].result
    assert "moods" in jobs["plan prod"].summary
    world.merge(number)
    world.applied()
    assert {} == world.jobs()


def test_a_cancelled_apply_is_told_and_the_next_run_goes_on(world: World):
    """The entry process is signalled as GitHub does it, and nothing is submitted twice."""
    world.begin("slow")
    world.edit("gembatch.yaml", "protected: true", "protected: true\n    submit: {perMinute: 1, concurrency: 1}")
    for name in ("a", "b", "c"):
        world.write(f"specs/{name}.yaml", spec(name))
    number = world.open_pull()
    world.planned(number)
    world.merge(number)

    jobs = world.applied(cancel=Cancel("Apply", "batchPredictionJobs/"))
    assert "cancelled" == jobs["apply to prod"].result
    assert "no new submission" in jobs["apply to prod"].log
    assert 1 == world.jobs().total()
    assert "planned" == world.state_of(number)
    assert "**The apply is not finished.**" in world.comment_on(number)

    quick = (world.desk / "gembatch.yaml").read_text(encoding="utf-8").replace("perMinute: 1, ", "")
    world.push_to_main("gembatch.yaml", quick)
    world.applied()
    assert {"a": 1, "b": 1, "c": 1} == world.jobs()
    assert "applied" == world.state_of(number)


def test_names_that_a_shell_would_obey_are_names(world: World):
    """Of branches, and of files."""
    number = opened(world, "moods", branch="$(touch${IFS}pwned)`touch${IFS}pwned`;'\"&")
    world.begin("other")
    world.write("specs/$(touch pwned); '`touch pwned`'.yaml", spec("topics"))
    other = world.open_pull()

    assert "success" == world.planned(number)["comment"].result
    jobs = world.planned(other)
    assert "success" == jobs["comment"].result
    assert [] == [*world.runner.folder.rglob("pwned")]
    assert "Merging this will **submit 1 job**" in world.comment_on(other)


def test_a_scheduled_run_closes_the_story(world: World):
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)
    world.applied()
    world.wait()

    jobs = world.applied("schedule")
    assert "success" == jobs["status of prod"].result
    assert "ended" == world.state_of(number)
    assert "**All jobs have ended:** 1 succeeded." in world.comment_on(number)
    assert "predictions in `gs://demo-bucket/predictions/moods/" in world.comment_on(number)
    assert "All jobs have ended" in jobs["status of prod"].summary
    assert ["JOB_STATE_SUCCEEDED"] == [job["state"] for job in world.lockfile()["jobs"]]  # type: ignore[index]


def test_a_lockfile_in_the_repository_is_committed_back(world: World):
    config = (world.desk / "gembatch.yaml").read_text(encoding="utf-8")
    world.push_to_main("gembatch.yaml", config.replace("gs://state-bucket/gembatch/reviews", "locks/prod"))
    caller = (world.desk / WORKFLOW).read_text(encoding="utf-8")
    world.push_to_main(WORKFLOW, caller.replace("contents: read # check out; `write`", "contents: write # `write`"))
    number = opened(world, "moods")
    world.planned(number)
    world.merge(number)

    world.applied()
    world.git("fetch", "--quiet", "origin", "main")
    recorded = json.loads(world.git("show", "origin/main:locks/prod.lock.json"))
    assert ["moods"] == [job["displayName"] for job in recorded["jobs"]]
    assert "github-actions[bot]" == world.git("log", "-1", "--format=%an", "origin/main")
