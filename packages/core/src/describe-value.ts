/** At most this many names go into a message. */
const LISTED = 8;

/** Longest piece of a value that a message repeats. */
const LONGEST = 60;

/** Any value as a few words for a message: `0.01`, `"wasm"`, `[2, 3]`, `a Float32Array of 8`, `a function`. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return cut(JSON.stringify(value));
  if (typeof value === "bigint") return cut(`${value}n`);
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${article(className(value))} of ${sizeOfView(value)}`;
  if (Array.isArray(value)) return describeArray(value);
  const name = className(value);
  const shape =
    "shape" in value && Array.isArray(value.shape) ? ` of shape ${describeArray(value.shape)}` : "";
  return name === "Object" ? describeKeys(value) : `${article(name === "" ? "object" : name)}${shape}`;
}

/** Names for a message: `fc1, fc2`; of many the first ones. */
export function listNames(names: readonly string[]): string {
  const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  return `${names.slice(0, LISTED).join(", ")}${rest}`;
}

function describeArray(values: readonly unknown[]): string {
  const all = values.map((value) => (isShort(value) ? describeValue(value) : "...")).join(", ");
  return all.length <= LONGEST ? `[${all}]` : `an array of ${values.length}`;
}

function isShort(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function describeKeys(value: object): string {
  const keys = Object.keys(value).join(", ");
  return keys === "" ? "an empty object" : `an object with ${cut(keys)}`;
}

function className(value: object): string {
  const constructor: unknown = "constructor" in value ? value.constructor : undefined;
  return typeof constructor === "function" ? constructor.name : "";
}

function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

function sizeOfView(value: ArrayBufferView): number {
  return "length" in value ? (value.length as number) : value.byteLength;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}
