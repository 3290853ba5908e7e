// What a reader gains by script: filters, a key for the search, and everything unfolded on paper. Nothing here is needed
// to read the page, and nothing in it comes from a plan.

"use strict";

const filters = document.getElementById("filters");
const changes = [...document.querySelectorAll("article.change")];
const entries = new Map([...document.querySelectorAll("[data-of]")].map((entry) => [entry.dataset.of, entry]));
const texts = new Map();

function textOf(change) {
  if (!texts.has(change)) {
    texts.set(change, change.textContent.toLowerCase().replace(/\s+/g, " "));
  }
  return texts.get(change);
}

function chosen(name) {
  return document.getElementById(name)?.value ?? "";
}

function fits(change, name, choice) {
  return choice === "" || change.dataset[name].split(" ").includes(choice);
}

function filter() {
  const search = chosen("search").trim().toLowerCase().replace(/\s+/g, " ");
  const choices = ["action", "reason", "model"].map((name) => [name, chosen(name)]);

  let shown = 0;
  let all = 0;
  for (const change of changes) {
    const isShown = choices.every(([name, choice]) => fits(change, name, choice)) && textOf(change).includes(search);
    const jobs = Number(change.dataset.jobs);
    change.hidden = !isShown;
    entries.get(change.id).hidden = !isShown;
    shown += isShown ? jobs : 0;
    all += jobs;
  }
  for (const section of new Set(changes.map((change) => change.parentElement))) {
    section.hidden = !section.querySelector(":scope > article:not([hidden])");
  }
  const isFiltered = search !== "" || choices.some(([, choice]) => choice !== "");
  document.getElementById("shown").textContent = isFiltered ? `${shown} of ${all} jobs` : "";
}

if (changes.length > 1) {
  const search = document.getElementById("search");
  filters.hidden = false;
  filters.addEventListener("input", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after the event.
  filters.addEventListener("reset", () => setTimeout(filter));

  addEventListener("keydown", (event) => {
    const isWriting = event.target.matches("input, select");
    if (event.key === "/" && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && filters.contains(event.target)) {
      filters.reset();
    }
  });
  // A browser that comes back to the page keeps what was chosen.
  filter();
}

// Where the contents do not stand beside the changes, they stand in their way.
if (matchMedia("(max-width: 61.99rem)").matches) {
  document.getElementById("contents").open = false;
}

// Paper cannot be unfolded.
const unfolded = [];
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    unfolded.push(details);
  }
});
addEventListener("afterprint", () => {
  for (const details of unfolded.splice(0)) {
    details.open = false;
  }
});
