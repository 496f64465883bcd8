// From an OpenAPI document to a form: the operations, their parameters, and fields for a body's schema.

import { attribute, h, mono } from "./dom.js";
import { entry, prose, select, typed } from "./parts.js";
import { parsed } from "./words.js";

const METHODS = ["get", "post", "put", "delete"];
const RECIPIENTS = ["destination", "to", "mobile"];
const LONG = /text|message|description/;

/** `{"$ref": "#/components/schemas/To", description}` → the schema it names, with what is said beside it. */
export function resolved(document, part) {
  if (!part?.$ref) return part ?? {};
  const { $ref, ...beside } = part;
  const found = $ref.slice(2).split("/").reduce((at, key) => at?.[key], document);
  return { ...resolved(document, found), ...beside };
}

/** Every operation: `{key, method, path, name, word, parameters, body, type, examples, security}`. */
export function operations(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operation(document, path, item, method)));
}

function operation(document, path, item, method) {
  const op = item[method];
  const [type, content] = Object.entries(resolved(document, op.requestBody).content ?? {})[0] ?? [];
  const examples = Object.values(content?.examples ?? {}).map((each) => resolved(document, each).value);
  return {
    key: `${method} ${path}`, method: method.toUpperCase(), path, name: op.summary ?? op.operationId, word: op["x-word"],
    description: op.description ?? "", type, examples, body: content && resolved(document, content.schema),
    parameters: [...(item.parameters ?? []), ...(op.parameters ?? [])].map((each) => resolved(document, each)),
    security: Object.keys((op.security ?? document.security ?? [])[0] ?? {}).map((name) => ({ name, ...document.components.securitySchemes[name] })),
  };
}

const kind = (schema) => [schema.type].flat().find((each) => each !== "null");

/**
 * Fields for an object's schema. `value` fills them; `changed(object)` is told the whole each time.
 * An optional field left empty is left out.
 */
export function fields(document, schema, value, changed) {
  const now = structuredClone(value ?? {});
  const entries = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const each = resolved(document, part);
    const required = (schema.required ?? []).includes(name);
    return field(document, name, each, required, now[name], (given) => {
      if (given === undefined) delete now[name];
      else now[name] = given;
      changed(now);
    });
  });
  return entries.sort((one, two) => Number(two.required) - Number(one.required)).map((each) => each.element);
}

function field(document, name, schema, required, value, told) {
  if (kind(schema) === "object" && schema.properties) {
    const inner = fields(document, schema, value, (given) => told(Object.keys(given).length ? given : undefined));
    const open = required || value !== undefined;
    return { required, element: h("details", { class: "group", open }, h("summary", {}, named(name, required)), note(schema), inner) };
  }
  const id = `field-${name}-${(field.count = (field.count ?? 0) + 1)}`;
  return { required, element: entry(named(name, required), input(schema, name, id, value, told), note(schema, `${id}-hint`)) };
}

export const named = (name, required) => [mono(name), required && h("span", "needed", " required")];

export const note = ({ description }, id) => description && h("p", { class: "hint", id }, prose(description));

function input(schema, name, id, value, told) {
  const described = schema.description ? `${id}-hint` : null;
  const type = kind(schema);
  const common = { id, "aria-describedby": described };
  if (schema.enum || type === "boolean") {
    const choices = schema.enum ?? [true, false];
    return select(common, [["", "left out"], ...choices.map(String)], String(value), (chosen) => told(choices.find((each) => String(each) === chosen)));
  }
  if (type === "array" || type === "object") {
    return typed({ ...common, class: "mono", rows: "6", value: JSON.stringify(value, null, 2) }, (text, area) => told(structured(text, area)));
  }
  const numeric = type === "integer" || type === "number";
  const given = (text) => told(text === "" ? undefined : numeric && /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : text);
  const shown = value === undefined || value === null ? "" : String(value);
  return typed({ ...common, value: shown, ...(numeric ? { inputmode: "numeric" } : LONG.test(name) && { rows: "3" }) }, given);
}

/** JSON that somebody types; marked while it is none. */
function structured(text, area) {
  const value = parsed(text);
  attribute(area, "aria-invalid", value === undefined && text.trim() !== "" && "true");
  return value;
}

/** Puts `number` (+ and digits) where `value` names a recipient, in the notation that the schema takes; whether it did. */
export function address(document, schema, value, number) {
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    const each = resolved(document, part);
    if (RECIPIENTS.includes(name) && kind(each) === "string") {
      const takes = new RegExp(each.pattern ?? "", "u");
      value[name] = [number, number.replace("+", "00"), number.slice(1)].find((written) => takes.test(written)) ?? number;
      return true;
    }
    const items = kind(each) === "array" ? resolved(document, each.items) : null;
    if (items && Array.isArray(value[name]) && value[name][0] && address(document, items, value[name][0], number)) return true;
  }
  return false;
}
