/** Numbers as people read them. */

/** 98.04 %, with two digits. */
export function percent(share: number | undefined, digits = 2): string {
  if (share === undefined) return "-";
  return `${(100 * share).toFixed(digits)} %`;
}

/** 8.2 s, 3 min 20 s, 1 h 5 min */
export function duration(seconds: number): string {
  if (seconds < 59.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 12,345; 0.41 */
export function count(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : Math.round(value).toLocaleString("en");
}

/** 1 epoch, 3 epochs, 1,200 samples; `many` where an s is not enough. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** 1,650,042; 0.004; 1e-8: every digit. */
export function exact(value: number): string {
  return Number.isSafeInteger(value) ? value.toLocaleString("en") : String(value);
}

const PREFIXES = ["p", "n", "\u00b5", "m", "", "k", "M", "G"];

/** 1.37 \u00b5J: three digits, with the prefix that leaves one to three of them before the point. */
export function withUnit(value: number, unit: string): string {
  if (value === 0 || !Number.isFinite(value)) return `${value} ${unit}`;
  const rounded = Number(value.toPrecision(3));
  const thousands = Math.floor(Math.log10(Math.abs(rounded)) / 3 + 1e-9);
  const step = Math.min(PREFIXES.length - 5, Math.max(-4, thousands));
  return `${(rounded / 1000 ** step).toPrecision(3)} ${PREFIXES[step + 4] ?? ""}${unit}`;
}

/** 32.0 MiB */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** A text of at most `length` characters. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}\u2026`;
}

/** What an error says; where it says nothing, what it is and where it was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== "") return error.message;
  const place = error.stack?.split("\n")[1]?.trim() ?? "nowhere known";
  return `${error.name} ${place}.`;
}
