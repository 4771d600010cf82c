/** A number as a float of Python: whole ones too. */
export function pythonNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

/** A call with keyword arguments, each of them Python already. */
export function pythonCall(name: string, given: Readonly<Record<string, string>>): string {
  return `${name}(${Object.entries(given)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ")})`;
}
