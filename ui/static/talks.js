// The conversations that are kept: listed, searched, opened, renamed, deleted, exported.

import { call, make } from "./api.js";
import { press, tell, told } from "./gradio.js";

const $ = (id) => document.getElementById(id);
const REMEMBERED = "pincite-talk"; // in the tab's memory: a reload goes on with the same conversation

let listed = []; // as they stand in the list

/** Reads the list anew and shows it. */
export async function refreshTalks() {
  const wanted = $("pc-talk-search").value;
  try {
    listed = (await call(`api/conversations?wanted=${encodeURIComponent(wanted)}`)).conversations;
  } catch (error) {
    $("pc-talks").replaceChildren(make("li", "pc-none", error.message));
    return;
  }
  $("pc-talks").replaceChildren(...listed.map(row));
  if (!listed.length) {
    $("pc-talks").append(make("li", "pc-none", wanted ? "No conversation has these words." : "Ask something: the conversation is kept here."));
  }
  markTalk();
}

/** Marks the conversation that is open, and remembers it for a reload. */
export function markTalk() {
  const id = told("pc-talk");
  if (id) sessionStorage.setItem(REMEMBERED, id);
  for (const line of $("pc-talks").children) {
    const open = Boolean(id) && line.dataset.id === id;
    line.classList.toggle("pc-open", open);
    line.querySelector(".pc-entry")?.toggleAttribute("aria-current", open);
  }
}

/** Opens a conversation; without an id, an empty one. */
export function openTalk(id = "") {
  if (!id) sessionStorage.removeItem(REMEMBERED);
  tell("pc-talk", id);
  tell("pc-again", "");
  press("#pc-show");
}

/** Opens what this tab had open before it was loaded anew. */
export function reopen() {
  const id = sessionStorage.getItem(REMEMBERED);
  if (id) openTalk(id);
}

function row(talk) {
  const open = make("button", "pc-entry", "", make("span", "pc-title", talk.title));
  open.type = "button";
  const count = `${talk.questions} ${talk.questions === 1 ? "question" : "questions"}`;
  open.append(make("span", "pc-size", `${when(talk.changed_at)} · ${count}`));
  open.addEventListener("click", () => openTalk(talk.id));
  const more = make("details", "pc-more");
  const summary = make("summary", "", "⋯");
  summary.title = `More for ${talk.title}`;
  summary.setAttribute("aria-label", summary.title);
  more.append(summary, menu(talk, more));
  more.addEventListener("focusout", (event) => { if (!more.contains(event.relatedTarget)) more.open = false; });
  const line = make("li", "", "", open, more);
  line.dataset.id = talk.id;
  return line;
}

function menu(talk, more) {
  const list = make("div", "pc-menu");
  const add = (words, act) => {
    const button = make("button", "", words);
    button.type = "button";
    button.addEventListener("click", () => { more.open = false; act(); });
    list.append(button);
  };
  add("Rename", () => rename(talk));
  for (const [form, words] of [["markdown", "Save as Markdown"], ["html", "Save as web page"], ["json", "Save as JSON"]]) {
    add(words, () => save(talk, form));
  }
  add("Delete", () => remove(talk));
  return list;
}

function save(talk, form) {
  const link = make("a");
  link.href = `api/conversations/${encodeURIComponent(talk.id)}/export?form=${form}`;
  link.download = "";
  link.click();
}

function rename(talk) {
  const line = [...$("pc-talks").children].find((one) => one.dataset.id === talk.id);
  const input = make("input");
  input.value = talk.title;
  input.maxLength = 80;
  input.setAttribute("aria-label", "Title of the conversation");
  const form = make("form", "pc-rename", "", input);
  const done = async (title) => {
    form.onsubmit = input.onblur = null;
    if (title.trim() && title !== talk.title) await change(talk.id, { title });
    await refreshTalks();
  };
  form.onsubmit = (event) => { event.preventDefault(); done(input.value); };
  input.onblur = () => done(input.value);
  input.onkeydown = (event) => { if (event.key === "Escape") { event.stopPropagation(); done(""); } };
  line.replaceChildren(form);
  input.select();
}

async function change(id, body) {
  const headers = { "content-type": "application/json" };
  try {
    await call(`api/conversations/${encodeURIComponent(id)}`, { method: "PATCH", headers, body: JSON.stringify(body) });
  } catch (error) {
    note(error.message);
  }
}

async function remove(talk) {
  try {
    await call(`api/conversations/${encodeURIComponent(talk.id)}`, { method: "DELETE" });
  } catch (error) {
    note(error.message);
    return;
  }
  if (told("pc-talk") === talk.id) openTalk();
  note(`Deleted: ${talk.title}`, ["Undo", async () => {
    await call(`api/conversations/${encodeURIComponent(talk.id)}/restore`, { method: "POST" });
    await refreshTalks();
  }]);
  await refreshTalks();
}

function note(words, button = null) {
  const line = make("li", "", "", make("span", "pc-name", words));
  if (button) {
    const [label, act] = button;
    const undo = make("button", "pc-link", label);
    undo.type = "button";
    undo.addEventListener("click", async () => { line.remove(); await act(); });
    line.append(undo);
  }
  $("pc-talk-notes").replaceChildren(line);
}

function when(moment) {
  const at = new Date(moment);
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat("en-GB", today ? { timeStyle: "short" } : { dateStyle: "medium" }).format(at);
}

$("pc-talk-search").addEventListener("input", refreshTalks);
