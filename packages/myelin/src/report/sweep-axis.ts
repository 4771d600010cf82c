/** Values of a setting on an axis: names, numbers, or powers of ten. */
import { shorten } from "../format.ts";
import type { Settings } from "../sweep/results/index.ts";
import { scaleOf, ticksOf, type Quantity, type Scale } from "./scale.ts";

/** More different values than that lie on an axis of numbers, fewer side by side. */
const MOST_NAMES = 12;
/** From this ratio on of the largest value to the least, both above 0, an axis grows by factors. */
const WIDE = 30;
const LONGEST = 14;

/** Where the values of something lie. */
export interface ValueAxis {
  readonly name: string;
  readonly scale: Scale;
  readonly ticks: readonly number[];
  /** The place of a value; undefined for one that is not there. */
  place(value: unknown): number | undefined;
}

/** The axis of a setting, from all values that it has. */
export function settingAxis(path: string, values: readonly unknown[]): ValueAxis {
  const found = [...new Map(values.map((value) => [textOf(value), value])).entries()];
  const numbers = found.flatMap(([, value]) => (typeof value === "number" ? [value] : []));
  const areNumbers = numbers.length === found.length;
  if (areNumbers && found.length > MOST_NAMES) return numberAxis({ label: path }, numbers);
  const names = areNumbers ? numbers.sort((a, b) => a - b).map(textOf) : found.map(([text]) => text);
  const scale: Scale = {
    ...{ name: path, min: -0.5, max: names.length - 0.5, interval: 1 },
    format: (place) => shorten(names[Math.round(place)] ?? "", LONGEST),
  };
  const places = new Map(names.map((name, i) => [name, i]));
  return { name: path, scale, ticks: names.map((_, i) => i), place: (value) => places.get(textOf(value)) };
}

/** An axis of numbers. */
export function numberAxis(quantity: Quantity, values: readonly number[]): ValueAxis {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = values.reduce((high, value) => Math.max(high, value), -Infinity);
  const name = quantity.label;
  if (least > 0 && most / least >= WIDE && quantity.unit === undefined) {
    const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
    const scale: Scale = {
      ...{ name, min: from, max: to, interval: 1 },
      format: (power) => String(Number((10 ** power).toPrecision(1))),
    };
    return { name, scale, ticks: ticksOf(scale), place: (value) => logOf(value) };
  }
  const scale = scaleOf(values, quantity);
  const place = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
  return { name: scale.name, scale, ticks: ticksOf(scale), place };
}

function logOf(value: unknown): number | undefined {
  return typeof value === "number" ? Math.log10(value) : undefined;
}

/** A value as people read it. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "-");
}

/** The settings that differ among runs, each with all its values. */
export function variedSettings(all: readonly Settings[]): Map<string, unknown[]> {
  const paths = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const entries = paths.map((path) => [path, all.map((settings) => settings[path])] as const);
  return new Map(entries.filter(([, values]) => new Set(values.map(textOf)).size > 1));
}
