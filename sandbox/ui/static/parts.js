// Pieces that several views are made of.

import { providers, put, space } from "./api.js";
import { b, button, dialog, dim, fill, h, li, link, mono, notice, p, say } from "./dom.js";
import { icon, shape } from "./icons.js";
import { given, to } from "./router.js";
import { full, pretty, time } from "./words.js";

const LABELS = { blackkonnect: "BlackKonnect", bloomreach: "Bloomreach", namirial: "Namirial", skycore: "Skycore" };

/** A provider's name for people, as short as it goes. */
export const titled = (slug) => LABELS[slug] ?? slug;

/** A state by shape, word and colour. */
export const status = (word, said = word) => h("span", `status is-${word}`, shape(word), h("span", {}, said));

export const tag = (slug) => h("span", "tag", titled(slug));

export const when = (iso) => h("time", { datetime: iso, title: full(iso) }, time(iso));

/** A button that puts `text` on the clipboard: `label` tells of it, `said` is written on it. */
export function copier(text, label, { said, kind = "copy", drawn = "copy" } = {}) {
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

export const alarm = (...said) => h("div", { class: "notice bad", role: "alert" }, said);

/** What went wrong, in the server's own words; with where, if it says. */
export function fault(problem) {
  if (!problem) return null;
  const errors = (problem.errors ?? []).map((error) => li(error.detail));
  return alarm(
    p(h("strong", {}, problem.title ?? "That did not work"), " ", problem.message),
    problem.kind === "unknown-space" && p("A space goes when it is idle, or when a server without --data stops. ", button(`Begin ${space}`, () => put(`/spaces/${space}`, {}), { class: "place" })),
    errors.length > 1 && h("ul", {}, errors));
}

export const title = (text, ...more) => h("header", "title", h("h1", {}, text), more);

export const section = (name, ...children) => h("section", "part", name && h("h2", {}, name), children);

/** What stands where there is nothing. */
export const empty = (name, ...said) => h("div", "empty", name && h("h2", {}, name), said);

export const loading = (said = "…") => h("p", "loading", said);

/** Tabs, each of them a link: [text, href, whether it is the one that is open]. */
export const tabs = (label, all) =>
  h("div", { class: "tabs", role: "group", "aria-label": label }, all.map(([text, href, open]) => h("a", { href, "aria-current": open && "true" }, text)));

/** The ways to a message and to a rule. */
export const toMessage = (id, said = mono(id)) => link(to("inbox", [id]), said);
export const toRule = (rule) => link(to("scenario", [], { rule }), rule);

/** Prose of a document, its `code` set as code. */
export const prose = (text) => text.split("`").map((run, index) => (index % 2 ? mono(run) : run));

/** Names and what they are; what has no value is left out. */
export const facts = (known) => h("dl", "facts", given(known).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));

/** How a fact is known. */
const KNOWN = {
  stated: "stated by the provider’s documents",
  inferred: "inferred from what the documents state",
  convention: "a convention of this sandbox: no document says",
};
export const provenance = (word) => word && h("span", { class: `known known-${word}`, title: KNOWN[word] }, word);

/** One side of an exchange over HTTP: its first line, and the headers and the body of what is known of it. */
export function wire(name, first, { headers, body, body_encoding: encoding }) {
  const shown = pretty(body ?? "");
  const lines = Object.entries(headers ?? {}).map(([header, value]) => [dim(`${header}: `), value, "\n"]);
  const text = h("pre", { tabindex: "0", "aria-label": name }, b(first), "\n", lines, body ? ["\n", h("span", "body", shown)] : null);
  const raw = body && shown !== body ? button("as sent", toggle, { class: "quiet", "aria-pressed": "false" }) : null;
  function toggle() {
    const on = raw.getAttribute("aria-pressed") !== "true";
    raw.setAttribute("aria-pressed", on);
    text.querySelector(".body").textContent = on ? body : shown;
  }
  return h("figure", "wire",
    h("figcaption", {}, h("span", {}, name), encoding === "base64" && dim("base64: it is no UTF-8"), raw, body && copier(body, `Copy the body of: ${name}`)), text);
}

export const exchange = (...sides) => h("div", "exchange", sides);

/** Both sides of a provider call, as the journal has them. */
export function called(request) {
  const { method, path, answer } = request;
  return exchange(wire("Request", `${method} ${path}`, request),
    answer ? wire("Answer", `HTTP ${answer.status}`, answer) : notice("No answer left: the scenario let the connection fail."));
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
    select(name, [["", all], ...words], query.word ?? "", (word) => changed({ word })));
}

/** Something to copy into a terminal. */
export const command = (text, label) => h("div", "command", h("pre", { tabindex: "0", "aria-label": label }, text), copier(text, `Copy: ${label}`));

/** A drop-down by its label, or by its attributes: `choices` are [value, text], or words that are both. */
export function select(props, choices, value, changed) {
  const named = typeof props === "string" ? { "aria-label": props } : props;
  return h("select", { ...named, on: { change: (event) => changed(event.target.value) } },
    choices.map((choice) => [choice].flat()).map(([each, text = each]) => h("option", { value: each, selected: each === value }, text)));
}

/** A field of text, of many lines if it has `rows`; `heard` is told what is typed into it. */
export const typed = (props, heard) => h(props.rows ? "textarea" : "input",
  { type: props.rows ? null : "text", autocomplete: "off", spellcheck: "false", ...props, on: { input: ({ target }) => heard(target.value, target) } });

/** A control with its label, and what is said of it. */
export const entry = (label, control, ...more) => h("div", "entry", h("label", { for: control.id }, label), control, more);

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
