/**
 * The WebAssembly backend: starts its runtime and puts the groups of operations together.
 * Threads where the host has them, relaxed SIMD where it knows it; else one thread, or plain SIMD.
 * The start-up time is measured by tools/checks/startup.alone.test.ts, threads in bench/LAB.md.
 */
import type { Backend } from "../../backend/index.ts";
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
import { memory } from "./memory.ts";
import { optimiser } from "./optimiser.ts";
import { pool } from "./pool.ts";
import { reduce } from "./reduce.ts";
import { rows } from "./rows.ts";
import { availableThreads, isSwitchedOn, type Simd, threadObstacle } from "./runtime/host.ts";
import { loadKernels } from "./runtime/kernel-module.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { startRuntime } from "./runtime/start.ts";
import { sparse } from "./sparse.ts";
import { denseProducts } from "./sparse/dense.ts";
import { time } from "./time.ts";

/** More threads than this gain nothing on the networks this library is made for. */
const MOST_THREADS = 8;

/** Options of the WebAssembly backend. */
export interface WasmOptions {
  /** How many threads compute; default: as many as the machine has, at most 8. Changes no result. */
  readonly threads?: number | undefined;
  /** Which instructions to use; "auto" (default) takes relaxed SIMD where there is. */
  readonly simd?: "auto" | Simd | undefined;
  /** Bytes that the memory may grow to, from 64 MiB; default 4 GiB, which is the most. */
  readonly memoryLimit?: number | undefined;
  /**
   * Puts canaries around every block of memory and looks at them after each kernel, at the end of each step and when a
   * block is given back: a write beside a block is a BackendError that names it. Memory that was not written reads as
   * NaN. For tests and reports of faults, as steps get slower. Default: whether the environment variable MYELIN_GUARD is 1.
   */
  readonly guard?: boolean | undefined;
}

/**
 * Starts the WebAssembly backend.
 * Where threads cannot run it uses one, and its `description` says why.
 * @throws BackendError when the host lacks WebAssembly SIMD or its threads do not start
 */
export async function createWasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const wanted = options.threads ?? Math.min(MOST_THREADS, await availableThreads());
  const obstacle = wanted > 1 ? threadObstacle() : undefined;
  const threads = obstacle ? 1 : Math.max(1, Math.floor(wanted));
  const isGuarded = options.guard ?? isSwitchedOn("MYELIN_GUARD");
  const kernels = await loadKernels(options.simd ?? "auto", threads > 1, options.memoryLimit);
  const runtime = await startRuntime(kernels, threads, isGuarded);
  const count = `${threads} thread${threads > 1 ? "s" : ""}`;
  const name = kernels.simd === "relaxed" ? "relaxed SIMD" : "SIMD";
  const reason = obstacle ? ` because ${obstacle}` : "";
  return wasmBackend(runtime, `WebAssembly, ${name}, ${count}${reason}${isGuarded ? ", guarded" : ""}`);
}

/** Puts the groups together. */
export function wasmBackend(runtime: Runtime, description: string): Backend {
  const layouts = layout(runtime);
  const products = { linear: linear(runtime), conv: conv(runtime) };
  const weights = sparse(runtime, denseProducts(products.linear, products.conv));
  return {
    name: "wasm",
    description,
    threads: runtime.threads,
    memory: memory(runtime, layouts),
    elementwise: elementwise(runtime),
    reduce: reduce(runtime),
    layout: layouts,
    ...products,
    pool: pool(runtime),
    batchNorm: batchNorm(runtime),
    dropout: dropout(runtime),
    time: time(runtime),
    rows: rows(runtime),
    equation: equation(runtime),
    loss: loss(runtime),
    encode: encode(runtime),
    optimiser: optimiser(runtime),
    sparse: weights,
    patterns: weights,
    attention: attention(runtime),
    delay: delay(runtime),
    host: host(runtime),
    dispose: () => runtime.stop(),
  };
}
