// Which articles are asked: chosen ones, those of a source, those of a time; shown as chips below the question.

import { day, make } from "./api.js";
import { tell } from "./gradio.js";

const $ = (id) => document.getElementById(id);
const NAMED = 3; // chips with an article's own title; the others are counted

let chosen = {}; // {article_ids, source, since, until}, as the server takes it
let titles = new Map();
let changed = () => {};

/** Calls `then` whenever another scope is chosen. */
export function onScope(then) {
  changed = then;
}

/** Whether the article with this id is chosen by itself. */
export const isChosen = (id) => Boolean(chosen.article_ids?.includes(id));

/** Chooses an article, or no longer. */
export function choose(id, title, on) {
  titles.set(id, title);
  const ids = new Set(chosen.article_ids ?? []);
  if (on) ids.add(id);
  else ids.delete(id);
  scope({ ...chosen, article_ids: [...ids] });
}

/** Limits to a source and a time; each of them may be empty. */
export function limit({ source, since, until }) {
  scope({ ...chosen, source, since, until });
}

/** Forgets chosen articles that are there no more. */
export function keepOnly(entries) {
  const there = new Set(entries.map((entry) => entry.id));
  for (const entry of entries) titles.set(entry.id, entry.title);
  const left = (chosen.article_ids ?? []).filter((id) => there.has(id));
  if (left.length !== (chosen.article_ids ?? []).length) scope({ ...chosen, article_ids: left });
}

/** Tells the server side again what is chosen: Gradio's fields begin empty. */
export function tellScope() {
  tell("pc-chosen", Object.keys(chosen).length ? JSON.stringify(chosen) : "");
}

function scope(next) {
  chosen = Object.fromEntries(Object.entries(next).filter(([, value]) => (Array.isArray(value) ? value.length : value)));
  tellScope();
  show();
  changed();
}

function show() {
  const ids = chosen.article_ids ?? [];
  const chips = ids.slice(0, NAMED).map((id) => chip(titles.get(id) ?? id, () => choose(id, titles.get(id), false)));
  if (ids.length > NAMED) chips.push(chip(`${ids.length - NAMED} more articles`, () => scope({ ...chosen, article_ids: ids.slice(0, NAMED) })));
  if (chosen.source) chips.push(chip(`source: ${chosen.source}`, () => scope({ ...chosen, source: "" })));
  if (chosen.since) chips.push(chip(`since ${day(chosen.since)}`, () => scope({ ...chosen, since: "" })));
  if (chosen.until) chips.push(chip(`until ${day(chosen.until)}`, () => scope({ ...chosen, until: "" })));
  if (chips.length) chips.unshift(make("li", "pc-only", "Asking only"));
  $("pc-chips").replaceChildren(...chips);
}

function chip(words, remove) {
  const button = make("button", "", "×");
  button.type = "button";
  button.setAttribute("aria-label", `No longer only ${words}`);
  button.addEventListener("click", remove);
  const name = make("bdi", "", words);
  return make("li", "pc-chip", "", name, button);
}
