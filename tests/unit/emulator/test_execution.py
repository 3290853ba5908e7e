"""Jobs as time passes: what becomes of them, on real files and a clock that stands still until it is moved."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from gembatch.emulator.database import Database
from gembatch.emulator.jobs import execution, leases, life, worker
from gembatch.emulator.jobs.execution import Execution, Pulse, StoppedError
from gembatch.emulator.jobs.job import Counts, JobState, Problem
from gembatch.emulator.jobs.jobs import Jobs, NoSuchJobError
from gembatch.emulator.jobs.leases import LeaseLostError, Leases
from gembatch.emulator.jobs.names import Parent
from gembatch.emulator.jobs.rows import shuffle
from gembatch.emulator.jobs.worker import Worker
from gembatch.emulator.settings import Settings
from gembatch.emulator.storage.objects import Objects

_PARENT = Parent("1234", "us-central1")


class _World:
    """A process's view of a folder."""

    def __init__(self, folder, clock):
        self.clock = clock
        self.settings = Settings(queue_seconds=10, run_seconds=20, clock=clock)
        self.database = Database(folder)
        self.objects = Objects(self.database, folder, clock=clock)
        self.jobs = Jobs(self.database, self.settings)
        self.leases = Leases(self.database, self.settings)
        self.execution = Execution(self.objects, self.leases, self.settings)
        self.worker = Worker(self.leases, self.execution)

    def submit(self, *uris, prefix="gs://demo/out/", model="publishers/google/models/gemini-3.8-flash"):
        """Submits a job and returns its name."""
        fields = {
            "displayName": "reviews",
            "model": model,
            "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": list(uris or ["gs://demo/in.jsonl"])}},
            "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": prefix}},
        }
        return self.jobs.create(_PARENT, fields).name

    def put(self, name, *rows):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        self.objects.put("demo", name, "".join(f"{line}\n" for line in lines).encode())

    def pass_time(self, seconds):
        """Moves the clock on and lets the worker do what is due."""
        self.clock.advance(seconds)
        self.worker.run_due()

    def output(self, job):
        stored = self.objects.find("demo", job.output_directory.removeprefix("gs://demo/") + "/predictions.jsonl")
        return [json.loads(line) for line in self.objects.lines(stored)]


def _row(number, text="Hello there.", **more):
    return {"id": f"r{number}", "request": {"contents": [{"role": "user", "parts": [{"text": text}]}], **more}}


@pytest.fixture
def world(tmp_path, clock):
    world = _World(tmp_path, clock)
    world.objects.create_bucket("demo")
    world.put("in.jsonl", *(_row(number) for number in range(20)))
    yield world
    world.database.close()


@pytest.fixture
def other(tmp_path, clock, world):
    """Another process on the same folder."""
    other = _World(tmp_path, clock)
    yield other
    other.database.close()


def test_a_job_is_pending_runs_and_succeeds_as_time_passes(world):
    name = world.submit()
    created = world.jobs.get(name).created

    world.pass_time(9.9)
    pending = world.jobs.get(name)
    world.pass_time(0.1)
    running = world.jobs.get(name)
    world.pass_time(19.9)
    still_running = world.jobs.get(name)
    world.pass_time(0.1)
    ended = world.jobs.get(name)

    assert (JobState.PENDING, None) == (pending.state, pending.started)
    assert (JobState.RUNNING, created + timedelta(seconds=10)) == (running.state, running.started)
    assert running == still_running
    assert (running.output_directory, running.counts) == (None, None)
    assert (JobState.SUCCEEDED, created + timedelta(seconds=30)) == (ended.state, ended.ended)
    assert Counts(20) == ended.counts


def test_predictions_hold_every_row_once_and_not_in_order(world):
    name = world.submit()
    world.pass_time(30)

    job = world.jobs.get(name)
    ids = [line["id"] for line in world.output(job)]
    expected = [f"r{number}" for number in range(20)]
    assert expected == sorted(ids, key=lambda text: int(text[1:]))
    assert expected != ids


def test_two_jobs_over_the_same_rows_give_the_same_answers(world):
    first, second = world.submit(), world.submit()
    world.pass_time(30)

    assert world.output(world.jobs.get(first)) == world.output(world.jobs.get(second))
    assert first != second


def test_a_job_goes_on_where_time_has_brought_it(world, other):
    """The process that accepted the job ended; another one starts an hour later."""
    name = world.submit()
    created = world.jobs.get(name).created
    world.clock.advance(3600)

    other.worker.run_due()

    job = other.jobs.get(name)
    assert JobState.SUCCEEDED is job.state
    assert (created + timedelta(seconds=10), created + timedelta(seconds=30)) == (job.started, job.ended)


def test_a_worker_that_starts_catches_up_before_it_lets_go(world, monkeypatch):
    monkeypatch.setattr(worker, "_CATCH_UP_SECONDS", 60)
    name = world.submit()
    world.clock.advance(3600)

    world.worker.start()
    state = world.jobs.get(name).state
    world.worker.stop()

    assert JobState.SUCCEEDED is state


@pytest.mark.parametrize(
    ("uri", "prefix"), [("gs://nowhere/in.jsonl", "gs://demo/out"), ("gs://demo/in.jsonl", "gs://nowhere/out")]
)
def test_a_missing_bucket_fails_the_job_before_it_runs(world, uri, prefix):
    name = world.submit(uri, prefix=prefix)
    world.pass_time(10)

    job = world.jobs.get(name)
    assert (JobState.FAILED, None, None) == (job.state, job.started, job.output_directory)
    message = "Failed to get GCS bucket location for nowhere. "
    message += "Please check that the bucket exists and permissions are set correctly."
    assert Problem(9, message) == job.error


_IMPORT = "Failed to import data. Please check 'Prepare input' section of the batch predictions documentation. "
_JSON = _IMPORT + "Error while reading data, error message: JSON parsing error in gs://demo/bad.jsonl, line "


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], f"{_IMPORT}The input has no rows."),
        ([_row(1), "", "{not json"], f"{_JSON}3: Expecting property name enclosed in double quotes"),
        ([_row(1), "[]"], f"{_JSON}2: a JSON object was expected"),
        (['{"a": NaN}'], f"{_JSON}1: NaN is not JSON"),
        (['{"a": 1e999}'], f"{_JSON}1: 1e999 is out of range"),
        (["[" * 200_000], f"{_JSON}1: nested too deeply"),
        ([_row(1, tools=[{"googleSearch": {}}])], f"{_IMPORT}Cannot store struct 'request.tools.googleSearch'"),
        ([_row(1, a=1), _row(2, a=[1])], f"{_IMPORT}Repeated field must be imported as a JSON array. Field: request.a"),
    ],
)
def test_rows_that_cannot_be_imported_fail_the_job(world, lines, message):
    world.put("bad.jsonl", *lines)
    name = world.submit("gs://demo/bad.jsonl")
    world.pass_time(10)

    job = world.jobs.get(name)
    assert (JobState.FAILED, 3) == (job.state, job.error.code)
    assert message == job.error.message[: len(message)]


def test_rows_that_are_not_utf8_fail_the_job(world):
    world.objects.put("demo", "bad.jsonl", b'{"a": 1}\n{"a": "\xff"}\n')
    name = world.submit("gs://demo/bad.jsonl")
    world.pass_time(10)

    assert "line 2: 'utf-8' codec" in world.jobs.get(name).error.message


@pytest.mark.parametrize(
    ("uris", "ids"),
    [
        (["gs://demo/many/a.jsonl"], ["r1"]),
        (["gs://demo/many/a.jsonl", "gs://demo/many/b.jsonl"], ["r1", "r2"]),
        (["gs://demo/many/*.jsonl"], ["r1", "r2"]),
        (["gs://demo/many/**.jsonl"], ["r1", "r2", "r3"]),
        (["gs://demo/*/b.jsonl"], ["r2"]),
    ],
)
def test_rows_come_from_every_object_that_is_named(world, uris, ids):
    for number, path in enumerate(["many/a.jsonl", "many/b.jsonl", "many/deep/c.jsonl", "many/a+jsonl"], start=1):
        world.put(path, _row(number))
    name = world.submit(*uris)
    world.pass_time(30)

    assert ids == sorted(line["id"] for line in world.output(world.jobs.get(name)))


@pytest.mark.parametrize("uri", ["gs://demo/missing.jsonl", "gs://demo/in", "gs://demo/missing/*"])
def test_a_missing_object_fails_the_job(world, uri):
    name = world.submit(uri)
    world.pass_time(10)

    assert Problem(3, f"{_IMPORT}Not found: URI {uri}") == world.jobs.get(name).error


def test_a_job_succeeds_even_if_every_row_fails(world):
    world.put("in.jsonl", _row(1, temperature=1), _row(2, temperature=2))
    name = world.submit()
    world.pass_time(30)

    job = world.jobs.get(name)
    assert (JobState.SUCCEEDED, Counts(0, 2)) == (job.state, job.counts)
    assert ["r1", "r2"] == sorted(line["id"] for line in world.output(job))


def test_a_job_over_an_earlier_jobs_output_answers_only_what_failed(world):
    world.put(
        "in.jsonl", _row(1), {"id": "r2", "request": {"contents": [{"role": "system", "parts": [{"text": "a"}]}]}}
    )
    first = world.submit()
    world.pass_time(30)
    before = world.jobs.get(first)
    second = world.submit(f"{before.output_directory}/predictions.jsonl")
    world.pass_time(30)

    after = world.jobs.get(second)
    assert before.counts == after.counts == Counts(1, 1)
    (done,) = (line for line in world.output(before) if line["id"] == "r1")
    assert done in world.output(after)


@pytest.mark.parametrize(
    "model", ["publishers/anthropic/models/claude-x", "publishers/google/models/gemini-embedding-2"]
)
def test_a_model_that_takes_other_rows_fails_the_job(world, model):
    name = world.submit(model=model)
    world.pass_time(10)

    assert Problem(12, f"This emulator cannot answer for {model}, only for Gemini.") == world.jobs.get(name).error


def test_a_running_job_that_is_cancelled_ends_without_output(world):
    name = world.submit()
    world.pass_time(10)

    cancelling = world.jobs.cancel(name).state
    world.pass_time(1)

    job = world.jobs.get(name)
    assert JobState.CANCELLING is cancelling
    assert (JobState.CANCELLED, life.CANCELED, None) == (job.state, job.error, job.counts)
    assert job.output_directory is None


def test_a_job_that_is_cancelled_halfway_keeps_the_rows_that_were_done(world, monkeypatch):
    name = world.submit()
    world.pass_time(10)
    answer_row = execution.answer_row

    def cancel_at_the_fifth(row, *rest):
        if row["id"] == fifth:
            world.jobs.cancel(name)
        return answer_row(row, *rest)

    fifth = f"r{list(shuffle(range(20)))[4]}"
    monkeypatch.setattr(execution, "_PULSE_SECONDS", 0)
    monkeypatch.setattr(execution, "answer_row", cancel_at_the_fifth)
    world.pass_time(20)

    job = world.jobs.get(name)
    assert (JobState.CANCELLED, life.CANCELED, Counts(4, 0, 16)) == (job.state, job.error, job.counts)
    assert 4 == len(world.output(job))


def test_each_due_job_is_given_to_one_of_those_who_ask(world, other):
    names = {world.submit() for _ in range(20)}
    world.clock.advance(10)

    def take_all(leases):
        taken = []
        while lease := leases.take():
            taken.append(lease.job.name)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [name for part in pool.map(take_all, [world.leases, other.leases] * 2) for name in part]

    assert sorted(map(str, names)) == sorted(map(str, taken))


def test_a_job_whose_process_died_is_taken_over_when_its_lease_ends(world, other, monkeypatch):
    name = world.submit()
    world.clock.advance(3600)
    monkeypatch.setattr(leases, "LEASE_SECONDS", 60)
    held = world.leases.take()
    other.worker.run_due()
    while_held = other.jobs.get(name).state
    monkeypatch.setattr(leases, "LEASE_SECONDS", -1)
    world.leases.update(held)
    monkeypatch.undo()

    other.worker.run_due()

    assert JobState.PENDING is while_held
    assert JobState.SUCCEEDED is other.jobs.get(name).state
    with pytest.raises(LeaseLostError):
        world.leases.update(held, lambda job: life.fail(job, Problem(13, "too late"), job.updated))
    world.leases.give_back(held)
    assert JobState.SUCCEEDED is other.jobs.get(name).state


def test_an_output_is_written_once_though_its_writer_died_before_it_could_tell(world, other, monkeypatch):
    name = world.submit()
    world.pass_time(10)
    world.clock.advance(20)
    lease = world.leases.take()

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(life, "succeed", die)
    with pytest.raises(KeyboardInterrupt):
        world.execution.carry_out(lease, Pulse(world.leases, lease, world.worker._stopping))
    monkeypatch.undo()
    world.leases.give_back(lease)
    written = world.objects.list("demo", "out/").items
    other.worker.run_due()

    job = other.jobs.get(name)
    assert (JobState.SUCCEEDED, Counts(20)) == (job.state, job.counts)
    assert 1 == len(written)
    assert written == other.objects.list("demo", "out/").items


def test_a_worker_that_stops_leaves_its_job_to_the_next(world, other, monkeypatch):
    name = world.submit()
    world.pass_time(10)
    monkeypatch.setattr(execution, "_PULSE_SECONDS", 0)
    lease = world.leases.take()
    assert lease is None
    world.clock.advance(20)
    lease = world.leases.take()
    world.worker.stop()

    with pytest.raises(StoppedError):
        world.execution.carry_out(lease, Pulse(world.leases, lease, world.worker._stopping))
    world.leases.give_back(lease)
    monkeypatch.undo()
    assert JobState.RUNNING is world.jobs.get(name).state
    assert () == world.objects.list("demo", "out/").items

    other.worker.run_due()
    assert JobState.SUCCEEDED is other.jobs.get(name).state


def test_a_job_that_makes_the_emulator_stumble_fails_and_the_others_go_on(world, monkeypatch, caplog):
    first, second = world.submit("gs://demo/in.jsonl"), world.submit("gs://demo/other.jsonl")
    world.put("other.jsonl", _row(1))
    lines = Objects.lines

    def stumble(objects, stored):
        if stored.name == "in.jsonl":
            raise OSError("the disk is gone")
        return lines(objects, stored)

    monkeypatch.setattr(Objects, "lines", stumble)
    world.pass_time(30)

    assert Problem(13, "System error. Please try this operation again.") == world.jobs.get(first).error
    assert JobState.SUCCEEDED is world.jobs.get(second).state
    assert "the disk is gone" in caplog.text


def test_a_finished_job_can_be_forgotten_and_keeps_its_output(world):
    name = world.submit()
    with pytest.raises(life.StateError, match="JOB_STATE_PENDING"):
        world.jobs.delete(name)
    world.pass_time(30)
    operation = world.jobs.delete(name)

    assert operation == world.jobs.find_operation(operation["name"])
    assert 1 == len(world.objects.list("demo", "out/").items)
    for ask in (world.jobs.get, world.jobs.cancel, world.jobs.delete):
        with pytest.raises(NoSuchJobError):
            ask(name)


def test_an_output_name_that_no_object_can_have_fails_the_export(world):
    name = world.submit(prefix="gs://demo/" + "x" * 1000)
    world.pass_time(30)

    job = world.jobs.get(name)
    assert (JobState.FAILED, 13) == (job.state, job.error.code)
    assert job.error.message.startswith("Failed to export data. ")
    assert job.output_directory


def test_a_bucket_that_goes_away_meanwhile_fails_the_job(world):
    world.objects.create_bucket("away")
    name = world.submit(prefix="gs://away/out")
    world.pass_time(10)
    running = world.jobs.get(name).state
    world.objects.delete_bucket("away")
    world.pass_time(20)

    assert JobState.RUNNING is running
    assert 9 == world.jobs.get(name).error.code


def test_a_job_that_somebody_else_took_is_left_to_them(world, monkeypatch, caplog):
    caplog.set_level("INFO")
    name = world.submit()

    def lose(_execution, lease, _pulse):
        raise LeaseLostError(lease.job.name)

    monkeypatch.setattr(Execution, "carry_out", lose)
    monkeypatch.setattr(Leases, "give_back", lambda *_: None)
    world.pass_time(10)

    assert JobState.PENDING is world.jobs.get(name).state
    assert f"job.lost name={name}" in caplog.text


def test_a_worker_outlives_trouble_with_its_database(world, monkeypatch, caplog):
    name = world.submit()
    world.clock.advance(10)
    take = Leases.take
    troubles = iter([sqlite3.OperationalError("the disk is full")])

    def trouble_first(leases):
        for trouble in troubles:
            raise trouble
        return take(leases)

    monkeypatch.setattr(Leases, "take", trouble_first)
    monkeypatch.setattr(worker, "_CATCH_UP_SECONDS", 60)
    world.worker.start()
    world.worker.stop()

    assert JobState.RUNNING is world.jobs.get(name).state
    assert "the disk is full" in caplog.text


def test_rows_are_shuffled_the_same_way_each_time_and_none_is_lost():
    shuffled = list(shuffle(range(5000)))

    assert list(range(5000)) == sorted(shuffled)
    assert list(range(5000)) != shuffled
    assert shuffled == list(shuffle(iter(range(5000))))
