import type { SweepRecord } from "../sweep/results/index.ts";
import { page } from "./page.ts";

/** The page of a sweep. */
export function renderSweep({ name, lines }: SweepRecord): string {
  return page(name, `myelin sweep, ${lines.length} runs`, []);
}
