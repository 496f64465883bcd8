// Times, lengths and numbers as people read them. Every instant is UTC, on the space's clock.

const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" };
const DAY = { day: "numeric", month: "short", timeZone: "UTC" };
const clockOf = new Intl.DateTimeFormat("en-GB", CLOCK);
const dayOf = new Intl.DateTimeFormat("en-GB", DAY);
const fullOf = new Intl.DateTimeFormat("en-GB", { weekday: "short", year: "numeric", ...DAY, ...CLOCK });
const counted = new Intl.NumberFormat("en-GB");

export const number = (value) => counted.format(value);
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** `12:04:31`. */
export const time = (iso) => clockOf.format(new Date(iso));
export const full = (iso) => `${fullOf.format(new Date(iso))} UTC`;

/** `12:04:31` of the day that `now` is in, `3 Feb 12:04` of others. */
export function brief(iso, now) {
  const [at, today] = [new Date(iso), new Date(now)];
  if (at.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return clockOf.format(at);
  return `${dayOf.format(at)} ${clockOf.format(at).slice(0, 5)}`;
}

const UNITS = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000], ["s", 1000], ["ms", 1]];

/** Milliseconds → `2 min 3 s`, the two largest units. */
export function length(ms) {
  let left = Math.round(Math.abs(ms));
  const said = [];
  for (const [unit, size] of UNITS) {
    if (left >= size && !(unit === "ms" && said.length)) {
      said.push(`${Math.floor(left / size)} ${unit}`);
      left %= size;
    }
    if (said.length === 2) break;
  }
  return said.join(" ") || "< 1 ms";
}

export const between = (from, until) => length(new Date(until) - new Date(from));

/** What JSON says; `otherwise` if it is none. */
export function parsed(text, otherwise) {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** JSON in lines, if it is JSON; else as it is. */
export function pretty(text) {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

/** A shell word: `it's` → `'it'\''s'`. */
export const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
