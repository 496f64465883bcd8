// What was rehearsed, out of all there is: errors and states of each provider, and what the scenario expects.

import { get, providers, space } from "../api.js";
import { b, coalesce, dim, fill, h, hint, li, mono, s } from "../dom.js";
import { shape } from "../icons.js";
import * as live from "../live.js";
import { fault, loading, section, status, title, toMessage } from "../parts.js";
import { to } from "../router.js";
import { plural } from "../words.js";

/** Messages that a failed expectation names. */
const MOST = 10;

export function open(main) {
  const body = h("div", {}, loading());
  fill(main, h("div", "page wide", title("Report", dim(`space ${space}`)),
    h("p", "lead", "What your tests have rehearsed so far, out of all that each provider can answer and report."), body));

  async function load() {
    try {
      const [report, known] = await Promise.all([get("/report"), providers()]);
      fill(body, expectations(report), h("div", "cards", known.filter(({ slug }) => report.coverage[slug]).map((each) => card(each, report.coverage[each.slug]))));
    } catch (trouble) {
      fill(body, fault(trouble));
    }
  }

  const again = coalesce(load, 700);
  const close = live.on({ "request receipt callback reset scenario again": again });
  load();
  return { close };
}

function expectations({ results, passed }) {
  if (!results.length) return null;
  return section(passed ? "Everything expected holds" : "Not everything expected holds",
    h("ol", "verdicts", results.map((each) => li(status(each.passed ? "acknowledged" : "failed", each.passed ? "holds" : "fails"), " ",
      mono(JSON.stringify(each.expect)), hint("Found: ", mono(JSON.stringify(each.actual))), each.passed ? null : proof(each.messages)))));
}

/** The messages that show it, the first few. */
function proof(ids) {
  if (!ids.length) return null;
  const links = ids.slice(0, MOST).map((id) => [toMessage(id), " "]);
  return hint("Messages: ", links, ids.length > MOST ? `and ${ids.length - MOST} more` : null);
}

/** One provider: a ring for the share of its errors, a cell for each, and its states. */
function card(provider, { title: name, errors, states }) {
  const seen = new Set(errors.seen);
  return h("section", "part card",
    h("header", {}, ring(errors.seen.length, errors.total), h("div", {}, h("h2", {}, name ?? provider.title),
      h("p", "dim", `${errors.seen.length} of ${plural(errors.total, "error")}, ${states.seen.length} of ${plural(states.total, "state")}`))),
    h("h3", {}, "Errors"),
    h("ul", "cells", provider.errors.map((error) => cell(provider, error, seen.has(error.code)))),
    h("h3", {}, "States"),
    h("ul", "states", states.seen.map((word) => li(status(word), whether(true))), states.unseen.map((word) => li(status("queued", word), whether(false)))));
}

const cell = (provider, { code, name }, seen) => li(h("a", {
  class: seen ? "cell seen" : "cell", href: seen ? to("requests", [], { provider: provider.slug, word: "rejected" }) : to("send", [provider.slug]),
  title: `${code} ${name}: ${seen ? "rehearsed" : "not yet"}`,
}, shape(seen ? "delivered" : "queued"), b(code), h("span", {}, name), whether(seen)));

const whether = (seen) => h("span", "unseen", seen ? " rehearsed" : " not yet");

function ring(seen, total) {
  const share = total ? seen / total : 0;
  const around = 2 * Math.PI * 15;
  return s("svg", { class: "ring", viewBox: "0 0 40 40", role: "img", "aria-label": `${Math.round(share * 100)} % of the errors rehearsed` },
    s("circle", { cx: 20, cy: 20, r: 15 }),
    share > 0 && s("circle", { class: "share", cx: 20, cy: 20, r: 15, "stroke-dasharray": `${share * around} ${around}`, transform: "rotate(-90 20 20)" }),
    s("text", { x: 20, y: 23.5 }, `${Math.round(share * 100)}%`));
}
