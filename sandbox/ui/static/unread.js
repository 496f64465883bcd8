// What has not been opened yet: everything after the last "mark all read", but for what was opened since. In this browser.

import { space } from "./api.js";

const KEY = `sms-sandbox unread ${space}`;
const MOST = 2000;
const kept = read();
const opened = new Set(kept.opened);

function read() {
  try {
    return { after: "", opened: [], ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { after: "", opened: [] };
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify({ after: kept.after, opened: [...opened].slice(-MOST) }));
  } catch {
    // A browser that stores nothing forgets with the page.
  }
}

export const is = (item) => !opened.has(item.id) && !(kept.after && Date.parse(item.accepted_at) <= Date.parse(kept.after));

export function seen(id) {
  opened.add(id);
  keep();
}

export function all(until) {
  if (!until) return;
  kept.after = until;
  opened.clear();
  keep();
}
