import { exact, percent } from "../../format.ts";

/** Whether an objective is a share, which people read in percent. */
export function isShare(name: string): boolean {
  return /accuracy|rate/i.test(name);
}

/** The number of an objective as people read it. */
export function valueText(name: string, value: number): string {
  return isShare(name) ? percent(value) : exact(Number(value.toPrecision(5)));
}
