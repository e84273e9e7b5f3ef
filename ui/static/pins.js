// The address of a place in an article: #pin=<article>/<version>/<start>-<end>[/<span start>-<span end>], and
// #article=<article> for a whole one. Offsets count characters (code points), as the server's do.

/** The place that an address names, or null. */
export function pinOf(address) {
  const at = address.indexOf("#pin=");
  if (at < 0) return null;
  const [id, version, range, span] = address.slice(at + 5).split("/");
  const places = [range, span].map((part) => /^(\d+)-(\d+)$/.exec(part || ""));
  if (!id || !/^\d+$/.test(version || "") || !places[0]) return null;
  return {
    address: address.slice(at),
    id: decoded(id),
    version: Number(version),
    start: Number(places[0][1]),
    end: Number(places[0][2]),
    span: places[1] ? [Number(places[1][1]), Number(places[1][2])] : null,
  };
}

/** The article that an address names as a whole, and its version if it names one: [id, version], or [null]. */
export function wholeOf(address) {
  const at = address.indexOf("#article=");
  if (at < 0) return [null];
  const [id, version] = address.slice(at + 9).split("/");
  return [decoded(id), /^\d+$/.test(version || "") ? Number(version) : undefined];
}

/** The article that an address names as a whole, or null. */
export const articleOf = (address) => wholeOf(address)[0];

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The pins of one answer on the page, in its order, with the number each is shown under ("" for a passage). */
export function pinsIn(answer) {
  return [...answer.querySelectorAll("a.pc-source, a.pc-near")].flatMap((link) => {
    const pin = pinOf(link.getAttribute("href") || "");
    if (!pin) return [];
    const number = link.querySelector(".pc-number")?.textContent ?? "";
    return [{ ...pin, number, supported: !link.classList.contains("pc-doubt") }];
  });
}

/** `offsets` in characters as offsets in JavaScript's string units, in the same order. */
export function unitsOf(text, offsets) {
  if (!/[\ud800-\udbff]/.test(text)) return offsets;
  const wanted = new Map(offsets.map((offset) => [offset, text.length]));
  let characters = 0;
  let units = 0;
  for (const character of text) {
    if (wanted.has(characters)) wanted.set(characters, units);
    characters += 1;
    units += character.length;
  }
  return offsets.map((offset) => wanted.get(offset));
}
