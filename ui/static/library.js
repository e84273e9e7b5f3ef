// The list of articles: found, sorted, filtered, chosen to be asked alone.

import { call, day, forgetArticles, make, origin, place } from "./api.js";
import { onChange, takeOut } from "./adding.js";
import { articleOf, pinOf } from "./pins.js";
import { choose, isChosen, keepOnly, limit, onScope } from "./scope.js";

const $ = (id) => document.getElementById(id);
const FIND_FROM = 8; // with fewer articles a glance is quicker
const MOST_ROWS = 400; // drawn at once; the others are a few letters in the search box away

let entries = [];

/** Reads the list anew and shows it. */
export async function refresh() {
  try {
    entries = (await call("api/articles")).articles;
  } catch (error) {
    $("pc-articles").replaceChildren(make("li", "pc-none", error.message));
    return;
  }
  forgetArticles();
  $("pc-count").textContent = entries.length || "";
  $("pc-find").hidden = entries.length < FIND_FROM;
  $("pc-first").hidden = entries.length > 0;
  document.body.classList.toggle("pc-empty", entries.length === 0);
  listSources();
  keepOnly(entries);
  show();
}

// What is listed

const group = (entry) => (/^https?:/i.test(entry.source) ? place(entry.source) : entry.source.split(/[/\\]/).slice(0, -1).join("/"));

function listSources() {
  const before = $("pc-from").value;
  const groups = [...new Set(entries.map(group))].filter(Boolean).sort();
  const options = groups.slice(0, 300).map((name) => Object.assign(make("option", "", name), { value: name }));
  $("pc-from").replaceChildren($("pc-from").firstElementChild, ...options);
  $("pc-from").value = groups.includes(before) ? before : "";
}

const filters = () => ({ source: $("pc-from").value, since: $("pc-since").value, until: $("pc-until").value });

function found() {
  if ($("pc-find").hidden) return entries;
  const wanted = $("pc-search").value.trim().toLowerCase().split(/\s+/);
  const { source, since, until } = filters();
  return entries.filter((entry) => {
    const words = `${entry.title} ${entry.site} ${entry.source} ${entry.authors.join(" ")} ${entry.published || ""}`.toLowerCase();
    const time = (!since || (entry.published && entry.published >= since)) && (!until || (entry.published && entry.published <= until));
    return time && (!source || entry.source.toLowerCase().includes(source.toLowerCase())) && wanted.every((word) => words.includes(word));
  });
}

const by = {
  added: () => 0,
  newest: (one, other) => (other.published || "").localeCompare(one.published || ""),
  oldest: (one, other) => (one.published || "9").localeCompare(other.published || "9"),
  title: (one, other) => one.title.localeCompare(other.title),
  longest: (one, other) => other.characters - one.characters,
};

function show() {
  const listed = [...found()].sort(by[$("pc-sort").value]);
  $("pc-articles").replaceChildren(...listed.slice(0, MOST_ROWS).map(row));
  if (entries.length && !listed.length) $("pc-articles").append(make("li", "pc-none", "No article is like this: take a word or a limit away."));
  if (listed.length > MOST_ROWS) $("pc-articles").append(make("li", "pc-none", `${listed.length - MOST_ROWS} more: search or filter to see them.`));
  const limits = Object.values(filters()).some(Boolean);
  $("pc-found").textContent = limits || $("pc-search").value ? `${listed.length} of ${entries.length}` : "";
  $("pc-ask-these").disabled = !limits || !listed.length;
  markOpen();
}

function row(entry) {
  const one = make("input");
  Object.assign(one, { type: "checkbox", checked: isChosen(entry.id), title: "Ask only this article, and others chosen like it" });
  one.setAttribute("aria-label", `Ask only ${entry.title}`);
  one.addEventListener("change", () => choose(entry.id, entry.title, one.checked));
  const open = make("button", "pc-entry", "", make("span", "pc-title", entry.title));
  open.type = "button";
  const size = `${entry.passages.toLocaleString("en-GB")} ${entry.passages === 1 ? "passage" : "passages"}`;
  const version = entry.version > 1 ? [`version ${entry.version}`] : [];
  const when = [day(entry.published) || "no date", size, ...version].join(" · ");
  open.append(origin({ ...entry, published: null }), make("span", "pc-size", when));
  open.addEventListener("click", () => { location.hash = `#article=${encodeURIComponent(entry.id)}`; });
  const remove = make("button", "pc-close pc-remove");
  remove.type = "button";
  remove.title = "Remove";
  remove.setAttribute("aria-label", `Remove ${entry.title}`);
  remove.append($("pc-bin").content.cloneNode(true));
  remove.addEventListener("click", () => takeOut(entry));
  const line = make("li", "", "", one, open, remove);
  line.dataset.id = entry.id;
  return line;
}

/** Marks the line of the article that is being read. */
export function markOpen() {
  const id = pinOf(location.hash)?.id ?? articleOf(location.hash);
  for (const line of $("pc-articles").children) line.classList.toggle("pc-open", line.dataset.id === id);
}

for (const id of ["pc-search", "pc-sort", "pc-from", "pc-since", "pc-until"]) $(id).addEventListener("input", show);
$("pc-ask-these").addEventListener("click", () => limit(filters()));
onChange(refresh);
onScope(() => {
  for (const line of $("pc-articles").children) {
    const box = line.querySelector("input");
    if (box) box.checked = isChosen(line.dataset.id);
  }
});
