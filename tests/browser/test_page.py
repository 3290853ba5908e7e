"""The page of a plan in headless Chromium: with script and without, light and dark, on any width, on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from chromium import Page

Open = Callable[..., Page]

PAGES = ("everything", "range")
WIDTHS = (360, 480, 768, 992, 1280, 1600)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("options", [{}, {"script": False}], ids=["with script", "without script"])
def test_a_page_loads_without_a_complaint_and_asks_for_nothing_but_itself(
    show: Open, name: str, options: dict[str, bool]
) -> None:
    page = show(name, **options)

    assert [] == page.complaints
    assert [f"{name}.html"] == [address.rpartition("/")[2] for address in page.asked_for]


def test_of_what_comes_from_outside_nothing_runs_and_nothing_is_fetched(show: Open) -> None:
    page = show("hostile")

    choose(page, "action", "create")
    page.value("document.querySelectorAll('details').forEach(details => details.open = true)")

    assert [] == page.complaints
    assert ["hostile.html"] == [address.rpartition("/")[2] for address in page.asked_for]
    assert 1 == page.value("document.scripts.length")
    assert [] == page.value("[...document.querySelectorAll('img, iframe, base, link')].map(e => e.outerHTML)")


# Script off: everything is there to be read, and nothing that only script could serve.

VISIBLE = """\
[...document.querySelectorAll("main *, header *")].filter(e =>
  e.childElementCount === 0 && e.textContent.trim() && !e.closest("details:not([open])") &&
  !e.closest("[hidden]") && !e.checkVisibility({opacityProperty: true, visibilityProperty: true})
).map(e => e.outerHTML)"""


@pytest.mark.parametrize("name", PAGES)
def test_without_script_everything_can_be_read(show: Open, name: str) -> None:
    page = show(name, script=False)

    assert [] == page.value(VISIBLE)
    assert page.value("document.querySelectorAll('article').length") > 0
    assert "none" == page.value("getComputedStyle(document.getElementById('filters')).display")


@pytest.mark.parametrize("name", PAGES)
def test_without_script_what_is_folded_can_be_unfolded(show: Open, name: str) -> None:
    page = show(name, script=False)

    page.value("document.querySelectorAll('main details:not([open]) > summary').forEach(summary => summary.click())")

    assert [] == page.value("[...document.querySelectorAll('main details:not([open])')].map(e => e.textContent)")


# Filters

SHOWN = "[...document.querySelectorAll('article')].filter(e => e.checkVisibility()).map(e => e.dataset.{of})"


def shown(page: Page, of: str) -> list[str]:
    return page.value(SHOWN.format(of=of))


def choose(page: Page, name: str, label: str) -> None:
    """Chooses an option as a person does, by what it says."""
    page.value(f"""(() => {{
      const field = document.getElementById({name!r});
      field.value = [...field.options].find(option => option.text.startsWith({label!r})).value;
      field.dispatchEvent(new Event("input", {{bubbles: true}}));
    }})()""")


def status(page: Page) -> str:
    return page.value("document.getElementById('shown').textContent")


def test_filters_are_there_with_script_and_hide_nothing_at_first(show: Open) -> None:
    page = show("everything")

    assert page.value("document.getElementById('filters').checkVisibility()")
    assert page.value("document.querySelectorAll('article').length") == len(shown(page, "action"))
    assert "" == status(page)


def test_an_action_leaves_the_changes_that_have_it_and_their_section(show: Open) -> None:
    page = show("everything")

    choose(page, "action", "replace")

    assert ["replace", "replace", "replace"] == shown(page, "action")
    assert "8 of 16 jobs" == status(page)
    assert ["To submit 9"] == page.value(
        "[...document.querySelectorAll('section:has(> article)')].filter(e => e.checkVisibility())"
        ".map(e => e.querySelector('h2').textContent)"
    )
    assert 3 == page.value(
        "[...document.querySelectorAll('.contents [data-of]')].filter(entry => entry.checkVisibility()).length"
    )


def test_a_reason_and_a_model_narrow_it_further(show: Open) -> None:
    page = show("everything")

    choose(page, "reason", "changed")
    assert 3 == len(shown(page, "reason"))
    choose(page, "model", "gemini-4-argon")

    assert ["changed"] == shown(page, "reason")
    assert "6 of 16 jobs" == status(page)


def test_text_is_searched_everywhere_in_a_change_as_it_is_typed(show: Open) -> None:
    page = show("everything")

    page.press("/", "/")
    assert "search" == page.value("document.activeElement.id")
    for letter in "Or LEGAL?":
        page.press(letter, letter)

    assert "or legal?" == page.value("document.getElementById('search').value").lower()
    assert ["replace"] == shown(page, "action")
    assert "1 of 16 jobs" == status(page)


def test_escape_and_the_button_show_everything_again(show: Open) -> None:
    page = show("everything")
    everything = shown(page, "action")

    page.press("/", "/")
    page.press("z", "z")
    page.press("q", "q")
    assert [] == shown(page, "action")
    page.press("Escape")
    page.settle()
    assert everything == shown(page, "action")

    choose(page, "action", "blocked")
    page.value("document.querySelector('#filters button').click()")
    page.settle()
    assert everything == shown(page, "action")


def test_typing_in_a_field_is_no_wish_to_search(show: Open) -> None:
    page = show("everything")

    page.value("document.getElementById('action').focus()")
    page.press("/", "/")

    assert "action" == page.value("document.activeElement.id")


# Layout

WIDER_THAN_THE_WINDOW = """\
[...document.querySelectorAll("body *")].filter(e =>
  e.checkVisibility() && !e.closest(".scroll") && !e.closest(".skip") &&
  e.getBoundingClientRect().right > innerWidth + 0.5
).map(e => e.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(show: Open, name: str, width: int) -> None:
    page = show(name, width=width)
    page.value("document.querySelectorAll('details').forEach(details => details.open = true)")

    assert [] == page.value(WIDER_THAN_THE_WINDOW)
    assert page.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "is_open"), [(390, False), (1280, True)])
def test_the_contents_are_folded_where_they_would_stand_in_the_way(show: Open, width: int, is_open: bool) -> None:  # noqa: FBT001
    assert is_open == show("everything", width=width).value("document.getElementById('contents').open")


def test_without_script_the_contents_leave_room_for_the_changes(show: Open) -> None:
    page = show("everything", width=390, script=False)

    assert page.value("document.querySelector('.contents nav').offsetHeight") <= 0.4 * 900


CONTRASTS = """\
(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba("Canvas");
  };
  const light = colour => {
    const [r, g, b] = colour.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const found = {};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !e.checkVisibility()) continue;
    const [one, other] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((a, b) => b - a);
    const ratio = (one + .05) / (other + .05);
    const name = `${e.tagName} ${e.className}`;
    found[name] = Math.min(found[name] ?? 99, ratio);
  }
  return found;
})()"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_asks_for(show: Open, name: str, scheme: str) -> None:
    page = show(name, scheme=scheme)
    page.value("document.querySelectorAll('details').forEach(details => details.open = true)")

    contrasts = page.value(CONTRASTS)

    assert len(contrasts) > 20
    assert {} == {what: ratio for what, ratio in contrasts.items() if ratio < 4.5}


def test_dark_is_dark_and_light_is_light(show: Open) -> None:
    background = "getComputedStyle(document.body).backgroundColor"

    assert "rgb(255, 255, 255)" == show("everything", scheme="light").value(background)
    assert "rgb(15, 19, 23)" == show("everything", scheme="dark").value(background)


def test_on_paper_everything_is_unfolded_and_the_controls_are_gone(show: Open) -> None:
    page = show("everything")

    page.value("dispatchEvent(new Event('beforeprint'))")
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert [] == page.value("[...document.querySelectorAll('main details:not([open])')].map(e => e.textContent)")
        assert [False, False] == page.value(
            "['.beside', '.filters'].map(name => document.querySelector(name).checkVisibility())"
        )
    finally:
        page.call("Emulation.setEmulatedMedia", media="")
    page.value("dispatchEvent(new Event('afterprint'))")

    assert 0 < page.value("document.querySelectorAll('main details:not([open])').length")


# The keyboard, and who hears the page

TREE = """\
[...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter(e => e.checkVisibility()).map(e => e.id || e.className || e.tagName)"""


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(show: Open) -> None:
    page = show("range")
    expected = page.value(TREE)

    reached = []
    for _ in expected:
        page.press("Tab")
        reached.append(page.value("(e => e.id || e.className || e.tagName)(document.activeElement)"))

    assert expected == reached
    assert "skip" == reached[0]


def test_focus_is_to_be_seen(show: Open) -> None:
    page = show("everything")

    page.press("Tab")

    assert "solid" == page.value("getComputedStyle(document.activeElement).outlineStyle")
    assert page.value("document.activeElement.getBoundingClientRect().top") >= 0, (
        "the way past is shown to who takes it"
    )


def test_everything_that_can_be_used_has_a_name(show: Open) -> None:
    page = show("range")
    page.call("Accessibility.enable")

    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "searchbox", "combobox", "link", "region", "navigation", "search", "DisclosureTriangle"}
    used = [node for node in nodes if not node.get("ignored") and node["role"]["value"] in roles]

    assert [] == [node for node in used if not node.get("name", {}).get("value")]
    found = {node["role"]["value"] for node in nodes if not node.get("ignored")}
    assert {"banner", "main", "contentinfo", "navigation", "search", "region", "heading", "status"} <= found
