// Every message, newest first, and beside it the one that is open.

import { get, post, prefix, providers } from "../api.js";
import { browse, frame } from "../browse.js";
import { coalesce, dim, fill, h, mono, say } from "../dom.js";
import { icon } from "../icons.js";
import { List, Pages } from "../list.js";
import * as live from "../live.js";
import { command, confirm, copier, copy, fault, filters, status, titled } from "../parts.js";
import { go, to } from "../router.js";
import { asked } from "../search.js";
import { now } from "../ticker.js";
import * as unread from "../unread.js";
import { brief, plural } from "../words.js";
import * as detail from "./message.js";

const STATES = ["queued", "sent", "delivered", "undelivered", "expired", "rejected", "read"];

export function open(main, first) {
  let route = first;
  const problem = h("div", {});
  const count = h("p", { class: "count", "aria-live": "off" });
  const empty = h("div", { class: "empty", hidden: true });
  const list = new List({
    label: "Messages", noun: "message", rem: 4.25, key: (item) => item.id, draw,
    href: (item) => view.href(item.id), more: () => pages.more(),
  });
  const pages = new Pages(list, {
    ask: (query) => get("/messages", { ...query, ...asked(route.query) }), shown: counted,
    failed: (fault_) => fill(problem, fault(fault_)),
  });
  const search = h("input", {
    type: "search", id: "search", value: route.query.q ?? "", autocomplete: "off", spellcheck: "false",
    placeholder: "Search texts; to: from: status: rule: …", "aria-label": "Search messages", "aria-describedby": "grammar",
  });
  const narrow = h("div", { class: "narrow" });
  const tools = h("form", { class: "tools", role: "search", on: { submit: sought, search: sought } },
    h("div", { class: "field" }, icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")),
    narrow,
    h("p", { class: "hint", id: "grammar" }, "Words search texts, digits numbers. ", mono("to:+4477…"), " is exact, ", mono("to:~0901"), " a part."));
  const bar = h("div", { class: "bar" }, count,
    h("button", { type: "button", class: "quiet", on: { click: allRead } }, "Mark all read"),
    h("button", { type: "button", class: "quiet", on: { click: clear } }, "Empty…"));
  const { root, pane } = frame("Inbox", tools, problem, bar, empty, list.element);
  const view = browse({
    view: "inbox", root, pane, list: () => list, route: () => route, show: (id, back) => detail.open(pane, id, { back, seen }).close,
  });
  fill(main, root);
  chosen();

  async function chosen() {
    fill(narrow, await filters(route.query, "Status", "Any status", STATES, narrowed));
  }

  function draw(link, item) {
    link.className = unread.is(item) ? "row unread" : "row";
    const code = item.codes[0];
    fill(link,
      h("span", { class: "row-state" }, status(item.status), h("span", { class: "tag" }, titled(item.provider))),
      h("span", { class: "row-who from-to" }, unread.is(item) && h("span", { class: "dot" }, h("span", { class: "unseen" }, "unread ")),
        item.from && [dim(item.from), h("span", { "aria-label": "to" }, "→")], h("b", {}, item.to)),
      h("time", { class: "row-when", datetime: item.accepted_at }, brief(item.accepted_at, now())),
      h("span", { class: "row-text" }, item.text),
      h("span", { class: "row-more" },
        item.segments > 1 && h("span", { class: "chip" }, `${item.segments} segments`),
        item.encoding === "ucs2" && h("span", { class: "chip" }, "UCS-2"),
        code && h("span", { class: "chip code" }, code)));
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

  const fresh = coalesce(() => pages.fresh());
  const again = coalesce(() => pages.load());
  const undo = [
    live.on("message", fresh),
    live.on("receipt", ({ message, status: word, moved }) => {
      const item = moved && list.find(message);
      if (item) list.change(Object.assign(item, { status: word }));
    }),
    live.on("reset", () => {
      again();
      go("#/inbox");
    }),
    live.on("again", again),
  ];
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
  const hello = `curl -u app:secret ${base}/namirial/api/Services/send -H 'Content-Type: application/json' \\\n  -d '{"destination": "+447700900901", "text": "Your code is 123456"}'`;
  const rows = h("dl", { class: "bases" });
  providers().then((known) => fill(rows, known.map(({ title, path }) => [
    h("dt", {}, title), h("dd", {}, mono(base + path), copier(base + path, { label: `Copy the base URL of ${title}`, said: "" }))])));
  return [
    h("h2", {}, "No message yet"),
    h("p", {}, "Point your application at one of these base URLs, with any login. Nothing sent here reaches a phone; everything shows up here."),
    rows,
    h("h3", {}, "Or try this"),
    command(hello, "A first message with curl"),
    h("p", {}, "You can also ", h("a", { href: "#/send" }, "send one from here"), ". Press ", h("kbd", {}, "?"), " for the keys."),
  ];
}
