/**
 * Batch normalisation over images, channels last.
 * One path: statistics per chunk of rows, joined in order, so that the number of threads changes no bit.
 * Measured as a part of `nmnist-conv-T10` in bench/LAB.md.
 */
import type { BatchNormBackend } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Values per chunk of rows: it stays in the second-level cache while it is read twice. */
const CHUNK_VALUES = 32768;

/** Rows per chunk; a function of the shape alone, since partial sums are taken per chunk. */
export function chunkRows(channels: number): number {
  return Math.max(16, Math.floor(CHUNK_VALUES / channels));
}

export function batchNorm(runtime: Runtime): BatchNormBackend {
  return {
    statistics({ planes, positions, channels }, { x, mean, variance }) {
      const rows = planes * positions;
      const grain = chunkRows(channels);
      runtime.scratch(Math.ceil(rows / grain) * 2 * channels, (partials) => {
        runtime.run("chunkStatistics", rows, grain, { x, channels, partials, grain });
        const chunks = { partials, rows, channels, grain, mean, variance };
        runtime.run("combineStatistics", channels, channels, chunks);
      });
    },
    forward({ planes, positions, channels }, { x, mean, variance, weight, bias, y }, eps) {
      const operands = { x, channels, mean, variance, weight, bias, eps, y };
      runtime.run("normalise", planes * positions, chunkRows(channels), operands);
    },
    backward({ planes, positions, channels }, buffers, { eps, batch }) {
      const { x, mean, variance, weight, gy, gx, gWeight, gBias } = buffers;
      const rows = planes * positions;
      const grain = chunkRows(channels);
      runtime.scratch(Math.ceil(rows / grain) * 2 * channels, (partials) => {
        runtime.run("gradientSums", rows, grain, { x, channels, mean, gy, partials, grain });
        const chunks = { partials, rows, channels, grain, variance, eps, gWeight, gBias };
        runtime.run("combineGradients", channels, channels, chunks);
      });
      const operands = { x, rows, channels, mean, variance, weight, eps, batch, gy, gWeight, gBias, gx };
      runtime.run("normaliseBackward", rows, grain, operands);
    },
    updateRunning: (channels, { running, value }, { momentum, factor }) =>
      runtime.each("updateRunning", channels, { running, value, momentum, factor }),
  };
}
