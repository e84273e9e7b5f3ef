// Joins the panes to the conversation: what an answer cites is shown beside it, and the page's address says which
// place is being read.

import { act } from "./acts.js";
import { addFiles } from "./adding.js";
import { box, told } from "./gradio.js";
import { markOpen, refresh } from "./library.js";
import { hidePeek } from "./peek.js";
import { pinsIn } from "./pins.js";
import { tellScope } from "./scope.js";
import { follow, showCards, walk } from "./source.js";
import { markTalk, openTalk, refreshTalks, reopen } from "./talks.js";

const $ = (id) => document.getElementById(id);
const body = document.body.classList;
const WIDE = matchMedia("(min-width: 1180px)");
const PHONE = matchMedia("(max-width: 819px)");

// Panes

function show(pane, shown) {
  body.toggle(`pc-show-${pane}`, shown);
  $(`pc-${pane}-button`).setAttribute("aria-expanded", String(shown));
  const over = (body.contains("pc-show-library") && !WIDE.matches) || (body.contains("pc-show-source") && PHONE.matches);
  $("pc-veil").hidden = !over;
}

function arrange() {
  show("library", WIDE.matches);
  show("source", !PHONE.matches);
}

const TABS = ["articles", "talks"];
function turnTo(tab) {
  for (const one of TABS) {
    $(`pc-panel-${one}`).hidden = one !== tab;
    $(`pc-tab-${one}`).setAttribute("aria-selected", String(one === tab));
    $(`pc-tab-${one}`).tabIndex = one === tab ? 0 : -1;
  }
  if (tab === "talks") refreshTalks();
}

for (const tab of TABS) {
  $(`pc-tab-${tab}`).addEventListener("click", () => turnTo(tab));
  $(`pc-tab-${tab}`).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.stopPropagation();
    const other = TABS[1 - TABS.indexOf(tab)];
    turnTo(other);
    $(`pc-tab-${other}`).focus();
  });
}

for (const pane of ["library", "source"]) {
  $(`pc-${pane}-button`).addEventListener("click", () => show(pane, !body.contains(`pc-show-${pane}`)));
  $(`pc-${pane}`).querySelector(".pc-close").addEventListener("click", () => close(pane));
}

function close(pane) {
  show(pane, false);
  if (pane === "source" && PHONE.matches) history.replaceState(null, "", "#");
  $(`pc-${pane}-button`).focus();
}

$("pc-veil").addEventListener("click", () => {
  show("library", WIDE.matches);
  if (PHONE.matches) show("source", false);
});
WIDE.addEventListener("change", arrange);
PHONE.addEventListener("change", arrange);

// Places

async function arrive() {
  markPlace();
  const answer = [...document.querySelectorAll(ANSWER)].findLast((one) => hasPlace(one));
  if (answer) showCards(pinsIn(answer));
  const reading = location.hash.startsWith("#pin=") || location.hash.startsWith("#article=");
  if (reading) {
    if (!WIDE.matches) show("library", false);
    show("source", true);
  }
  await follow(location.hash);
}

/** Marks whatever leads to the place that is being read. */
function markPlace() {
  markOpen();
  for (const link of document.querySelectorAll("a.pc-pin, a.pc-source, a.pc-near")) {
    link.classList.toggle("pc-here", link.getAttribute("href") === location.hash);
  }
}

function hasPlace(answer) {
  return pinsIn(answer).some((pin) => pin.address === location.hash);
}

addEventListener("hashchange", arrive);
document.addEventListener("click", (event) => {
  if (act(event.target)) return;
  const link = event.target.closest?.("a[href^='#pin=']");
  if (link && link.getAttribute("href") === location.hash) arrive(); // the address does not change, so nothing fires
});

// The conversation

const ANSWER = ".pc-answer, .pc-refusal";
let asked = 0; // questions on the page
let newest = "0 "; // how many answers there are, and what the last one cites

/** Brings a new question to the top, with room below it for its answer, so that nothing moves while it comes. */
function makeRoom() {
  const panel = document.querySelector("#pc-chat .panel-wrap");
  const questions = document.querySelectorAll("#pc-chat .user-row");
  const question = questions[questions.length - 1];
  if (question) {
    const padding = getComputedStyle(question.parentElement);
    const above = questions.length === 1 ? parseFloat(padding.paddingTop) : 0;
    const room = panel.clientHeight - question.offsetHeight - parseFloat(padding.paddingBottom) - above;
    $("pc-chat").style.setProperty("--pc-room", `${room}px`);
  }
  if (questions.length > asked) {
    panel.scrollTop += question.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  }
  asked = questions.length;
}

let talk = ""; // the conversation that is open, and how much of it there is
let idle = true; // no answer is on its way

/** Notices that another conversation is open, or that this one has grown. */
function markConversation(answers) {
  const now = `${told("pc-talk")} ${answers}`;
  const still = Boolean(document.querySelector("#pc-question .submit-button"));
  if (now !== talk || still !== idle) {
    if (!$("pc-panel-talks").hidden && still) refreshTalks();
    else markTalk();
  }
  [talk, idle] = [now, still];
  if (!told("pc-again")) $("pc-editing").hidden = true;
}

function changed() {
  makeRoom();
  const answers = document.querySelectorAll(ANSWER);
  const last = answers[answers.length - 1];
  const pins = last ? pinsIn(last) : [];
  const key = `${answers.length} ${pins.map((pin) => pin.address)}`;
  if (key !== newest) {
    newest = key;
    if (location.hash.startsWith("#pin=")) history.replaceState(null, "", "#sources");
    showCards(pins);
    follow(location.hash);
  }
  markPlace();
  markConversation(answers.length);
  label("#pc-question .submit-button", "Ask");
  label("#pc-question .stop-button", "Stop");
  document.querySelector("#pc-chat .examples")?.removeAttribute("role"); // a list whose items are buttons is none
  for (const wide of document.querySelectorAll("#pc-chat .pc-scroll:not([tabindex])")) wide.tabIndex = 0; // to scroll it
  // Gradio reads a whole message out as its label, tags and all; its text says the same without them.
  for (const message of document.querySelectorAll("#pc-chat [data-testid='bot'], #pc-chat [data-testid='user']")) {
    message.removeAttribute("aria-label");
  }
}

function label(selector, words) {
  const button = document.querySelector(selector);
  if (button && !button.hasAttribute("aria-label")) button.setAttribute("aria-label", words);
  if (button && words === "Ask" && !focused && !PHONE.matches) {
    focused = true; // not on a phone, where it would open the keyboard over the page
    document.querySelector("#pc-question textarea").focus();
  }
}

let focused = false;
let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    changed();
  });
}).observe(document.querySelector("gradio-app"), { childList: true, subtree: true, characterData: true });

$("pc-new").addEventListener("click", () => {
  openTalk();
  location.hash = "";
  box()?.focus();
});

// Keys

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (document.querySelector("dialog[open]")) return; // it has keys of its own
  if (event.key === "Escape") escape(event);
  else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === "/") {
    event.preventDefault();
    box()?.focus();
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    walk(event.key === "ArrowRight" ? 1 : -1);
  }
});

function escape() {
  if (hidePeek()) return;
  const stop = document.querySelector("#pc-question .stop-button");
  if (stop) stop.click();
  else if (body.contains("pc-show-library") && !WIDE.matches) close("library");
  else if (body.contains("pc-show-source") && PHONE.matches) close("source");
}

// Files dropped anywhere

let over = 0;
const bringsFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
addEventListener("dragenter", (event) => { if (bringsFiles(event)) { over += 1; $("pc-drop").hidden = false; } });
addEventListener("dragleave", () => { over = Math.max(0, over - 1); $("pc-drop").hidden = over === 0; });
addEventListener("dragover", (event) => { if (bringsFiles(event)) event.preventDefault(); });
addEventListener("drop", (event) => {
  over = 0;
  $("pc-drop").hidden = true;
  if (!bringsFiles(event)) return;
  event.preventDefault();
  show("library", true);
  turnTo("articles");
  addFiles(event.dataTransfer.files);
}, true);

// Gradio's fields appear some time after the page.
const begun = setInterval(() => {
  if (!box() || !document.querySelector("#pc-talk textarea, #pc-talk input")) return;
  clearInterval(begun);
  tellScope();
  reopen();
}, 30);

arrange();
refresh();
arrive();
