// What happens in the space, as it happens: server-sent events, heard again after a break.

import { control } from "./api.js";

const KINDS = ["message", "receipt", "callback", "request", "clock", "scenario", "space", "reset", "lost"];
const heard = new Map();
let source = null;
let broken = false;

/** `on("message receipt", (data) => …)`; `again` is told after a break, when anything may have changed. Returns its undoing. */
export function on(kinds, told) {
  const all = kinds.split(" ").map((kind) => heard.get(kind) ?? heard.set(kind, new Set()).get(kind));
  for (const each of all) each.add(told);
  return () => all.forEach((each) => each.delete(told));
}

export function tell(kind, data) {
  for (const told of heard.get(kind) ?? []) told(data);
}

/** Begin to listen. `state` hears "live" and "away". */
export function listen() {
  source?.close();
  source = new EventSource(`${control}/events`);
  source.onopen = () => {
    tell("state", "live");
    if (broken) tell("again");
    broken = false;
  };
  source.onerror = () => {
    source.close();
    broken = true;
    tell("state", "away");
    setTimeout(listen, 1000);
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => tell(kind === "lost" ? "again" : kind, parsed(event.data)));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && listen());
