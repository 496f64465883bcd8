// Every call to a provider, the refused ones included, and every post to the application.

import { get, provider } from "../api.js";
import { browse, frame, head, unopened } from "../browse.js";
import { b, coalesce, dim, fill, h, link, mono, notice, p } from "../dom.js";
import { attempts } from "../ledger.js";
import { List, Pages, row } from "../list.js";
import * as live from "../live.js";
import { called, empty, facts, filters, prose, provenance, section, status, tabs, tag, titled, toMessage, toRule } from "../parts.js";
import { to } from "../router.js";
import { full, length, number, plural } from "../words.js";

/** The two lists: what came in, and what went out. */
const SIDES = {
  in: { path: "/requests", noun: "call", label: "Calls to providers", event: "request", by: "outcome", words: ["accepted", "rejected", "faulted"], draw: callRow, show: call },
  out: { path: "/callbacks", noun: "post", label: "Posts to the application", event: "callback", by: "state", words: ["pending", "acknowledged", "failed", "blocked"], draw: postRow, show: posted },
};

export function open(main, first) {
  let deafen = null;
  const side = () => SIDES[view.query.side === "out" ? "out" : "in"];
  const count = h("p", "count");
  const tools = h("div", "tools");
  const holder = h("div", "bare");
  const { root, pane } = frame("Requests", tools, holder);
  const view = browse({ view: "requests", route: first, root, pane, list: () => list, asked: begin, show: detail });
  let list = null;
  let pages = null;
  fill(main, root);

  function begin() {
    const { path, noun, label, event, by, draw } = side();
    list?.close();
    deafen?.();
    list = new List({ label, noun, draw, href: view.href, nothing: () => nothing(view.query) });
    pages = new Pages(list, {
      ask: (query) => get(path, { ...query, provider: view.query.provider, [by]: view.query.word }),
      shown: () => fill(count, plural(list.total, noun)),
    });
    fill(holder, pages.problem, h("div", "bar", count), list.element);
    const changed = new Set();
    const follow = coalesce(async () => {
      const known = [...changed].map((id) => list.find(id)).filter(Boolean);
      changed.clear();
      await Promise.all(known.map(async (item) => list.change(Object.assign(item, await get(`${path}/${encodeURIComponent(item.id)}`)))));
      await pages.fresh();
    }, 300);
    deafen = live.on({ [event]: ({ id }) => { changed.add(id); follow(); }, "reset again": () => pages.load() });
    choose();
    pages.load();
  }

  async function choose() {
    const sides = [["Calls received", to("requests"), side() === SIDES.in], ["Reports posted", to("requests", [], { side: "out" }), side() === SIDES.out]];
    fill(tools, tabs("Which side", sides), await filters(view.query, "Outcome", "Any outcome", side().words, view.narrow));
  }

  /** Shows one and keeps it up to date; gives what ends that. */
  function detail(id, back) {
    const { path, show } = side();
    const load = async () => {
      try {
        const item = await get(`${path}/${encodeURIComponent(id)}`);
        if (view.has(id)) fill(pane, await show(item, back));
      } catch (trouble) {
        fill(pane, unopened(back, trouble));
      }
    };
    load();
    return live.on({ callback: (data) => data.id === id && load() });
  }

  begin();
  view.place(first);
  return {
    go: view.place,
    close() {
      deafen();
      view.close();
    },
    keys: view.keys,
  };
}

function nothing({ provider: slug, word, side }) {
  if (slug || word) return empty("Nothing matches", p(link(to("requests", [], { side }), "Show all")));
  return side === "out"
    ? empty("Nothing was posted yet", p("Delivery reports, replies and clicks show up here with every attempt and what your application answered."))
    : empty("No call yet", p("Every call to a provider shows up here, the refused ones with the reason. ", link("#/send", "Make one"), "."));
}

// --- calls ---

function callRow(link, item) {
  row(link, {
    state: item.outcome, slug: item.provider, at: item.received_at,
    who: [b(item.error ?? item.operation), dim(`${item.method} ${item.path}`)],
    text: [item.to.length && `to ${few(item.to)}`, item.explanation].filter(Boolean).join(": "),
    chips: [item.answer ? item.answer.status : "no answer"],
  });
}

const few = (numbers) => numbers.slice(0, 3).join(", ") + (numbers.length > 3 ? ` and ${number(numbers.length - 3)} more` : "");

async function call(item, back) {
  const known = await provider(item.provider);
  return h("article", "message",
    head(back, item.operation || "Unknown call", status(item.outcome), tag(item.provider), dim(full(item.received_at))),
    item.outcome === "accepted" ? null : refusal(item, known?.errors.find((each) => each.code === item.error)),
    item.client_gave_up && notice("The client gave up before it had the whole answer."),
    section("The call", called(item)),
    section("Details", facts({
      To: few(item.to),
      Messages: item.messages.length ? item.messages.map((id) => [toMessage(id), " "]) : "none stored",
      Account: item.account,
      Rule: item.rule && toRule(item.rule),
      Took: length(item.duration_ms),
      Arrived: `${full(item.received_at_real)}, real time`,
    })));
}

/** Why a call was refused, for people who never saw the catalogue. */
function refusal(item, error) {
  return h("section", "part refusal",
    h("h2", {}, item.outcome === "faulted" ? "It was not answered as it should" : `${titled(item.provider)} refused this call`),
    item.explanation && h("p", "reason", sentence(item.explanation)),
    error && [
      p(h("b", "code", error.code), ` ${error.name} `, provenance(error.provenance.code)),
      facts({
        "It means": prose(error.description),
        "What to do": prose(error.solution),
        "Try again?": lasting(error),
        Says: [mono(error.message), " ", provenance(error.provenance.message)],
        "HTTP status": [item.answer?.status ?? error.status, " ", provenance(error.provenance.status)],
      }),
    ]);
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

const lasting = ({ permanent, provenance: known }) => [
  permanent === true ? "No: it is permanent, the same call fails again." : permanent === false ? "Yes: it passes, the same call may succeed later." : "The documents do not say.",
  " ", permanent === null ? null : provenance(known.permanent),
];

// --- posts ---

function postRow(link, item) {
  const last = item.attempts.at(-1);
  row(link, {
    state: item.state, slug: item.provider, at: item.happened_at, who: [b(item.status), dim(item.url)],
    text: last ? last.error || `HTTP ${last.status} in ${length(last.duration_ms)}` : "not tried yet",
    chips: [plural(item.attempts.length, "attempt")],
  });
}

function posted(item, back) {
  const box = h("div");
  fill(box, attempts([item]));
  box.querySelector("details").open = true;
  return h("article", "message",
    head(back, `${item.kind}: ${item.status}`, status(item.state), tag(item.provider), dim(full(item.happened_at))),
    section("Attempts", box),
    item.kind !== "inbound" && section("About", p(toMessage(item.message, "The message that it reports on"))));
}
