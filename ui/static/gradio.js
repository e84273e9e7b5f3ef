// What the page tells Gradio: the hidden fields and buttons of window.py.

const field = (id) => document.querySelector(`#${id} textarea, #${id} input`);

/** What a hidden field holds. */
export const told = (id) => field(id)?.value ?? "";

/** Writes into a field of Gradio's, hidden or not, as if it were typed. */
export function tell(id, value) {
  const one = field(id);
  if (!one || one.value === value) return;
  one.value = value;
  one.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Presses a button of Gradio's, once what was told has been taken in. */
export function press(selector) {
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(selector)?.click()));
}

/** The question box. */
export const box = () => document.querySelector("#pc-question textarea");

/** Asks a question in the place of the `at`-th exchange and all behind it, or behind the last. */
export function ask(question, at = "") {
  tell("pc-again", String(at));
  tell("pc-question", question);
  press("#pc-question .submit-button");
}
