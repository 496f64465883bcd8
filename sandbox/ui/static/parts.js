// Pieces that several views are made of.

import { providers, put, space } from "./api.js";
import { button, dialog, dim, fill, h, mono, say } from "./dom.js";
import { icon, shape } from "./icons.js";
import { full, pretty, time } from "./words.js";

const LABELS = { blackkonnect: "BlackKonnect", bloomreach: "Bloomreach", namirial: "Namirial", skycore: "Skycore" };

/** A provider's name for people, as short as it goes. */
export const titled = (slug) => LABELS[slug] ?? slug;

/** A state by shape, word and colour. */
export const status = (word, said = word) => h("span", `status is-${word}`, shape(word), h("span", {}, said));

export const tag = (slug) => h("span", "tag", titled(slug));

export const when = (iso) => h("time", { datetime: iso, title: full(iso) }, time(iso));

/** A button that puts `text` on the clipboard. */
export function copier(text, { label = "Copy", said = label, kind = "copy", drawn = "copy" } = {}) {
  const click = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    await copy(typeof text === "function" ? text() : text);
  };
  return button([icon(drawn), said], click, { class: kind, title: label, "aria-label": label });
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied: ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`);
  } catch {
    say("The browser keeps its clipboard to itself; select the text and copy it.", { bad: true });
  }
}

/** What went wrong, in the server's own words; with where, if it says. */
export function fault(problem) {
  if (!problem) return null;
  const errors = (problem.errors ?? []).map((error) => h("li", {}, error.detail));
  return h("div", { class: "notice bad", role: "alert" },
    h("p", {}, h("strong", {}, problem.title ?? "That did not work"), " ", problem.message),
    problem.kind === "unknown-space" && h("p", {}, "A space goes when it is idle, or when a server without --data stops. ", button(`Begin ${space}`, () => put(`/spaces/${space}`, {}), { class: "place" })),
    errors.length > 1 && h("ul", {}, errors));
}

export const title = (text, ...more) => h("header", "title", h("h1", {}, text), ...more);

export const section = (name, ...children) => h("section", "part", name && h("h2", {}, name), ...children);

/** Prose of a document, its `code` set as code. */
export const prose = (text) => text.split("`").map((run, index) => (index % 2 ? mono(run) : run));

/** Names and what they are. Rows without a value are left out. */
export const facts = (rows) =>
  h("dl", "facts", rows.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));

/** How a fact is known. */
const KNOWN = {
  stated: "stated by the provider’s documents",
  inferred: "inferred from what the documents state",
  convention: "a convention of this sandbox: no document says",
};
export const provenance = (word) => word && h("span", { class: `known known-${word}`, title: KNOWN[word] }, word);

/** One side of an exchange over HTTP: its first line, headers and body. */
export function wire(name, first, headers, body, { encoding = "text" } = {}) {
  const shown = pretty(body ?? "");
  const lines = Object.entries(headers ?? {}).map(([header, value]) => [dim(`${header}: `), value, "\n"]);
  const text = h("pre", { tabindex: "0", "aria-label": name }, h("b", {}, first), "\n", lines, body ? ["\n", h("span", "body", shown)] : null);
  const raw = shown !== body && body
    ? button("as sent", toggle, { class: "quiet", "aria-pressed": "false" })
    : null;
  function toggle() {
    const on = raw.getAttribute("aria-pressed") !== "true";
    raw.setAttribute("aria-pressed", on);
    text.querySelector(".body").textContent = on ? body : shown;
  }
  return h("figure", "wire",
    h("figcaption", {}, h("span", {}, name), encoding === "base64" && dim("base64: it is no UTF-8"), raw, body && copier(body, { label: `Copy the body of: ${name}`, said: "" })),
    text);
}

/** Both sides of a provider call, as the journal has them. */
export function exchange(request) {
  const { answer } = request;
  return h("div", "exchange",
    wire("Request", `${request.method} ${request.path}`, request.headers, request.body, { encoding: request.body_encoding }),
    answer
      ? wire("Answer", `HTTP ${answer.status}`, answer.headers, answer.body, { encoding: answer.body_encoding })
      : h("p", "notice", "No answer left: the scenario let the connection fail."));
}

/** A question before what cannot be undone. */
export function confirm(question, yes) {
  return new Promise((resolve) => {
    const asked = dialog(question, {}, h("div", "buttons",
      h("button", { class: "primary", value: "yes" }, yes), h("button", { value: "" }, "Keep everything")));
    asked.addEventListener("close", () => resolve(asked.returnValue === "yes"));
  });
}

/** Runs `work` and shows in `box` what went wrong, or nothing. */
export async function guarded(box, work) {
  try {
    const found = await work();
    fill(box);
    return found;
  } catch (trouble) {
    fill(box, fault(trouble));
    return undefined;
  }
}

/** Drop-downs for a provider and for one of `words`; `changed` is told what was chosen. */
export async function filters(query, name, all, words, changed) {
  const known = (await providers()).map(({ slug }) => [slug, titled(slug)]);
  return h("div", "filters",
    select("Provider", [["", "All providers"], ...known], query.provider ?? "", (provider) => changed({ provider })),
    select(name, [["", all], ...words.map((word) => [word, word])], query.word ?? "", (word) => changed({ word })));
}

/** Something to copy into a terminal. */
export const command = (text, label) => h("div", "command", h("pre", { tabindex: "0", "aria-label": label }, text), copier(text, { label: `Copy: ${label}`, said: "" }));

/** A drop-down: `choices` are [value, text]. */
export function select(label, choices, value, changed) {
  return h("select", { "aria-label": label, on: { change: (event) => changed(event.target.value) } },
    choices.map(([each, text]) => h("option", { value: each, selected: each === value }, text)));
}

/** Runs `work` for a button or a form: busy meanwhile, and its problem said. */
export async function busy(button, work) {
  button.disabled = true;
  try {
    return await work();
  } catch (problem) {
    say(problem.message, { bad: true });
    return undefined;
  } finally {
    button.disabled = false;
  }
}
