// How a text travels (GSM 03.38): which characters force UCS-2, and where the segments part. As sandbox/sms/encoding.py.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");

/** What people type without meaning to, and what GSM-7 has for it. */
const PLAIN = new Map(Object.entries({
  "’": "'", "‘": "'", "“": "\"", "”": "\"", "„": "\"", "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "•": "-",
  "`": "'", "´": "'", "×": "x", "\t": " ", "\u200b": "", "\ufeff": "",
}));

/** What stands in for a foreign character: a look-alike, or the letter without its accent; undefined if nothing does. */
function standIn(char) {
  if (PLAIN.has(char)) return PLAIN.get(char);
  const bare = char.normalize("NFD").replace(/\p{M}/gu, "");
  return bare && bare !== char && ![...bare].some(foreign) ? bare : undefined;
}

/** Characters nobody sees, by name. */
const UNSEEN = new Map(Object.entries({
  "\u00a0": "no-break space", "\u202f": "narrow no-break space", "\u200b": "zero-width space", "\ufeff": "byte order mark",
  "\u200d": "zero-width joiner", "\ufe0f": "variation selector", "\t": "tab", "\u0000": "null",
}));

export const foreign = (char) => !BASIC.has(char) && !EXTENSION.has(char);

/** `{encoding, units, single, part, segments, marks}`; `marks` are the indices of characters that begin a new segment. */
export function measure(text) {
  const chars = [...text];
  const ucs2 = chars.some(foreign);
  const [single, part] = ucs2 ? [70, 67] : [160, 153];
  const costs = chars.map((char) => (ucs2 ? char.length : EXTENSION.has(char) ? 2 : 1));
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  const marks = [];
  let room = part;
  costs.forEach((cost, index) => {
    if (cost > room) {
      marks.push(index);
      room = part;
    }
    room -= cost;
  });
  if (units <= single) marks.length = 0;
  return { encoding: ucs2 ? "ucs2" : "gsm7", units, single, part, segments: marks.length + 1, marks };
}

/** The characters that force UCS-2, each once: `{char, code, name, plain, count}`; `plain` undefined: GSM-7 has none. */
export function culprits(text) {
  const found = new Map();
  for (const char of text) {
    if (!foreign(char)) continue;
    const known = found.get(char) ?? {
      char, code: `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`, name: UNSEEN.get(char), plain: standIn(char), count: 0,
    };
    known.count += 1;
    found.set(char, known);
  }
  return [...found.values()];
}

/** The text with every culprit replaced that has a plain stand-in. */
export const plain = (text) => [...text].map((char) => (foreign(char) ? standIn(char) ?? char : char)).join("");
