// The frame: the rail with its views, space and clock, and one view at a time in the middle.

import { space, spaces } from "./api.js";
import { $, attribute, button, coalesce, fill, h, say } from "./dom.js";
import { icon } from "./icons.js";
import { bind, help } from "./keys.js";
import * as live from "./live.js";
import { fault, select } from "./parts.js";
import { parse } from "./router.js";
import { ticking } from "./ticker.js";
import * as clock from "./views/clock.js";
import * as conversations from "./views/conversations.js";
import * as inbox from "./views/inbox.js";
import * as report from "./views/report.js";
import * as requests from "./views/requests.js";
import * as scenario from "./views/scenario.js";
import * as send from "./views/send.js";

const VIEWS = {
  inbox: ["Inbox", "Inbox", inbox],
  conversations: ["Conversations", "Chats", conversations],
  requests: ["Requests", "Calls", requests],
  scenario: ["Scenario", "Scenario", scenario],
  clock: ["Clock", "Clock", clock],
  send: ["Send", "Send", send],
  report: ["Report", "Report", report],
};
const PLACES = { i: "inbox", c: "conversations", r: "requests", s: "scenario", t: "clock", n: "send", p: "report" };
const main = $("#main");
let open = null;

/** Shows what the address says. A view that is open already is only told of its new place. */
function show() {
  if (location.hash && !location.hash.startsWith("#/")) {
    main.focus();
    return;
  }
  const route = parse(location.hash);
  if (!VIEWS[route.view]) route.view = "inbox";
  const [name, , module] = VIEWS[route.view];
  for (const link of document.querySelectorAll("#views a")) attribute(link, "aria-current", link.dataset.view === route.view && "page");
  if (open?.view === route.view) {
    open.go(route);
    return;
  }
  const moved = open !== null;
  open?.close?.();
  document.title = space === "default" ? `${name} · sms-sandbox` : `${name} · ${space} · sms-sandbox`;
  open = { view: route.view, go() {}, keys: {}, ...module.open(main, route) };
  if (moved) {
    main.focus({ preventScroll: true });
    say(name, { shown: false });
  }
  $("#views [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

function frame() {
  const entries = Object.entries(VIEWS).map(([view, [name, brief]]) =>
    h("li", {}, h("a", { href: `#/${view}`, "data-view": view }, icon(view), h("span", "long", name), h("span", "brief", brief))));
  let gone = false;
  fill($("#views"), entries);
  const picker = h("div", "space");
  const state = h("span", "link is-away", h("i", { "aria-hidden": "true" }), h("span", {}, "connecting"));
  const keys = button([h("kbd", {}, "?"), " keys"], help, { class: "quiet" });
  fill($("#foot"), picker, ticking(), h("div", "foot-row", state, keys));
  // The server may be there, and the space not, or want its token: the views then say so, once.
  const missing = coalesce(async () => {
    const names = await spaces().catch(() => []);
    if (!names.length || names.includes(space)) return;
    state.lastChild.textContent = "no space";
    if (!gone) live.tell("again");
    gone = true;
  });
  const list = async () => fill(picker, await switcher());
  live.on({
    state(word) {
      state.className = `link is-${word}`;
      state.lastChild.textContent = word === "live" ? "live" : "offline";
      if (word === "away") missing();
      else gone = false;
    },
    "space again": coalesce(list, 500),
  });
  return list();
}

/** The spaces there are; another one is another page. */
async function switcher() {
  const names = await spaces();
  const choices = names.includes(space) ? names : [space, ...names];
  const chosen = (name) => {
    location.href = name === "default" ? "/" : `/spaces/${encodeURIComponent(name)}/`;
  };
  return [h("span", { class: "dim", "aria-hidden": "true" }, "space"), select("Space", choices, space, chosen)];
}

const everywhere = {
  "?": help,
  "/": () => $("input[type=search]")?.focus(),
};

async function start() {
  bind(() => open?.keys ?? {}, everywhere, PLACES);
  addEventListener("hashchange", show);
  const framed = frame();
  show();
  try {
    await framed;
    live.listen();
  } catch (problem) {
    main.prepend(fault(problem));
  }
}

start();
