/** Round numbers on axes, with labels that tell them apart. */

/** What an axis says. */
export interface Quantity {
  readonly label: string;
  /** "%", "s": shown behind the label. */
  readonly unit?: string;
  /** Multiplies values to get that unit; 1 when absent. */
  readonly factor?: number;
}

/** A share as a percentage. */
export const PERCENT = { unit: "%", factor: 100 } as const;

/** Limits of an axis, the distance between its ticks, and its words. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
  readonly name: string;
  /** The label of a tick. */
  readonly format: (value: number) => string;
}

/** What a scale has to hold. */
export interface ScaleOptions {
  /** Where it begins, whatever the values are. */
  readonly min?: number;
  /** Where it ends at most. */
  readonly max?: number;
  /** Only whole ticks. */
  readonly whole?: boolean;
  /** About how many ticks. */
  readonly ticks?: number;
}

/** A scale from at or below the least value to at or above the largest one, in the units of the values. */
export function scaleOf(
  values: readonly number[],
  { label, unit, factor = 1 }: Quantity,
  options: ScaleOptions = {},
): Scale {
  const { ticks = 5, whole = false } = options;
  const shown = values.filter(Number.isFinite).map((value) => factor * value);
  const fixed = options.min === undefined ? [] : [factor * options.min];
  const [low, high] = spread([...shown, ...fixed]);
  const interval = Math.max(whole ? 1 : 0, roundStep((high - low) / ticks));
  const digits = (value: number): number => Math.max(0, -Math.floor(Math.log10(value) + 1e-9));
  const min = fixed[0] ?? Math.floor(low / interval + 1e-9) * interval;
  const end = Math.ceil(high / interval - 1e-9) * interval;
  const max = Math.min(end, options.max === undefined ? Infinity : factor * options.max);
  const power = powerOf(Math.max(Math.abs(min), Math.abs(max)));
  const words = [unit, power === 0 ? undefined : `10${superscript(power)}`].filter(
    (word) => word !== undefined,
  );
  return {
    ...{ min: min / factor, max: max / factor, interval: interval / factor },
    name: words.length === 0 ? label : `${label} (${words.join(" ")})`,
    format: (value) =>
      ((factor * value) / 10 ** power).toLocaleString("en", {
        minimumFractionDigits: digits(interval / 10 ** power),
        maximumFractionDigits: digits(interval / 10 ** power),
      }),
  };
}

/** The ticks of a scale. */
export function ticksOf({ min, max, interval }: Scale): number[] {
  const count = Math.floor((max - min) / interval + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Math.min(max, min + i * interval));
}

/** Two different numbers around the values. */
function spread(values: readonly number[]): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low > high) return [0, 1];
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const room = low === 0 ? 1 : Math.abs(low) / 2;
  return low > 0 && low - room < 0 ? [0, high + room] : [low - room, high + room];
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return power * ([1, 2, 5, 10].find((step) => step * power >= least * (1 - 1e-9)) ?? 10);
}

/** The power of ten that stands beside the axis, so that its labels stay short. */
function powerOf(largest: number): number {
  if (largest === 0 || (largest >= 0.01 && largest < 1e5)) return 0;
  const power = Math.floor(Math.log10(largest) + 1e-9);
  return largest < 1 ? power : 3 * Math.floor(power / 3);
}

function superscript(power: number): string {
  const digits = [..."\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"];
  return [...String(power)].map((sign) => (sign === "-" ? "\u207b" : digits[Number(sign)])).join("");
}
