import { FormatError } from "@myelin/core";
import { HALF_VALUES } from "./half.ts";
import type { SpikeDatasetParts, SpikeTimes } from "./spike-dataset.ts";

/** Reads times as seconds, whichever way they are stored. */
export function secondsReader(times: SpikeTimes): (spike: number) => number {
  return times instanceof Uint16Array ? (spike) => HALF_VALUES[times[spike]!]! : (spike) => times[spike]!;
}

/**
 * Puts the spikes of each sample into ascending order of time, in place; those of equal time keep their order. Samples
 * that are in order already cost one look.
 */
export function sortSpikes({ times, unitIds, offsets }: SpikeTrains): void {
  const seconds = secondsReader(times);
  for (let sample = 0; sample + 1 < offsets.length; sample++) {
    const begin = offsets[sample]!;
    const end = offsets[sample + 1]!;
    if (isAscending(seconds, begin, end)) continue;
    const order = Array.from({ length: end - begin }, (_, i) => begin + i);
    order.sort((a, b) => seconds(a) - seconds(b));
    times.set(
      order.map((spike) => times[spike]!),
      begin,
    );
    unitIds.set(
      order.map((spike) => unitIds[spike]!),
      begin,
    );
  }
}

/** The arrays of a data set that hold its spikes. */
export type SpikeTrains = Pick<SpikeDatasetParts, "times" | "unitIds" | "offsets">;

function isAscending(seconds: (spike: number) => number, begin: number, end: number): boolean {
  for (let i = begin + 1; i < end; i++) if (seconds(i) < seconds(i - 1)) return false;
  return true;
}

/** @throws FormatError unless times are finite, not negative and ascending, and units exist, in every sample */
export function requireSpikes(parts: SpikeTrains & { readonly name: string; readonly units: number }): void {
  const { name, units, times, unitIds, offsets } = parts;
  const seconds = secondsReader(times);
  for (let sample = 0; sample + 1 < offsets.length; sample++) {
    let last = 0;
    for (let i = offsets[sample]!; i < offsets[sample + 1]!; i++) {
      const time = seconds(i);
      if (!(time >= last && time < Infinity))
        throw wrong(name, sample, "times", "ascending seconds from 0 on", time);
      if (unitIds[i]! >= units) {
        throw wrong(name, sample, "units", `numbers from 0 to ${units - 1}`, unitIds[i]!);
      }
      last = time;
    }
  }
}

const HINTS = {
  times: "The file is damaged or has another layout.",
  units: "Say how many there are with units: N; otherwise the file is damaged or has another layout.",
} as const;

function wrong(
  name: string,
  sample: number,
  what: keyof typeof HINTS,
  expected: string,
  got: number,
): FormatError {
  return new FormatError(
    `spikeDataset: ${name}, sample ${sample}: expected ${what} as ${expected}, got ${got}. ${HINTS[what]}`,
  );
}
