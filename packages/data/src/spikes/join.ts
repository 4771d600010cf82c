import { ShapeError } from "@myelin/core";
import { checkSpikes, spikeDataset } from "./dataset.ts";
import type { SpikeDataset } from "./spike-dataset.ts";

/**
 * The samples of two data sets, one after the other, under the name of the first.
 *
 * @throws ShapeError unless units, classes and the way of storing times are the same
 */
export function joinSpikes(first: SpikeDataset, second: SpikeDataset): SpikeDataset {
  checkSpikes("joinSpikes", first);
  checkSpikes("joinSpikes", second);
  const halves = first.times instanceof Uint16Array;
  const alike =
    first.units === second.units &&
    first.classNames.join() === second.classNames.join() &&
    halves === second.times instanceof Uint16Array;
  if (!alike) {
    throw new ShapeError(
      `joinSpikes: expected data sets alike, got ${first.units} and ${second.units} units, ${first.classes} and ` +
        `${second.classes} classes. Times must be stored alike too.`,
    );
  }
  const spikes = first.times.length;
  const offsets = new Uint32Array(first.count + second.count + 1);
  offsets.set(first.offsets);
  second.offsets.forEach((offset, i) => (offsets[first.count + i] = spikes + offset));
  const { sources } = first;
  return spikeDataset({
    name: first.name,
    units: first.units,
    classNames: first.classNames,
    labels: joined(Uint32Array, first.labels, second.labels),
    ...(sources && second.sources && { sources: joined(Uint32Array, sources, second.sources) }),
    times: halves
      ? joined(Uint16Array, first.times, second.times)
      : joined(Float32Array, first.times, second.times),
    unitIds: joined(Uint16Array, first.unitIds, second.unitIds),
    offsets,
  });
}

function joined<A extends Uint16Array | Uint32Array | Float32Array>(
  Type: new (length: number) => A,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): A {
  const result = new Type(first.length + second.length);
  result.set(first);
  result.set(second, first.length);
  return result;
}
