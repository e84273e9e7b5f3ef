// The server's HTTP API, and the small things every pane needs. All paths are relative: the window may live
// below a prefix.

/** The JSON that a call answers. Throws an Error whose message is the server's own sentence. */
export async function call(path, options = {}) {
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer: is it still running?");
  }
  const body = await reply.json().catch(() => ({}));
  if (!reply.ok) throw Object.assign(new Error(body.error || `The server answered ${reply.status}.`), { status: reply.status });
  return body;
}

const articles = new Map();

/** One version of an article with its text; asked for once. */
export function article(id, version) {
  const key = `${id}@${version}`;
  if (!articles.has(key)) {
    const asked = call(`api/articles/${encodeURIComponent(id)}${version ? `?version=${version}` : ""}`);
    asked.catch(() => articles.delete(key));
    articles.set(key, asked);
  }
  return articles.get(key);
}

/** Forgets what was read: the library has changed. */
export function forgetArticles() {
  articles.clear();
}

/** A new element with a class, words (always as text, never as HTML) and children. */
export function make(tag, className = "", words = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (words) element.textContent = words;
  element.append(...children);
  return element;
}

/** "19 March 2025" for "2025-03-19"; nothing for nothing. */
export function day(published) {
  if (!published) return "";
  const [year, month, date] = published.split("-").map(Number);
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(new Date(year, month - 1, date));
}

/** The part of a source that a reader knows it by: the host of a URL, the name of a file. */
export function place(source) {
  const url = /^https?:\/\/(?:www\.)?([^/?#]+)/i.exec(source);
  return url ? url[1] : source.replace(/[/\\]+$/, "").split(/[/\\]/).pop() || source;
}

/** Where an article comes from and when it was published, as one element. */
export function origin({ source, published, site }, className = "pc-origin") {
  const element = make("span", className);
  // Beside the address and never in its place: a page may call itself what it likes.
  if (site) element.append(make("bdi", "pc-site", site));
  element.append(make("bdi", "", place(source)));
  if (published) element.append(make("span", "pc-day", day(published)));
  element.title = source;
  return element;
}
