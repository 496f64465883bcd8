// Every message, newest first, and beside it the one that is open.

import { get, post, prefix, providers } from "../api.js";
import { browse, frame } from "../browse.js";
import { b, button, coalesce, dim, fill, form, h, link, mono, p, say } from "../dom.js";
import { icon } from "../icons.js";
import { List, Pages, row } from "../list.js";
import * as live from "../live.js";
import { command, confirm, copier, copy, empty, filters, titled } from "../parts.js";
import { go, to } from "../router.js";
import { asked } from "../search.js";
import * as unread from "../unread.js";
import { plural } from "../words.js";
import * as detail from "./message.js";

/** Statuses remembered of messages that may be on their way to the page. */
const MOST = 5000;

export function open(main, first) {
  const moved = new Map();
  const count = h("p", "count");
  const refused = h("span", "refused");
  const list = new List({
    label: "Messages", noun: "message", draw, href: (id) => view.href(id),
    nothing: () => (filtered() ? empty("Nothing matches", p(link("#/inbox", "Show all messages"))) : welcome()),
  });
  const pages = new Pages(list, { ask, shown: counted });
  const search = h("input", {
    type: "search", id: "search", value: first.query.q ?? "", autocomplete: "off", spellcheck: "false",
    placeholder: "Search texts; to: from: status: rule: …", "aria-label": "Search messages", "aria-describedby": "grammar",
    on: { search: sought },
  });
  const narrow = h("div", "bare");
  const tools = form({ class: "tools", role: "search" }, sought,
    h("div", "field", icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")),
    narrow,
    h("p", { class: "hint", id: "grammar" }, "Words are looked for in texts, digits in numbers. ", mono("to:+4477…"), " is a whole number, ", mono("to:~0901"), " a part of one."));
  const bar = h("div", "bar", count, refused,
    button("Mark all read", allRead, { class: "quiet" }), button("Delete all…", clear, { class: "quiet" }));
  const { root, pane } = frame("Inbox", tools, pages.problem, bar, list.element);
  const view = browse({ view: "inbox", route: first, root, pane, list: () => list, asked: again, show: (id, back) => detail.open(pane, id, { back, seen }) });
  fill(main, root);
  chosen();

  async function chosen() {
    fill(narrow, await filters(view.query, "Status", "Any status", detail.STATES, view.narrow));
  }

  function again() {
    search.value = view.query.q ?? "";
    chosen();
    pages.load();
  }

  /** A page, with what was told of its messages while it was on its way. */
  async function ask(query) {
    if (!query.since && !query.cursor) moved.clear();
    const page = await get("/messages", { ...query, ...asked(view.query) });
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
        item.from && [dim(item.from), h("span", { "aria-label": "to" }, "→")], b(item.to)],
      text: item.text,
      chips: [item.segments > 1 && `${item.segments} segments`, item.encoding === "ucs2" && "UCS-2", code && b(code)],
    });
    link.title = item.text;
  }

  const filtered = () => Object.keys(asked(view.query)).length > 0;

  function counted() {
    count.textContent = `${plural(list.total, "message")}${filtered() ? " match" : ""}${pages.evicted ? `, ${plural(pages.evicted, "older one")} evicted` : ""}`;
    titleOf();
  }

  function titleOf() {
    const unseen = list.items.slice(0, 500).filter(unread.is).length;
    document.title = document.title.replace(/^(\(\d+\) )?/, unseen ? `(${unseen}) ` : "");
  }

  function sought() {
    view.narrow({ q: search.value.trim() });
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
  const refusals = coalesce(() => get("/requests", { outcome: "rejected", limit: 1 }).then(
    ({ total }) => fill(refused, total > 0 && link(to("requests", [], { word: "rejected" }), `${plural(total, "call")} refused`)), () => {}), 700);
  const deafen = live.on({
    message: coalesce(() => pages.fresh()),
    receipt: received,
    reset: () => go("#/inbox"),
    "reset again": coalesce(() => pages.load()),
    "request reset again": refusals,
  });
  refusals();
  pages.load();
  view.place(first);

  return {
    go: view.place,
    close() {
      deafen();
      view.close();
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
    h("dt", { title }, titled(slug)), h("dd", {}, mono(base + path), copier(base + path, `Copy the base URL of ${title}`))])));
  return empty("No message yet",
    p("Point your application at one of these base URLs, with any login. Nothing sent here reaches a phone; everything shows up here."),
    rows,
    h("h3", {}, "Or try this"),
    command(hello, "A first message with curl"),
    p("You can also ", link("#/send", "send one from here"), ". Press ", h("kbd", {}, "?"), " for the keys."));
}
