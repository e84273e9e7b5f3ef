// The source pane: a card for each citation of an answer, and the article with the cited words marked.

import { article, day, make, origin } from "./api.js";
import { pinOf, unitsOf, wholeOf } from "./pins.js";

const $ = (id) => document.getElementById(id);

let pins = []; // of the answer being looked at
let drawn = 0; // counts drawings, so that a slow one never overwrites a later one
let dealt = 0; // the same for cards

/** Shows `chosen` as cards, unless they are shown already: all at once, so that none pushes another down. */
export async function showCards(chosen) {
  if (String(chosen.map((pin) => pin.address)) === String(pins.map((pin) => pin.address))) return;
  pins = chosen;
  $("pc-no-source").hidden = pins.length > 0;
  $("pc-source-title").textContent = pins.some((pin) => !pin.number) ? "Nearest passages" : "Sources";
  step();
  const mine = ++dealt;
  const cards = await Promise.all(pins.map(card));
  if (mine === dealt) $("pc-cards").replaceChildren(...cards.map((one) => make("li", "", "", one)));
}

async function card(pin) {
  const link = make("a", "pc-card");
  link.setAttribute("href", pin.address);
  if (pin.number) link.append(make("span", "pc-number", pin.number));
  let found;
  try {
    found = await article(pin.id, pin.version);
  } catch (error) {
    link.append(make("span", "pc-unsure", error.message));
    return link;
  }
  const quote = make("span", "pc-quote");
  quote.dir = "auto";
  quote.append(...marked(found.text, pin).quoted);
  if (!pin.number) quote.textContent = quote.textContent.trim().replace(/\s*\n\s*\n\s*/g, " · "); // a heading, then its text
  link.append(make("span", "pc-title", found.title), origin(found), quote);
  if (!pin.supported) link.append(make("span", "pc-unsure", "The statement says more than these words do."));
  if (found.newest > found.version) link.append(make("span", "pc-newer", "A newer version of this article is in the library."));
  return link;
}

/** Goes where the page's address points: to a place, to an article, or to the cards. Resolves when it is shown. */
export async function follow(address) {
  const pin = pinOf(address);
  const [id, version] = pin ? [pin.id, pin.version] : wholeOf(address);
  const mine = ++drawn;
  $("pc-article").hidden = !id;
  $("pc-cards").hidden = Boolean(id);
  $("pc-no-source").hidden = Boolean(id) || pins.length > 0;
  $("pc-source").classList.toggle("pc-reading", Boolean(id));
  if (!id) return false;
  step();
  let found;
  try {
    found = await article(id, version);
  } catch (error) {
    if (mine === drawn) missing(error.message);
    return true;
  }
  if (mine === drawn) draw(found, pin);
  return true;
}

function missing(sentence) {
  $("pc-article-title").textContent = "This article cannot be shown";
  $("pc-article-origin").textContent = sentence;
  $("pc-article-text").replaceChildren();
}

function draw(found, pin) {
  $("pc-article-title").textContent = found.title;
  $("pc-article-origin").replaceChildren(...about(found));
  $("pc-article-versions").replaceChildren(...versions(found));
  $("pc-article-versions").hidden = !$("pc-article-versions").childNodes.length;
  const text = $("pc-article-text");
  text.lang = found.language || "";
  text.replaceChildren(...paragraphs(found, pin));
  const mark = text.querySelector("mark.pc-span") || text.querySelector("mark");
  if (!mark) text.scrollTop = 0;
  else {
    text.querySelectorAll("mark").forEach((one) => one.classList.add("pc-arrived"));
    const from = text.getBoundingClientRect();
    const to = mark.getBoundingClientRect();
    text.scrollTop += to.top - from.top - Math.max(0, (from.height - to.height) * 0.4);
  }
}

function about(found) {
  const parts = [];
  if (found.authors.length) parts.push(make("bdi", "", found.authors.join(", ")));
  if (found.published) parts.push(make("span", "", day(found.published)));
  if (found.site) parts.push(make("bdi", "", found.site));
  parts.push(/^https?:\/\//i.test(found.source) ? away(found.source) : make("bdi", "", found.source));
  return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
}

/** Which version this is, and links to the others; nothing while there is but one. */
function versions(found) {
  if (found.newest < 2) return [];
  const links = [];
  for (let number = found.newest; number > 0 && links.length < 8; number -= 1) {
    const one = make(number === found.version ? "strong" : "a", "", String(number));
    if (number !== found.version) one.href = `#article=${encodeURIComponent(found.id)}/${number}`;
    links.push(links.length ? ", " : "", one);
  }
  const words = found.version < found.newest ? "An older version; the library has a newer one. " : "";
  return [make("span", words ? "pc-old" : "", `${words}Version `), ...links];
}

/** A link to the cited page itself: the only links that leave the window. */
function away(source) {
  const link = make("a", "", source);
  link.href = source;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function paragraphs(found, pin) {
  const headings = new Set(found.passages.map((passage) => passage.heading).filter(Boolean));
  const { ranges } = marked(found.text, pin);
  const made = [];
  let at = 0;
  for (const line of found.text.split("\n")) {
    if (line.trim()) {
      const block = make(headings.has(line.trim()) ? "h3" : "p");
      block.append(...pieces(found.text, at, at + line.length, ranges));
      made.push(block);
    }
    at += line.length + 1;
  }
  return made;
}

/** The quoted words as nodes, and the ranges to mark in the article's text; nothing without a pin. */
function marked(text, pin) {
  if (!pin) return { quoted: [], ranges: [] };
  const [start, end, ...span] = unitsOf(text, [pin.start, pin.end, ...(pin.span || [])]);
  const ranges = span.length
    ? [{ start, end: span[0] }, { start: span[0], end: span[1], span: true }, { start: span[1], end }]
    : [{ start, end }];
  const answer = ranges.filter((range) => range.span);
  return { quoted: pieces(text, start, end, answer), ranges };
}

/** The text from `start` to `end` as nodes, with the parts in `ranges` marked. */
function pieces(text, start, end, ranges) {
  const nodes = [];
  let at = start;
  for (const range of ranges) {
    const from = Math.max(at, range.start);
    const to = Math.min(end, range.end);
    if (from >= to) continue;
    if (from > at) nodes.push(text.slice(at, from));
    nodes.push(make("mark", range.span ? "pc-span" : "", text.slice(from, to)));
    at = to;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

// Walking the citations

function position() {
  const pin = pinOf(location.hash);
  return pin ? pins.findIndex((one) => one.address === pin.address) : -1;
}

function step() {
  const at = position();
  $("pc-where").textContent = at < 0 ? "" : `${at + 1} of ${pins.length}`;
  $("pc-previous").disabled = at <= 0;
  $("pc-next").disabled = at < 0 || at >= pins.length - 1;
  $("pc-back").hidden = pins.length === 0;
  $("pc-previous").hidden = $("pc-next").hidden = at < 0;
}

/** Goes to the next (1) or the previous (-1) citation of the answer. */
export function walk(by) {
  const next = pins[position() + by];
  if (position() >= 0 && next) location.hash = next.address;
}

$("pc-previous").addEventListener("click", () => walk(-1));
$("pc-next").addEventListener("click", () => walk(1));
$("pc-back").addEventListener("click", () => { location.hash = "#sources"; });
