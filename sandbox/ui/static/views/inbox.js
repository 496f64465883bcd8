// Every message, newest first, and beside it the one that is open.

import { get, post, prefix, providers } from "../api.js";
import { browse, frame } from "../browse.js";
import { button, coalesce, dim, fill, h, mono, say } from "../dom.js";
import { icon } from "../icons.js";
import { List, Pages, row } from "../list.js";
import * as live from "../live.js";
import { command, confirm, copier, copy, fault, filters, status, titled } from "../parts.js";
import { go, to } from "../router.js";
import { asked } from "../search.js";
import * as unread from "../unread.js";
import { plural } from "../words.js";
import * as detail from "./message.js";

const STATES = ["queued", "sent", "delivered", "undelivered", "expired", "rejected", "read"];

/** Statuses remembered of messages that may be on their way to the page. */
const MOST = 5000;

export function open(main, first) {
  let route = first;
  const moved = new Map();
  const problem = h("div", {});
  const count = h("p", { class: "count", "aria-live": "off" });
  const refused = h("span", "refused");
  const empty = h("div", { class: "empty", hidden: true });
  const list = new List({
    label: "Messages", noun: "message", draw, href: (item) => view.href(item.id), more: () => pages.more(),
  });
  const pages = new Pages(list, {
    ask, shown: counted,
    failed: (fault_) => fill(problem, fault(fault_)),
  });
  const search = h("input", {
    type: "search", id: "search", value: route.query.q ?? "", autocomplete: "off", spellcheck: "false",
    placeholder: "Search texts; to: from: status: rule: …", "aria-label": "Search messages", "aria-describedby": "grammar",
  });
  const narrow = h("div", "narrow");
  const tools = h("form", { class: "tools", role: "search", on: { submit: sought, search: sought } },
    h("div", "field", icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")),
    narrow,
    h("p", { class: "hint", id: "grammar" }, "Words are looked for in texts, digits in numbers. ", mono("to:+4477…"), " is a whole number, ", mono("to:~0901"), " a part of one."));
  const bar = h("div", "bar", count, refused,
    button("Mark all read", allRead, { class: "quiet" }), button("Delete all…", clear, { class: "quiet" }));
  const { root, pane } = frame("Inbox", tools, problem, bar, empty, list.element);
  const view = browse({
    view: "inbox", root, pane, list: () => list, route: () => route, show: (id, back) => detail.open(pane, id, { back, seen }).close,
  });
  fill(main, root);
  chosen();

  async function chosen() {
    fill(narrow, await filters(route.query, "Status", "Any status", STATES, narrowed));
  }

  /** A page, with what was told of its messages while it was on its way. */
  async function ask(query) {
    if (!query.since && !query.cursor) moved.clear();
    const page = await get("/messages", { ...query, ...asked(route.query) });
    for (const item of page.items) item.status = moved.get(item.id) ?? item.status;
    return page;
  }

  function received({ message, status, moved: followed }) {
    if (!followed) return;
    moved.set(message, status);
    if (moved.size > MOST) moved.delete(moved.keys().next().value);
    const item = list.find(message);
    if (item) list.change(Object.assign(item, { status }));
  }

  function draw(link, item) {
    link.classList.toggle("unread", unread.is(item));
    const code = item.codes[0];
    row(link, {
      state: item.status, slug: item.provider, at: item.accepted_at,
      who: [unread.is(item) && h("span", "dot", h("span", "unseen", "unread ")),
        item.from && [dim(item.from), h("span", { "aria-label": "to" }, "→")], h("b", {}, item.to)],
      text: item.text,
      chips: [item.segments > 1 && `${item.segments} segments`, item.encoding === "ucs2" && "UCS-2", code && h("b", {}, code)],
    });
    link.title = item.text;
  }

  function counted() {
    const filtered = Object.keys(asked(route.query)).length > 0;
    const none = list.items.length === 0;
    count.textContent = `${plural(list.total, "message")}${filtered ? " match" : ""}${pages.evicted ? `, ${plural(pages.evicted, "older one")} evicted` : ""}`;
    list.element.hidden = none;
    empty.hidden = !none;
    if (none) fill(empty, filtered ? nothing() : welcome());
    titleOf();
  }

  function titleOf() {
    const unseen = list.items.slice(0, 500).filter(unread.is).length;
    document.title = document.title.replace(/^(\(\d+\) )?/, unseen ? `(${unseen}) ` : "");
  }

  const nothing = () => [h("h2", {}, "Nothing matches"), h("p", {}, h("a", { href: "#/inbox" }, "Show all messages"))];

  function sought(event) {
    event.preventDefault();
    narrowed({ q: search.value.trim() });
  }

  function narrowed(change) {
    go(to("inbox", [], { ...route.query, ...change }), { replace: true });
  }

  function place(next) {
    const before = JSON.stringify(route.query);
    route = next;
    if (JSON.stringify(route.query) !== before) {
      search.value = route.query.q ?? "";
      chosen();
      pages.load();
    }
    view.place();
  }

  function seen(item) {
    unread.seen(item.id);
    const row = list.find(item.id);
    if (row) list.change(row);
    titleOf();
  }

  function allRead() {
    unread.all(list.items[0]?.accepted_at);
    list.redraw();
    titleOf();
  }

  async function clear() {
    if (!(await confirm("Remove every message, request and callback of this space?", "Remove them"))) return;
    const removed = await post("/reset");
    say(`Removed ${plural(removed.messages, "message")} and ${plural(removed.requests, "request")}.`);
  }

  function copyCode() {
    const [code] = list.find(list.current)?.codes ?? [];
    if (code) copy(code);
    else say("There is no one-time code in this message.");
  }

  /** What was refused is no message, and is looked for here all the same. */
  const refusals = coalesce(() => get("/requests", { outcome: "rejected", limit: 1 }).then(({ total }) => fill(refused, total > 0 && h("a", { href: to("requests", [], { word: "rejected" }) }, `${plural(total, "call")} refused`)), () => {}), 700);
  const fresh = coalesce(() => pages.fresh());
  const again = coalesce(() => pages.load());
  const undo = [
    live.on("message", fresh),
    live.on("receipt", received),
    live.on("reset", () => {
      again();
      go("#/inbox");
    }),
    live.on("again", again),
    live.on("request reset again", refusals),
  ];
  refusals();
  pages.load().then(() => list.choose(route.parts[0] ?? null));
  place(first);

  return {
    go: place,
    close() {
      undo.forEach((each) => each());
      view.close();
      list.close();
    },
    keys: { ...view.keys, c: copyCode },
  };
}

/** What an empty inbox teaches: where to point an application, and one line to try. */
function welcome() {
  const base = location.origin + prefix;
  const hello = `curl -u app:secret -H 'Content-Type: application/json' \\\n  -d '{"destination": "+447700900901", "text": "Your code is 123456"}' \\\n  ${base}/namirial/api/Services/send`;
  const rows = h("dl", "bases");
  providers().then((known) => fill(rows, known.map(({ slug, title, path }) => [
    h("dt", { title }, titled(slug)), h("dd", {}, mono(base + path), copier(base + path, { label: `Copy the base URL of ${title}`, said: "" }))])));
  return [
    h("h2", {}, "No message yet"),
    h("p", {}, "Point your application at one of these base URLs, with any login. Nothing sent here reaches a phone; everything shows up here."),
    rows,
    h("h3", {}, "Or try this"),
    command(hello, "A first message with curl"),
    h("p", {}, "You can also ", h("a", { href: "#/send" }, "send one from here"), ". Press ", h("kbd", {}, "?"), " for the keys."),
  ];
}
