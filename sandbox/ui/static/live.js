// What happens in the space, as it happens: server-sent events, heard again after a break.

import { control } from "./api.js";
import { parsed } from "./words.js";

const KINDS = ["message", "receipt", "callback", "request", "clock", "scenario", "space", "reset", "lost"];
const heard = new Map();
let source = null;
let broken = false;

/** `on({"message receipt": (data) => …})`; `again` is told after a break, when anything may have changed. Returns its undoing. */
export function on(wishes) {
  const pairs = Object.entries(wishes).flatMap(([kinds, told]) => kinds.split(" ").map((kind) => [kind, told]));
  for (const [kind, told] of pairs) heard.set(kind, (heard.get(kind) ?? new Set()).add(told));
  return () => pairs.forEach(([kind, told]) => heard.get(kind).delete(told));
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
    source.addEventListener(kind, (event) => tell(kind === "lost" ? "again" : kind, parsed(event.data, {})));
  }
}

addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && listen());
