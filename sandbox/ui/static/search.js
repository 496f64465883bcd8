// From what people type to the API's filters: `code to:+447700900901 status:delivered "two words"`.

const FIELDS = ["to", "from", "text", "status", "provider", "account", "rule", "since"];
const TERM = /([a-z]+):(~?"[^"]*"|\S+)|"([^"]*)"|(\S+)/g;

/** The filters of a view's query: `q` as typed, and `provider` and `word` as chosen. */
export function asked({ q = "", provider, word: status }) {
  const words = [];
  const numbers = [];
  const filters = {};
  for (const [whole, field, value, phrase, word] of q.matchAll(TERM)) {
    if (field && FIELDS.includes(field)) filters[field] = value.replace(/^(~?)"(.*)"$/, "$1$2");
    else if (/^\+?[0-9]{5,}$/.test(word ?? "")) numbers.push(word);
    else words.push(phrase ?? whole);
  }
  if (numbers.length && !filters.to) filters.to = `~${numbers.pop()}`;
  if (words.length && !filters.text) filters.text = `~${[...words, ...numbers].join(" ")}`;
  return { ...filters, ...(provider && { provider }), ...(status && { status }) };
}
