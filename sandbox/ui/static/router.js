// Where we are, in location.hash: `#/inbox/ID?q=code` → {view: "inbox", parts: ["ID"], query: {q: "code"}}.

export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view, ...parts] = path.split("/").filter(Boolean).map(decoded);
  return { view: view || "inbox", parts, query: Object.fromEntries(new URLSearchParams(search)) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The entries of an object that have a value. */
export const given = (object) => Object.entries(object).filter(([, value]) => value !== undefined && value !== null && value !== "");

/** `{q: "code", word: ""}` → `?q=code`. */
export function search(query = {}) {
  const said = String(new URLSearchParams(given(query)));
  return said && `?${said}`;
}

/** The hash that leads to a view: `to("inbox", [id], {q})`. */
export const to = (view, parts = [], query = {}) => `#/${[view, ...parts].map(encodeURIComponent).join("/")}${search(query)}`;

/** Goes there; `replace` leaves no trace in the history. */
export function go(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  if (!replace) {
    location.hash = hash;
    return;
  }
  history.replaceState(null, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
