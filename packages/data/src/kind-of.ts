/** What a value is, for messages: the name of its class, or its type. */
export function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return value.constructor.name;
}
