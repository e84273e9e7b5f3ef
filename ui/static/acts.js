// What can be done with an answer: judge it, ask again, edit its question, copy it, make it a test.

import { call, make } from "./api.js";
import { ask, box, tell, told } from "./gradio.js";

const $ = (id) => document.getElementById(id);
const rowsOf = (kind) => [...document.querySelectorAll(`#pc-chat .${kind}-row`)];

/** Does what the pressed button of an answer says; false when it was no such button. */
export function act(target) {
  const button = target.closest?.("#pc-chat .pc-do");
  if (!button) return false;
  const number = rowsOf("bot").indexOf(button.closest(".bot-row"));
  const name = [...button.classList].find((one) => one.startsWith("pc-do-")).slice(6);
  const answering = document.querySelector("#pc-question .stop-button");
  if (answering && (name === "redo" || name === "edit")) say("Stop the answer that is coming first, or wait for it.");
  else ACTS[name]?.(number, button);
  return true;
}

const ACTS = {
  good: (number, button) => judge(number, button.classList.contains("pc-on") ? "" : "good", "", button),
  bad: (number, button) => (button.classList.contains("pc-on") ? judge(number, "", "", button) : complain(number, button)),
  redo: (number) => ask(asked(number), number),
  edit: (number) => edit(number),
  copy: (number, button) => copy(number, button),
  case: (number) => makeCase(number),
};

const asked = (number) => rowsOf("user")[number].querySelector(".pc-asked").textContent;

async function post(number, what, body) {
  const headers = { "content-type": "application/json" };
  const id = encodeURIComponent(told("pc-talk"));
  return call(`api/conversations/${id}/${number}/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Says something for a moment, aloud too. */
export function say(words) {
  $("pc-said").textContent = words;
  $("pc-said").hidden = false;
  clearTimeout(say.later);
  say.later = setTimeout(() => { $("pc-said").hidden = true; }, 4000);
}

async function judge(number, verdict, note, button) {
  try {
    await post(number, "verdict", { verdict, note });
  } catch (error) {
    say(error.message);
    return;
  }
  const acts = button.parentElement;
  acts.querySelector(".pc-do-good").classList.toggle("pc-on", verdict === "good");
  acts.querySelector(".pc-do-bad").classList.toggle("pc-on", Boolean(verdict) && verdict !== "good");
  say(verdict ? "Kept with the answer, on this machine." : "Taken back.");
}

function complain(number, button) {
  const form = $("pc-verdict").querySelector("form");
  form.reset();
  opened($("pc-verdict"), () => judge(number, form.elements.verdict.value, form.elements.note.value, button));
}

function edit(number) {
  tell("pc-question", asked(number));
  tell("pc-again", String(number));
  $("pc-editing").hidden = false;
  box().focus();
}

$("pc-editing").querySelector("button").addEventListener("click", () => {
  tell("pc-again", "");
  tell("pc-question", "");
  $("pc-editing").hidden = true;
  box().focus();
});

async function copy(number, button) {
  const answer = rowsOf("bot")[number];
  const words = [...answer.querySelectorAll(".pc-text, .pc-differ tr")].map((one) => one.innerText.replace(/\s*\n\s*/g, " "));
  const quotes = [...answer.querySelectorAll("a.pc-source")].map((one) => {
    const said = (name) => one.querySelector(name)?.textContent ?? "";
    return `[${said(".pc-number")}] “${said(".pc-quote")}” ${said(".pc-title")}, ${said(".pc-origin")}`;
  });
  try {
    await navigator.clipboard.writeText([...words, "", ...quotes].join("\n"));
    say("Copied, with its quotes.");
  } catch {
    say("The browser does not let this page copy: mark the words and copy them.");
  }
  button.focus();
}

function makeCase(number) {
  const form = $("pc-case").querySelector("form");
  form.reset();
  const answer = rowsOf("bot")[number];
  const refused = Boolean(answer.querySelector(".pc-refusal"));
  form.elements.expect.value = refused ? "refusal" : "answer";
  const marked = [...answer.querySelectorAll("a.pc-source mark")].map((one) => one.textContent);
  const text = [...answer.querySelectorAll(".pc-text")].map((one) => one.textContent.replace(/\s*\d+$/, "")).join(" ");
  form.elements.answer.value = refused ? "" : marked[0] ?? text;
  const quotes = [...answer.querySelectorAll("a.pc-source")].map((one) => {
    const input = make("input");
    Object.assign(input, { type: "checkbox", name: "quote", value: one.querySelector(".pc-number").textContent, checked: true });
    return make("label", "", "", input, ` ${one.querySelector(".pc-quote").textContent}`);
  });
  $("pc-case-quotes").hidden = !quotes.length;
  $("pc-case-quotes").replaceChildren($("pc-case-quotes").querySelector("legend"), ...quotes);
  opened($("pc-case"), async () => {
    const chosen = [...form.querySelectorAll("[name=quote]:checked")].map((one) => Number(one.value));
    await post(number, "case", { expect: form.elements.expect.value, answer: form.elements.answer.value, quotes: chosen });
    say("Kept: pincite eval --mine asks it again.");
  });
}

/** Opens a dialog; `kept` is called when it is closed by its strong button, and what fails is said. */
function opened(dialog, kept) {
  dialog.returnValue = "";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "ok") return;
    try {
      await kept();
    } catch (error) {
      say(error.message);
    }
  };
  dialog.showModal();
}
