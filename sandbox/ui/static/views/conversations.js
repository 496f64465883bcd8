// By number: what the application sent to it, and what the phone replied.

import { get, providers, reply } from "../api.js";
import { frame, head } from "../browse.js";
import { b, coalesce, dim, fill, form, h, hint, li, p, say } from "../dom.js";
import { icon } from "../icons.js";
import { further, lines } from "../list.js";
import * as live from "../live.js";
import { busy, empty, guarded, select, status, titled, toMessage } from "../parts.js";
import { bubble } from "../phone.js";
import { go, to } from "../router.js";
import { plural } from "../words.js";

const LATEST = 1000;
const LONGEST = 200;

export function open(main, first) {
  let number = first.parts[0] ?? null;
  let known = [];
  const problem = h("div");
  const people = h("ol", { class: "people", "aria-label": "Numbers" });
  const note = h("p", "hint");
  const other = h("input", { type: "search", id: "number", placeholder: "Another number, +44…", "aria-label": "Open the conversation with a number" });
  const { root, pane } = frame("Conversations",
    form({ class: "tools", role: "search" }, sought, h("div", "field", icon("search"), other)), problem, people, note);
  fill(main, root);

  function sought() {
    if (other.value.trim()) go(to("conversations", [other.value.trim()]));
  }

  async function load() {
    await guarded(problem, async () => {
      const [sent, replies] = await Promise.all([get("/messages", { limit: LATEST }), inbound()]);
      known = grouped([...replies, ...sent.items.map(outgoing)]);
      note.textContent = sent.total > LATEST ? `Numbers of the latest ${LATEST} of ${plural(sent.total, "message")}.` : "";
    });
    fill(people, known.length ? known.map(person) : li(empty("No conversation yet",
      p("Every number that is sent a message gets one here; you can reply as its phone where the provider has inbound messages."))));
    if (number) await thread();
  }

  const person = (each) => li(h("a", { class: "row", id: `n${each.number}`, href: to("conversations", [each.number]), "aria-current": each.number === number && "true" },
    lines({ at: each.last.at, who: b(each.number), text: (each.last.own ? "Phone: " : "") + each.last.text, chips: [each.count] })));

  async function thread() {
    const at = number;
    const [sent, replies, all] = await Promise.all([get("/messages", { to: at, limit: LONGEST }), inbound(), providers()]);
    if (at !== number) return;
    const said = [...replies.filter((each) => each.number === at), ...sent.items.map(outgoing)].reverse().sort(byTime);
    const kept = pane.querySelector("input[name=reply]")?.value ?? "";
    const scroller = h("div", { class: "thread", tabindex: "0", "aria-label": `Conversation with ${at}` },
      sent.next && hint(`The latest ${LONGEST} of ${plural(sent.total, "message")}.`), said.map(spoken));
    fill(pane, head(to("conversations"), at, dim(plural(said.length, "message"))),
      said.length ? scroller : empty(null, p("Nothing was sent to this number.")),
      composer(at, sent.items[0], all.filter((each) => each.inbound), kept));
    scroller.scrollTop = scroller.scrollHeight;
  }

  function place(route) {
    const moved = number !== (route.parts[0] ?? null);
    number = route.parts[0] ?? null;
    root.classList.toggle("is-open", Boolean(number));
    if (!number) pane.replaceChildren();
    if (moved) fill(people, known.map(person));
    if (moved && number) thread();
  }

  function step(by) {
    const next = further(known, known.findIndex((each) => each.number === number), by);
    if (next) go(to("conversations", [next.number]), { replace: true });
  }

  const again = coalesce(load, 300);
  const close = live.on({ "message receipt callback reset again": again });
  root.classList.toggle("is-open", Boolean(number));
  load();
  return {
    go: place,
    close,
    keys: { j: () => step(1), k: () => step(-1), Escape: () => number && go(to("conversations")) },
  };
}

const byTime = (one, two) => Date.parse(one.at) - Date.parse(two.at);

const outgoing = (message) => ({ number: message.to, at: message.accepted_at, text: message.text, own: false, message });

/** What phones replied: the ledger's inbound posts. */
async function inbound() {
  const { items } = await get("/callbacks", { status: "inbound", limit: LATEST });
  return items.filter((each) => each.inbound).map((each) => ({
    number: each.inbound.from, at: each.happened_at, text: each.inbound.text, own: true, callback: each,
  }));
}

function grouped(said) {
  const found = new Map();
  for (const each of said.reverse().sort(byTime)) {
    const known = found.get(each.number) ?? { number: each.number, count: 0 };
    found.set(each.number, Object.assign(known, { count: known.count + 1, last: each }));
  }
  return [...found.values()].sort((one, two) => byTime(two.last, one.last));
}

function spoken({ own, message, callback, text, at }) {
  if (own) {
    return h("div", "said own", bubble({ text, accepted_at: at, links: [] }, { own }),
      h("p", "under", status(callback.state), ` ${titled(callback.provider)}`));
  }
  return h("div", "said", bubble(message),
    h("p", "under", toMessage(message.id, [status(message.status), ` ${titled(message.provider)}`])));
}

function composer(number, last, able, kept) {
  if (!able.length) return null;
  const chosen = able.find((each) => each.slug === last?.provider) ?? able[0];
  let slug = chosen.slug;
  const text = h("input", { type: "text", name: "reply", id: "reply", value: kept, placeholder: "What the phone replies", "aria-label": `Reply as ${number}`, required: true });
  const send = h("button", "primary", "Reply");
  const submitted = () => busy(send, async () => {
    const { url } = await reply(slug, number, text.value, last?.provider === slug ? last : null);
    text.value = "";
    say(`Posted to ${url}`);
  });
  return form("composer", submitted,
    select("Provider that carries the reply", able.map((each) => [each.slug, titled(each.slug)]), slug, (value) => { slug = value; }), text, send);
}
