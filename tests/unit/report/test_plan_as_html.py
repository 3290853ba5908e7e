"""A plan as a page of HTML: that it is well-formed, needs nothing else, and holds what comes from outside as text."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from builders import DOCUMENT, FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, plan_of, remote
from hostile import HOSTILE
from plans import PLANS
from sample_plan import backfill, everything

from gembatch.load.page import page_files
from gembatch.model.document import Source
from gembatch.model.jobs import Input, JobName
from gembatch.model.period import Period
from gembatch.plan.changes import Evidence, Plan
from gembatch.plan.drift import Drift
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowChange, RowKind, RowsDiff
from gembatch.report.evidence import caution_of
from gembatch.report.palette import printable
from gembatch.report.plan_as_html import plan_as_html

FILES = page_files()
V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")

PAGES: dict[str, tuple[Plan, Period | None]] = {
    "everything": (everything(), None),
    "a range": backfill(),
    "half a year": backfill(days=184),
    "ten years": backfill(days=3_650, languages=["de"]),
    "nothing": (plan_of(), None),
    **{f"{name} of the goldens": (plan, None) for name, plan in PLANS.items()},
    "only unchanged": (plan_of(V1, recorded=lockfile(entry(V1, state=SUCCEEDED))), None),
}


def parsed(plan: Plan, period: Period | None = None) -> Element:
    """The page's tree; an error of the syntax of HTML is an error here."""
    page = plan_as_html(plan, FILES, period)
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def with_id(page: Element, name: str) -> Element:
    (found,) = page.iterfind(f".//*[@id='{name}']")
    return found


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> Element:
    return parsed(*PAGES[request.param])


def test_ids_are_unique_and_every_reference_has_its_target(page: Element) -> None:
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    links = {element.get("href", "") for element in page.iter("a")}
    labels = {element.get("aria-labelledby", "") for element in page.iter() if element.get("aria-labelledby")}
    fields = {element.get("for", "") for element in page.iter("label")}

    assert {1} == set(ids.values())
    assert set() == {link.removeprefix("#") for link in links} - ids.keys()
    assert set() == (labels | fields) - ids.keys()


def test_headings_skip_no_level(page: Element) -> None:
    levels = [int(element.tag[1]) for element in page.iter() if re.fullmatch("h[1-6]", str(element.tag))]

    assert 1 == levels[0]
    assert 1 == levels.count(1)
    assert all(level <= before + 1 for before, level in itertools.pairwise(levels))


def test_there_are_landmarks_and_a_way_past_them(page: Element) -> None:
    assert [1, 1, 1] == [len(list(page.iter(name))) for name in ("header", "main", "footer")]
    assert "#changes" == next(page.iter("a")).get("href")
    assert "en" == page.get("lang")


def test_every_table_names_its_rows_and_columns(page: Element) -> None:
    assert all(cell.get("scope") for cell in page.iter("th"))


def test_nothing_is_fetched_and_nothing_runs_but_the_one_script(page: Element) -> None:
    attributes = {str(name) for element in page.iter() for name in element.attrib}
    links = {element.get("href", "#")[0] for element in page.iter() if "href" in element.attrib}

    assert set() == attributes & {"src", "srcset", "style", "action", "formaction", "ping", "background", "poster"}
    assert [] == [name for name in attributes if name.startswith("on")]
    assert {"#"} == links
    assert [1, 1] == [len(list(page.iter(name))) for name in ("script", "style")]
    assert [] == [*page.iter("link"), *page.iter("base"), *page.iter("iframe"), *page.iter("object")]


def test_the_pages_policy_knows_its_script_and_its_style_by_their_hashes(page: Element) -> None:
    (policy,) = (
        element.get("content", "")
        for element in page.iter("meta")
        if element.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def hash_of(name: str) -> str:
        text = next(page.iter(name)).text or ""
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert {
        "default-src": "'none'",
        "style-src": hash_of("style"),
        "script-src": hash_of("script"),
        "base-uri": "'none'",
        "form-action": "'none'",
    } == rules


def test_script_and_style_are_the_files_as_they_are(page: Element) -> None:
    assert FILES["plan.js"] == next(page.iter("script")).text
    assert FILES["plan.css"] == next(page.iter("style")).text
    assert [] == re.findall(r"url\(|@import|@font-face", FILES["plan.css"])
    # What GitHub Actions would obey in a log is changed there, and a hash would not fit any more.
    assert [] == re.findall(r"(?m)^\s*::|##\[", FILES["plan.css"] + FILES["plan.js"])


def test_what_waits_for_a_person_comes_first_and_the_unchanged_last() -> None:
    page = parsed(everything())

    assert [
        "Blocked 2",
        "Running twice 1",
        "To submit 9",
        "Other changes 3",
        "Drift 2",
        "Kept, and worth knowing 2",
        "Unchanged 16",
    ] == [text_of(element) for element in page.iter("h2")]


def test_the_totals_lead_to_what_they_count() -> None:
    totals = with_id(parsed(everything()), "totals")

    assert ["9 to submit", "1 to adopt", "2 to retire", "16 unchanged", "2 blocked"] == [
        text_of(element) for element in totals
    ]
    assert ["#submissions", "#others", "#others", "#unchanged", "#blocked"] == [a.get("href") for a in totals.iter("a")]


def card(page: Element, title: str) -> Element:
    (found,) = (element for element in page.iter("article") if title in text_of(element[0]))
    return found


def test_equal_changes_of_a_matrix_are_one_card_that_lists_every_job() -> None:
    page = parsed(everything())
    folded = card(page, "6 jobs")

    assert "± replace reviews-{de, es, fr, it, nl, pl}-20261122 6 jobs" == text_of(folded[0])
    assert "changed: the spec changed since it was submitted" == text_of(folded[1])
    assert [f"reviews-{language}-20261122" for language in ("de", "es", "fr", "it", "nl", "pl")] == [
        text_of(row[0]) for body in folded.iter("tbody") for row in body
    ]
    assert "gs://acme-prod-batch/reviews/de/2026-11-22.jsonl 5.9 MiB, generation 1763800000380112" in text_of(folded)


def test_what_is_known_of_one_job_of_several_stands_with_it() -> None:
    plan, period = backfill()
    changes = [
        replace(change, note=f"{change.key.display_name} cannot be read now") if change.may_submit else change
        for change in plan.changes
    ]
    folded = card(parsed(replace(plan, changes=tuple(changes)), period), "30 jobs")

    assert [] == [element for element in folded.iter("p") if element.get("class") == "note"]
    assert ["job", "input", "output", "note"] == [text_of(cell) for cell in next(folded.iter("thead"))[0]]
    first = next(folded.iter("tbody"))[0]
    assert "reviews-de-20261118 cannot be read now" == text_of(first[-1])


def lines(element: Element) -> list[str]:
    return ["".join(line.itertext()) for line in element.iter() if line.get("class") == "line"]


def test_a_long_text_is_told_line_by_line_with_what_differs_in_them() -> None:
    changed = card(parsed(everything()), "tone-of-voice")

    assert [
        "- 0.2",
        "+ 0",
        "  You rate how a customer's review sounds.",
        "  ",
        "- Answer with one word: warm, neutral or cold.",
        "+ Answer with one word: warm, neutral, cold or hostile.",
        "  If the review is sarcastic, rate what is meant, not what is said.",
        "  Do not explain your answer.",
        "  ",
    ] == lines(changed)
    assert ["cold", ", cold", "hostile"] == [element.text for element in changed.iter("b")]


def test_rows_of_a_staged_file_are_told() -> None:
    changed = text_of(card(parsed(everything()), "ticket-routing"))

    assert "Rows of data/tickets.jsonl 2 rows added, 1 row removed, 3 rows changed, 0 unchanged" in changed
    assert "changed id=t-1 request.contents[0].parts[0].text" in changed


def test_a_blocked_change_says_what_to_do() -> None:
    blocked = text_of(card(parsed(everything()), "embeddings-refresh"))

    assert "What to do wait until it has ended, then plan again gembatch wait -e prod" in blocked


def test_filters_offer_what_there_is() -> None:
    page = parsed(everything())

    def offered(name: str) -> list[str]:
        return [text_of(option) for option in with_id(page, name)]

    assert ["all", "adopt (1)", "blocked (2)", "create (1)", "keep (2)", "replace (8)", "retire (2)"] == offered(
        "action"
    )
    assert ["all", "gemini-3.8-flash (7)", "gemini-4-argon (7)"] == offered("model")
    assert "changed (8)" in offered("reason")
    assert with_id(page, "filters").get("hidden") is not None, "without script there are no filters that do nothing"


def test_a_range_has_a_grid_of_series_and_dates() -> None:
    grid = with_id(parsed(*backfill()), "dates")
    head, body = next(grid.iter("thead")), next(grid.iter("tbody"))

    assert ["series", *(f"{day:02}" for day in range(9, 23))] == [text_of(cell) for cell in head[1]]
    assert [("2026-11", "14")] == [(text_of(cell), cell.get("colspan")) for cell in head[0] if cell.tag == "th"]
    assert "reviews-fr-{{ ds_nodash }} ✓d ✓d ✓d ✗f ✓d ✓d ✓d ✓d ▸r +s +s +s +s +s" == " ".join(
        text_of(cell) for cell in body[2]
    )
    assert "✗f failed: 3 +s will submit: 30 ▸r running: 6 ✓d done: 45 · nothing due" == text_of(grid[-1])


@pytest.mark.parametrize(("days", "columns", "unit"), [(62, 62, None), (63, 9, "week"), (500, 17, "month")])
def test_a_longer_range_is_grouped(days: int, columns: int, unit: str | None) -> None:
    grid = with_id(parsed(*backfill(days=days, languages=["de"])), "dates")

    assert columns == len(next(grid.iter("tbody"))[0]) - 1
    assert (unit is not None) == (f"Each {unit} shows its most urgent state" in text_of(grid))


def test_what_is_only_counted_is_told() -> None:
    found = plan_of(ours=[remote(V1)])

    assert "1 job of this workspace that no spec and no lockfile knows" in text_of(with_id(parsed(found), "besides"))
    assert "1 other job got on, or succeeded." in text_of(with_id(parsed(everything()), "drift"))


@pytest.mark.parametrize("evidence", [Evidence.LOCKFILE, Evidence.BASE])
def test_a_plan_that_was_made_offline_says_so_before_its_totals(evidence: Evidence) -> None:
    header = next(parsed(replace(everything(), evidence=evidence)).iter("header"))

    assert caution_of(evidence) == text_of(header[-3])


@pytest.mark.parametrize(
    ("name", "lead"),
    [
        ("everything", "To submit: 8 of them in place of another job, 40 MiB of input, and 1 job of unknown size."),
        ("only unchanged", "Nothing to do."),
        ("nothing", "Nothing to do."),
    ],
)
def test_the_totals_come_to_a_sentence(name: str, lead: str) -> None:
    assert lead == text_of(next(parsed(*PAGES[name]).iter("header"))[-1])


def test_without_jobs_it_says_so() -> None:
    assert "There are no jobs." in text_of(with_id(parsed(plan_of()), "changes"))


def test_ten_thousand_unchanged_jobs_are_a_number() -> None:
    specs = [replace(job_spec(f"job-{number}"), document=replace(DOCUMENT, source=Source(f"specs/{number}.yaml", "")))
             for number in range(10_000)]  # fmt: skip
    recorded = lockfile(*(entry(spec, number, SUCCEEDED) for number, spec in enumerate(specs)))

    page = plan_as_html(plan_of(*specs, recorded=recorded), FILES)

    assert "… 9900 more specs" in page
    assert len(page) < 45_000


# Whatever a person, a row or a server can write: the page has to have the same structure.


def plan_full_of(text: str) -> Plan:
    """A plan in which every text that comes from outside is the same, and which has the same parts whatever it is."""
    first = job_spec(f"a{text}")
    spec = replace(
        first,
        body={**first.body, "displayName": text, "model": text,
              "inputConfig": {"gcsSource": {"uris": [f"gs://in/{text}"]}},
              "outputConfig": {"gcsDestination": {"outputUriPrefix": text}}},
        document=replace(DOCUMENT, source=Source(text, "")),
        series=replace(first.series, template=text),
    )  # fmt: skip
    (create,) = plan_of(spec).changes
    field = FieldChange(text, f"one two three {text}", f"one two three four {text} five")
    rows = RowsDiff(
        path=text, before="a", after="b", changed=1, added=1,
        samples=(RowChange(RowKind.CHANGED, text, (field,)), RowChange(RowKind.ADDED, text, (field,), left_out=2)),
    )  # fmt: skip
    broken = RowsDiff(path=text, before="c", after="d", problem=text)
    created = replace(
        create, inputs=(Input(f"gs://in/{text}", text, 7),), note=text, differences=(field,), rows=(rows, broken)
    )
    busy, newer = job_spec(f"b{text}"), job_spec(f"b{text}", prompt="v2")
    (blocked,) = plan_of(newer, recorded=lockfile(entry(busy, state=RUNNING)), ours=[remote(busy)]).changes
    name = JobName(text)
    return Plan(
        workspace=text, environment=text, lineage=None, serial=1, instant=text,
        changes=(created, replace(blocked, note=text)),
        duplicates=(remote(busy, display_name=text, name=name),),
        drift=(Drift(busy.key, name, RUNNING, FAILED, text),),
    )  # fmt: skip


def shape(element: Element) -> Iterator[str]:
    """What a browser makes of a page, its texts aside: every element with the names of its attributes."""
    yield f"<{element.tag} {sorted(map(str, element.attrib))}>"
    for child in element:
        yield from shape(child)
    yield f"</{element.tag}>"


def shape_of(plan: Plan) -> list[str]:
    # Which words of a line stand out, what is code in a sentence, and where a path may break depends on the words.
    free = {f"<{name} []>" for name in ("b", "code", "wbr")} | {f"</{name}>" for name in ("b", "code", "wbr")}
    return [part for part in shape(parsed(plan)) if part not in free]


def harmless(text: str) -> str:
    """A text of as many lines, in which there is nothing but a word."""
    return re.sub("[^\n]+", "harmless", text)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_whatever_comes_from_outside_stays_text(text: str) -> None:
    page = parsed(plan_full_of(text))

    assert shape_of(plan_full_of(harmless(text))) == shape_of(plan_full_of(text))
    assert text_of_raw(printable(text)) in text_of_raw("".join(next(page.iter("h1")).itertext()))


def text_of_raw(text: str) -> str:
    return " ".join(text.split())


def test_job_names_can_be_copied_as_they_are() -> None:
    assert job_name(24) in text_of(card(parsed(everything()), "embeddings-refresh"))
