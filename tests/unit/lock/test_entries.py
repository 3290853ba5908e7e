"""The entries of a lockfile while many of them change."""

from __future__ import annotations

from dataclasses import replace

from builders import SUCCEEDED, entry, job_spec, lockfile

from gembatch.lock.entries import Entries

A, B = job_spec("a"), job_spec("b")


def test_an_entry_that_is_there_already_stays_where_it_is() -> None:
    stored = lockfile(entry(A, 1), entry(B, 2))
    entries = Entries(stored)

    entries.place(entry(A, 1))

    assert stored == entries.within(stored)


def test_an_entry_takes_the_place_of_what_was_known_of_its_key() -> None:
    entries = Entries(lockfile(entry(A, 1), retired=[entry(B, 2)]))

    entries.place(entry(A, 1, SUCCEEDED))
    entries.place(entry(B, 3))

    assert lockfile(entry(A, 1, SUCCEEDED), entry(B, 3)) == entries.within(lockfile())
    assert entry(B, 3) == entries.of(B.key)


def test_a_retired_entry_is_no_longer_among_the_jobs() -> None:
    entries = Entries(lockfile(entry(A, 1)))

    entries.retire(entry(A, 1))

    assert lockfile(retired=[entry(A, 1)]) == entries.within(lockfile())
    assert entry(A, 1) == entries.of(A.key)


def test_a_renamed_entry_is_known_by_its_new_key_alone() -> None:
    entries = Entries(lockfile(entry(B, 2), retired=[entry(A, 1)]))

    renamed = entries.rename(entry(A, 1), job_spec("c").key)

    assert replace(entry(A, 1), key=job_spec("c").key) == renamed
    assert lockfile(entry(B, 2), renamed) == entries.within(lockfile())


def test_the_lockfile_is_left_as_it_was() -> None:
    stored = lockfile(entry(A, 1))

    Entries(stored).retire(entry(A, 1))

    assert lockfile(entry(A, 1)) == stored
