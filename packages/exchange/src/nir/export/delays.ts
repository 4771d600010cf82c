import { DelayLinear, type Module } from "@myelin/core";
import { refuseLayer, type Sketch, values, type Wire } from "./sketch.ts";

/**
 * Adds a layer with delays, rounded to whole steps as in evaluation: the inputs once for each delay that occurs, delayed,
 * with the weights of the connections that have it.
 */
export async function addDelays(
  sketch: Sketch,
  name: string,
  module: Module,
  wire: Wire,
): Promise<Wire | undefined> {
  if (!(module instanceof DelayLinear)) return undefined;
  if (!module.keepLength) refuseLayer(module, ", which lengthens sequences", "Set `keepLength`.");
  const { inFeatures, outFeatures, maxDelay, kernelCount } = module;
  const dense = module.dense();
  const [weight, position] = [await dense.weight.data(), await dense.position.data()];
  const half = (maxDelay - 1) / 2;
  const byDelay = new Map<number, Float32Array>();
  weight.forEach((value, i) => {
    if (value === 0) return;
    const place = position[position.length === weight.length ? i : i % position.length]!;
    const delay = half - Math.max(-half, Math.min(half, roundHalfToEven(place)));
    const own = byDelay.get(delay) ?? new Float32Array(outFeatures * inFeatures);
    own[Math.floor(i / kernelCount)]! += value;
    byDelay.set(delay, own);
  });
  if (byDelay.size === 0) byDelay.set(0, new Float32Array(outFeatures * inFeatures));
  const branches = [...byDelay]
    .sort(([a], [b]) => a - b)
    .map(([delay, own]) => {
      const waiting = delay === 0 ? wire : addDelay(sketch, `${name}.delay${delay}`, delay, wire);
      const connections = values(own, [outFeatures, inFeatures]);
      return sketch.add(`${name}.weight${delay}`, "Linear", { weight: connections }, waiting, [outFeatures]);
    });
  return { from: branches.flatMap(({ from }) => from), shape: [outFeatures] };
}

function addDelay(sketch: Sketch, name: string, steps: number, wire: Wire): Wire {
  const seconds = new Float64Array(wire.shape[0]!).fill(steps * sketch.dt);
  return sketch.add(name, "Delay", { delay: values(seconds) }, wire);
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
