// Adding and removing articles: what became of each, with its progress, its reason and its undoing.

import { call, make } from "./api.js";

const $ = (id) => document.getElementById(id);
let refresh = async () => {};

/** Calls `then` whenever the library has changed. */
export function onChange(then) {
  refresh = then;
}

/** Takes an article out; it can be put back from the note about it. */
export async function takeOut(entry) {
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
    const added = await progressing(body, headers, said);
    if (added.length === 1) told(added[0], said);
    else {
      const failed = added.filter((one) => one.status === "failed");
      said(failed.length ? "failed" : "added", counted(added));
      // An article may have a note as well, such as a feed's text in place of its page.
      const noted = added.filter((one) => one.status !== "failed" && one.reason);
      for (const one of [...failed, ...noted].slice(0, 40)) told(one, outcome(one.title || one.source));
    }
  } catch (error) {
    said("failed", "failed", error.message);
  }
  await refresh();
}

function told(one, said) {
  said(one.status, one.status === "same" ? "already there" : one.status, one.reason || "");
}

function counted(added) {
  const count = (status) => added.filter((one) => one.status === status).length;
  const words = { added: "added", updated: "updated", same: "already there", failed: "failed" };
  return Object.keys(words).filter(count).map((status) => `${count(status)} ${words[status]}`).join(", ") || "nothing in it";
}

/** What became of each article, once all are done; until then the note says how far it is. */
async function progressing(body, headers, said) {
  const options = { method: "POST", body, headers: { ...headers, accept: "text/event-stream" } };
  const reply = await fetch("api/articles", options).catch(() => {
    throw new Error("The server does not answer: is it still running?");
  });
  if (!reply.ok) throw new Error((await reply.json().catch(() => ({}))).error || `The server answered ${reply.status}.`);
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error("The server stopped before it was done: add it again.");
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const [, kind, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block);
      const event = JSON.parse(data);
      if (kind === "added") return event.added;
      if (kind === "error") throw new Error(event.error);
      if (event.total > 1) said("working", `${event.done} of ${event.total}`, event.last.title || event.last.source);
    }
  }
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
