// The quote of a citation beside its marker, while the pointer or the keyboard is on it.

import { make } from "./api.js";

const peek = document.getElementById("pc-peek");
let over = null; // the marker whose quote is shown

function show(pin) {
  const answer = pin.closest(".pc-answer");
  const source = [...(answer?.querySelectorAll("a.pc-source") ?? [])].find((one) => one.getAttribute("href") === pin.getAttribute("href"));
  if (!source) return;
  over = pin;
  const copy = (name) => source.querySelector(name)?.cloneNode(true) ?? "";
  peek.replaceChildren(copy(".pc-quote"), make("span", "pc-under", "", copy(".pc-title"), copy(".pc-origin")));
  peek.hidden = false;
  pin.setAttribute("aria-describedby", "pc-peek");
  pin.removeAttribute("title"); // or the browser would show its own beside ours
  const at = pin.getBoundingClientRect();
  const size = peek.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 24, innerWidth - size.width - 8));
  const below = at.bottom + 8 + size.height < innerHeight;
  peek.style.left = `${left}px`;
  peek.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - size.height - 8)}px`;
}

/** Takes the quote away; true when one was there. */
export function hidePeek() {
  const shown = !peek.hidden;
  over?.removeAttribute("aria-describedby");
  over = null;
  peek.hidden = true;
  return shown;
}

function follow(event) {
  const pin = event.target.closest?.("#pc-chat a.pc-pin");
  if (pin && pin !== over) show(pin);
  else if (!pin && over && !event.target.closest?.("#pc-peek")) hidePeek();
}

document.addEventListener("pointerover", (event) => { if (event.pointerType !== "touch") follow(event); });
document.addEventListener("focusin", follow);
addEventListener("scroll", hidePeek, true);
