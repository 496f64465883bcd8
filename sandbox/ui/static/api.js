// The control API, and nothing else of the server: paths, the token, and problems that people can read.

import { dialog, h, hint } from "./dom.js";
import { search } from "./router.js";
import { parsed } from "./words.js";

const [, named] = /^\/spaces\/([^/]+)/.exec(location.pathname) ?? [];

/** The space this page looks into, and the prefix of its paths. */
export const space = named ? decodeURIComponent(named) : "default";
export const prefix = named ? `/spaces/${named}` : "";
export const control = `${prefix}/_sandbox`;
/** What is the server's and no space's can be asked for whether there is this space or not. */
const house = { base: "/_sandbox" };

/** What RFC 9457 calls a problem: `title`, `detail`, `errors` and whatever else the server says. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `The server answered ${status}.`);
    Object.assign(this, { status, errors: [], ...body });
    this.kind = String(body.type ?? "").split(":").pop();
  }
}

/** `call("GET", "/messages", {query: {to: "+44…"}})` → JSON. Throws `Problem`. */
export async function call(method, path, options = {}) {
  const { base = control, query, json, text, type = "application/json" } = options;
  const body = json === undefined ? text : JSON.stringify(json);
  const response = await reach(base + path + search(query), { method, headers: body === undefined ? {} : { "Content-Type": type }, body });
  if (response.status === 401) {
    await login();
    return call(method, path, options);
  }
  const answer = await read(response);
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

async function reach(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new Problem(0, { title: "", detail: "The sandbox does not answer. Is it still running?" });
  }
}

async function read(response) {
  const text = await response.text();
  return text ? parsed(text, { title: `The server answered ${response.status}`, detail: text.slice(0, 300) }) : {};
}

export const get = (path, query) => call("GET", path, { query });
/** The names of the spaces there are. */
export const spaces = async () => (await call("GET", "/spaces", house)).items.map(({ name }) => name);
export const post = (path, json = {}) => call("POST", path, { json });
export const put = (path, json) => call("PUT", path, { json });

/** Texts back as a phone: from whom, and to the sender and account of `last`, the message it answers. */
export async function reply(slug, from, text, last) {
  const { accounts } = await get(`/spaces/${encodeURIComponent(space)}`);
  const known = (accounts[slug] ?? []).includes(last?.account);
  return post("/inbound", { provider: slug, from, text, ...(last?.from ? { to: last.from } : {}), ...(known ? { account: last.account } : {}) });
}

const remembered = new Map();

/** What of the server does not change while the page is open, asked for once. */
export function once(path) {
  if (!remembered.has(path)) {
    remembered.set(path, call("GET", path, house).catch((fault) => {
      remembered.delete(path);
      throw fault;
    }));
  }
  return remembered.get(path);
}

/** The providers: `{slug, title, path, states, inbound, errors, …}`. */
export const providers = async () => (await once("/specs")).items;
export const provider = async (slug) => (await providers()).find((each) => each.slug === slug);

// --- the token ---

let asking = null;

/** Asks for the token until the server takes it; all calls that wait share one question. */
const login = () => (asking ??= new Promise(ask));

function ask(resolve) {
  let known = false;
  const field = h("input", { id: "token", type: "password", autocomplete: "current-password", required: true });
  const wrong = h("p", { class: "fault", role: "alert" });
  const asked = dialog("This sandbox asks for its token", { on: { submit } },
    hint("It was started with --token. The page keeps a cookie that proves you know it, not the token."),
    h("label", { for: "token" }, "Token"), field, wrong, h("button", "primary", "Open the sandbox"));
  asked.addEventListener("close", () => known || ask(resolve));

  async function submit(event) {
    event.preventDefault();
    const response = await reach(`${control}/login`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: field.value }),
    });
    known = response.ok;
    if (!known) {
      wrong.textContent = response.status === 401 ? "That is not the token of this server." : (await read(response)).detail;
      field.select();
      return;
    }
    asked.close();
    asking = null;
    resolve();
  }
}
