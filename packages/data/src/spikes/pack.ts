import { ShapeError } from "@myelin/core";
import { checkArray, checkNumbers, refuse } from "@myelin/core/checks";
import type { SpikeSample } from "@myelin/core/runs";
import { sortSpikes, type SpikeTrains } from "./order.ts";

/**
 * Samples, each in any order and such as a cochlea hears them, one after the other as a data set holds them.
 *
 * @throws ShapeError if a sample has not as many units as times
 * @example spikeDataset({ name: "words", units: 70, classNames, labels, ...packSpikes(samples) });
 */
export function packSpikes(samples: readonly SpikeSample[]): SpikeTrains & { readonly times: Float32Array } {
  checkArray("packSpikes.samples", samples, "an array of { times, units }", checkSample);
  const offsets = new Uint32Array(samples.length + 1);
  samples.forEach(({ times }, i) => (offsets[i + 1] = offsets[i]! + times.length));
  const spikes = offsets[samples.length]!;
  const trains = { times: new Float32Array(spikes), unitIds: new Uint16Array(spikes), offsets };
  samples.forEach(({ times, units }, i) => {
    trains.times.set(times, offsets[i]);
    trains.unitIds.set(units, offsets[i]);
  });
  sortSpikes(trains);
  return trains;
}

function checkSample(symbol: string, sample: SpikeSample): void {
  const { times, units } = (sample ?? {}) as Partial<SpikeSample>;
  if (times === undefined || units === undefined) return refuse(symbol, "{ times, units }", sample);
  checkNumbers(`${symbol}.times`, times);
  checkNumbers(`${symbol}.units`, units);
  const wrong = Array.from(units).find((unit) => !(Number.isInteger(unit) && unit >= 0 && unit < 65_536));
  if (wrong !== undefined) refuse(`${symbol}.units`, "whole numbers from 0 to 65535", wrong);
  if (times.length === units.length) return;
  throw new ShapeError(
    `${symbol}: expected as many times as units, got ${times.length} and ${units.length}. Each spike has both.`,
  );
}
