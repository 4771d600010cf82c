/**
 * Advanced spatial attention on images [T, B, H, W, C], whose masks of planes are vectors.
 * One path: three sweeps over the images forward (statistics of planes, descriptors, product) and two backward.
 * Shapes as in the golden vectors; conformance is test/conformance/attention.ts. No workload of its own.
 */
import type { AttentionBackend, AttentionSize } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Values per unit of work: they stay in the second-level cache. */
const CHUNK_VALUES = 32768;
/** Places of [B, H, W] whose sums over time are kept at once. */
const PLACES = 64;

export function attention(runtime: Runtime): AttentionBackend {
  const planesGrain = ({ steps, batch, channels, positions }: AttentionSize): number =>
    runtime.grain(steps * batch, Math.ceil(CHUNK_VALUES / (channels * positions)));
  return {
    planeStatistics: (size, buffers) =>
      runtime.run("planeStatistics", size.steps * size.batch, planesGrain(size), { ...size, ...buffers }),
    planeStatisticsBackward: (size, buffers) =>
      runtime.run("planeStatisticsBackward", size.steps * size.batch, planesGrain(size), {
        ...size,
        ...buffers,
      }),
    selectPlanes(size, { score, important, rest }, spec) {
      const { steps, batch } = size;
      const { selectedChannels, selectedSteps, maskMode: mode, batchUnion, weighted } = spec;
      const ranks = { byChannel: important, byTime: rest };
      runtime.run("rankPlanes", batch, 1, { score, ...size, selectedChannels, selectedSteps, ...ranks });
      const chosen = { score, ...size, mode, batchUnion, weighted, important, rest };
      runtime.run("combineSelections", steps, runtime.grain(steps, 64), chosen);
    },
    selectPlanesBackward(size, buffers) {
      const rows = size.batch * size.channels;
      runtime.run("selectPlanesBackward", rows, runtime.grain(rows, 1024), { ...size, ...buffers });
    },
    describePlanes: (size, buffers, share) =>
      runtime.run("describePlanes", size.batch * size.positions, PLACES, {
        ...size,
        ...buffers,
        ...meanFactors(size, share),
      }),
    sigmoid: (length, buffers) => runtime.each("sigmoid", length, buffers),
    gatePlanes: (size, buffers) =>
      runtime.run("gatePlanes", rowsOf(size), rowsGrain(size), { ...size, ...buffers }),
    gateGradient: (size, buffers) =>
      runtime.run("gateGradient", size.batch * size.positions, PLACES, { ...size, ...buffers }),
    gatePlanesBackward: (size, buffers, share) =>
      runtime.run("gatePlanesBackward", rowsOf(size), rowsGrain(size), {
        ...size,
        ...buffers,
        ...meanFactors(size, share),
      }),
    planeWeightGradient: (size, buffers) =>
      runtime.run("planeWeightGradient", size.steps * size.batch, planesGrain(size), { ...size, ...buffers }),
  };
}

/** What the sums of the two branches are multiplied by to make their means. */
function meanFactors(
  { steps, channels }: AttentionSize,
  share: number,
): { readonly importantFactor: number; readonly restFactor: number } {
  const planes = steps * channels;
  return { importantFactor: 1 / (planes * share), restFactor: 1 / (planes * (1 - share)) };
}

function rowsOf({ steps, batch, positions }: AttentionSize): number {
  return steps * batch * positions;
}

function rowsGrain({ channels }: AttentionSize): number {
  return Math.max(1, Math.floor(CHUNK_VALUES / channels));
}
