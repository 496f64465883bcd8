// Every call to a provider, the refused ones included, and every post to the application.

import { get, provider } from "../api.js";
import { browse, closer, frame } from "../browse.js";
import { coalesce, dim, fill, h, mono } from "../dom.js";
import { attempts } from "../ledger.js";
import { List, Pages, row } from "../list.js";
import * as live from "../live.js";
import { exchange, facts, fault, filters, prose, provenance, section, status, tag, titled } from "../parts.js";
import { go, to } from "../router.js";
import { full, length, number, plural } from "../words.js";

/** The two lists: what came in, and what went out. */
const SIDES = {
  in: { path: "/requests", noun: "call", label: "Calls to providers", event: "request", by: "outcome", words: ["accepted", "rejected", "faulted"], draw: callRow, show: call },
  out: { path: "/callbacks", noun: "post", label: "Posts to the application", event: "callback", by: "state", words: ["pending", "acknowledged", "failed", "blocked"], draw: postRow, show: posted },
};

export function open(main, first) {
  let route = first;
  let undo = [];
  const side = () => SIDES[route.query.side === "out" ? "out" : "in"];
  const problem = h("div", {});
  const count = h("p", "count");
  const tools = h("div", "tools");
  const holder = h("div", "holder");
  const { root, pane } = frame("Requests", tools, problem, h("div", "bar", count), holder);
  const view = browse({ view: "requests", root, pane, list: () => list, route: () => route, show: detail });
  let list = null;
  let pages = null;
  fill(main, root);

  function begin() {
    const { path, noun, label, event, by, draw } = side();
    list?.close();
    undo.forEach((each) => each());
    list = new List({ label, noun, draw, href: (item) => view.href(item.id), more: () => pages.more() });
    pages = new Pages(list, {
      ask: (query) => get(path, { ...query, provider: route.query.provider, [by]: route.query.word }), shown: counted, failed: (trouble) => fill(problem, fault(trouble)),
    });
    const changed = new Set();
    const follow = coalesce(async () => {
      const known = [...changed].map((id) => list.find(id)).filter(Boolean);
      changed.clear();
      await Promise.all(known.map(async (item) => list.change(Object.assign(item, await get(`${path}/${encodeURIComponent(item.id)}`)))));
      await pages.fresh();
    }, 300);
    undo = [live.on(event, ({ id }) => { changed.add(id); follow(); }), live.on("reset again", () => pages.load())];
    choose();
    pages.load().then(() => list.choose(route.parts[0] ?? null));
  }

  async function choose() {
    const at = route.query.side === "out" ? "out" : "in";
    fill(tools,
      h("div", { class: "tabs", role: "group", "aria-label": "Which side" }, [["in", "Calls received"], ["out", "Reports posted"]].map(([value, text]) =>
        h("a", { href: to("requests", [], value === "in" ? {} : { side: value }), "aria-current": value === at ? "true" : null }, text))),
      await filters(route.query, "Outcome", "Any outcome", side().words, narrowed));
  }

  const narrowed = (change) => go(to("requests", [], { ...route.query, ...change }), { replace: true });

  function counted() {
    const none = !list.items.length;
    count.textContent = plural(list.total, side().noun);
    fill(holder, none ? nothing(route) : list.element);
  }

  function place(next) {
    const changed = JSON.stringify(route.query) !== JSON.stringify(next.query);
    route = next;
    if (changed) begin();
    view.place();
  }

  /** Shows one and keeps it up to date; gives what ends that. */
  function detail(id, back) {
    const { path, show } = side();
    const load = async () => {
      try {
        const item = await get(`${path}/${encodeURIComponent(id)}`);
        if (route.parts[0] === id) fill(pane, await show(item, closer(back)));
      } catch (trouble) {
        fill(pane, h("div", "message", closer(back), fault(trouble)));
      }
    };
    load();
    return live.on("callback", (data) => data.id === id && load());
  }

  begin();
  place(first);
  return {
    go: place,
    close() {
      undo.forEach((each) => each());
      view.close();
      list.close();
    },
    keys: view.keys,
  };
}

function nothing({ query }) {
  if (query.provider || query.word) return h("div", "empty", h("h2", {}, "Nothing matches"), h("p", {}, h("a", { href: to("requests", [], { side: query.side }) }, "Show all")));
  return h("div", "empty", query.side === "out"
    ? [h("h2", {}, "Nothing was posted yet"), h("p", {}, "Delivery reports, replies and clicks show up here with every attempt and what your application answered.")]
    : [h("h2", {}, "No call yet"), h("p", {}, "Every call to a provider shows up here, the refused ones with the reason. ", h("a", { href: "#/send" }, "Make one"), ".")]);
}

// --- calls ---------------------------------------------------------------------------------------------------------

function callRow(link, item) {
  row(link, {
    state: item.outcome, slug: item.provider, at: item.received_at,
    who: [h("b", {}, item.error ?? item.operation), dim(`${item.method} ${item.path}`)],
    text: [item.to.length && `to ${few(item.to)}`, item.explanation].filter(Boolean).join(": "),
    chips: [item.answer ? item.answer.status : "no answer"],
  });
}

const few = (numbers) => numbers.slice(0, 3).join(", ") + (numbers.length > 3 ? ` and ${number(numbers.length - 3)} more` : "");

async function call(item, back) {
  const known = await provider(item.provider);
  return h("article", "message",
    h("header", "title", back, h("h1", {}, item.operation || "Unknown call"), status(item.outcome), tag(item.provider), dim(full(item.received_at))),
    item.outcome === "accepted" ? null : refusal(item, known?.errors.find((each) => each.code === item.error)),
    item.client_gave_up && h("p", "notice", "The client gave up before it had the whole answer."),
    section("The call", exchange(item)),
    section("Details", facts([
      ["To", few(item.to)],
      ["Messages", item.messages.length ? item.messages.map((id) => [h("a", { href: to("inbox", [id]) }, mono(id)), " "]) : "none stored"],
      ["Account", item.account], ["Rule", item.rule && h("a", { href: to("scenario", [], { rule: item.rule }) }, item.rule)],
      ["Took", length(item.duration_ms)], ["Arrived", `${full(item.received_at_real)}, real time`],
    ])));
}

/** Why a call was refused, for people who never saw the catalogue. */
function refusal(item, error) {
  return h("section", "refusal",
    h("h2", {}, item.outcome === "faulted" ? "It was not answered as it should" : `${titled(item.provider)} refused this call`),
    item.explanation && h("p", "reason", sentence(item.explanation)),
    error && [
      h("p", {}, h("b", "code", error.code), ` ${error.name}`, " ", provenance(error.provenance.code)),
      facts([
        ["It means", prose(error.description)], ["What to do", prose(error.solution)],
        ["Try again?", lasting(error)], ["Says", [mono(error.message), " ", provenance(error.provenance.message)]],
        ["HTTP status", [String(item.answer?.status ?? error.status), " ", provenance(error.provenance.status)]],
      ]),
    ]);
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

const lasting = ({ permanent, provenance: known }) => [
  permanent === true ? "No: it is permanent, the same call fails again." : permanent === false ? "Yes: it passes, the same call may succeed later." : "The documents do not say.",
  " ", permanent === null ? null : provenance(known.permanent),
];

// --- posts -----------------------------------------------------------------------------------------------------------

function postRow(link, item) {
  const last = item.attempts.at(-1);
  row(link, {
    state: item.state, slug: item.provider, at: item.happened_at, who: [h("b", {}, item.status), dim(item.url)],
    text: last ? last.error || `HTTP ${last.status} in ${length(last.duration_ms)}` : "not tried yet",
    chips: [plural(item.attempts.length, "attempt")],
  });
}

function posted(item, back) {
  const box = h("div", {});
  fill(box, attempts([item]));
  box.querySelector("details").open = true;
  return h("article", "message",
    h("header", "title", back, h("h1", {}, `${item.kind}: ${item.status}`), status(item.state), tag(item.provider), dim(full(item.happened_at))),
    section("Attempts", box),
    item.kind !== "inbound" && section("About", h("p", {}, h("a", { href: to("inbox", [item.message]) }, "The message that it reports on"))));
}
