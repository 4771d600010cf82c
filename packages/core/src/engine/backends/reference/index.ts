/**
 * The reference backend: puts the groups together.
 * Every operation is a plain loop over float64 values, in the order of its equation and never optimised.
 * The specification: test/conformance holds other backends against it.
 */
import type { Backend, Storage } from "../../backend/index.ts";
import { onStorage, type OnArrays } from "./arrays.ts";
import { attention } from "./attention.ts";
import { batchNorm } from "./batch-norm.ts";
import { conv } from "./conv.ts";
import { delay } from "./delay.ts";
import { dropout } from "./dropout.ts";
import { elementwise, host } from "./elementwise.ts";
import { encode } from "./encode.ts";
import { equation } from "./equation.ts";
import { layout } from "./layout.ts";
import { linear } from "./linear.ts";
import { loss } from "./loss.ts";
import { ReferenceMemory, valuesOf } from "./memory.ts";
import { optimiser } from "./optimiser.ts";
import { pool } from "./pool.ts";
import { reduce } from "./reduce.ts";
import { rows } from "./rows.ts";
import { sparse } from "./sparse.ts";
import { time } from "./time.ts";

/** Reads a storage of this backend at once and without rounding to float32. */
export function readFloat64(storage: Storage): Float64Array {
  return valuesOf(storage).slice();
}

/** Puts the groups together. */
export function createReferenceBackend(): Backend {
  const memory = new ReferenceMemory();
  const group = <Group>(operations: OnArrays<Group>): Group => onStorage<Group>(operations, valuesOf);
  return {
    name: "reference",
    description: "reference: float64 TypeScript in equation order, one thread, slow on purpose",
    threads: 1,
    memory,
    elementwise: group(elementwise),
    reduce: group(reduce),
    layout: group(layout),
    linear: group(linear),
    conv: group(conv),
    pool: group(pool),
    batchNorm: group(batchNorm),
    dropout: group(dropout),
    time: group(time),
    rows: group(rows),
    equation: group(equation),
    loss: group(loss),
    encode: group(encode),
    optimiser: group(optimiser),
    sparse: group(sparse),
    patterns: { release: () => undefined, indexBytes: () => 0 },
    attention: group(attention),
    delay: group(delay),
    host: group(host),
    dispose: async () => memory.endStep(),
  };
}
