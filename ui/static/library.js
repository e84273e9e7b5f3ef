// The library pane: the articles, adding and removing them, and what became of each.

import { call, day, forgetArticles, make, origin } from "./api.js";
import { articleOf, pinOf } from "./pins.js";

const $ = (id) => document.getElementById(id);
const SEARCH_FROM = 8; // with fewer articles a glance is quicker

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
  $("pc-search").hidden = entries.length < SEARCH_FROM;
  $("pc-first").hidden = entries.length > 0;
  document.body.classList.toggle("pc-empty", entries.length === 0);
  show();
}

function show() {
  const wanted = $("pc-search").hidden ? "" : $("pc-search").value.trim().toLowerCase();
  const found = entries.filter((entry) => `${entry.title} ${entry.source} ${entry.published || ""}`.toLowerCase().includes(wanted));
  $("pc-articles").replaceChildren(...found.map(row));
  if (entries.length && !found.length) $("pc-articles").append(make("li", "pc-none", "No article has these words in its title, source or date."));
  markOpen();
}

function row(entry) {
  const open = make("button", "pc-entry", "", make("span", "pc-title", entry.title));
  open.type = "button";
  const size = `${entry.passages.toLocaleString("en-GB")} ${entry.passages === 1 ? "passage" : "passages"}`;
  const when = [day(entry.published) || "no date", size].join(" · ");
  open.append(origin({ ...entry, published: null }), make("span", "pc-size", when));
  open.addEventListener("click", () => { location.hash = `#article=${encodeURIComponent(entry.id)}`; });
  const remove = make("button", "pc-close pc-remove");
  remove.type = "button";
  remove.title = "Remove";
  remove.setAttribute("aria-label", `Remove ${entry.title}`);
  remove.append($("pc-bin").content.cloneNode(true));
  remove.addEventListener("click", () => takeOut(entry));
  const line = make("li", "", "", open, remove);
  line.dataset.id = entry.id;
  return line;
}

/** Marks the line of the article that is being read. */
export function markOpen() {
  const id = pinOf(location.hash)?.id ?? articleOf(location.hash);
  for (const line of $("pc-articles").children) line.classList.toggle("pc-open", line.dataset.id === id);
}

// Removing

async function takeOut(entry) {
  const said = outcome(entry.title);
  try {
    const { removed } = await call(`api/articles/${encodeURIComponent(entry.id)}`, { method: "DELETE" });
    said("removed", "removed", "", ["Undo", () => putBack(removed, said)]);
  } catch (error) {
    said("failed", "not removed", error.message);
  }
  await refresh();
}

async function putBack(removed, said) {
  said("working", "putting back");
  await send(JSON.stringify({ articles: [removed] }), { "content-type": "application/json" }, said);
}

// Adding

/** Adds files one by one, each with its own outcome. */
export async function addFiles(files) {
  const waiting = [...files].map((file) => [file, outcome(file.name)]);
  for (const [file, said] of waiting) {
    said("working", "reading");
    const form = new FormData();
    form.append("file", file, file.name);
    await send(form, {}, said);
  }
}

async function addAddress(url) {
  const said = outcome(url);
  said("working", "fetching");
  await send(JSON.stringify({ urls: [url] }), { "content-type": "application/json" }, said);
}

async function send(body, headers, said) {
  try {
    const { added } = await call("api/articles", { method: "POST", body, headers });
    const [first, ...more] = added;
    said(first.status, first.status === "same" ? "already there" : first.status, first.reason || "");
    for (const one of more) outcome(one.title || one.source)(one.status, one.status, one.reason || "");
  } catch (error) {
    said("failed", "failed", error.message);
  }
  await refresh();
}

/** A new line about `name`; what comes back changes it: status, words, a reason, and [label, action] for a button. */
function outcome(name) {
  const line = make("li");
  $("pc-outcomes").prepend(line);
  while ($("pc-outcomes").children.length > 50) $("pc-outcomes").lastChild.remove();
  const said = (status, words, why = "", button = null) => {
    line.dataset.status = status;
    line.replaceChildren(make("span", "pc-name", name), make("span", "pc-status", words));
    if (button) line.append(action(...button));
    if (status !== "working") line.append(dismissing(line, name));
    if (why) line.append(make("p", "pc-why", sentence(why)));
  };
  said("working", "waiting");
  return said;
}

function action(label, act) {
  const button = make("button", "", label);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

function dismissing(line, name) {
  const button = action("×", () => line.remove());
  button.className = "pc-dismiss";
  button.setAttribute("aria-label", `Dismiss the note about ${name}`);
  return button;
}

function sentence(words) {
  return words[0].toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}

for (const id of ["pc-choose", "pc-first-choose"]) $(id).addEventListener("click", () => $("pc-files").click());
$("pc-files").addEventListener("change", async (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  await addFiles(files);
});
$("pc-address").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = event.target.elements.url;
  const url = field.value.trim();
  field.value = "";
  await addAddress(url);
});
$("pc-search").addEventListener("input", show);
