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
import { type Start, startWide } from "./wide.ts";

/** More threads than this gain nothing on the networks this library is made for. */
const MOST_THREADS = 8;

/** Options of the WebAssembly backend. */
export interface WasmOptions {
  /** How many threads compute; default: as many as the machine has, at most 8. Changes no result. */
  readonly threads?: number | undefined;
  /** Which instructions to use; "auto" (default) takes relaxed SIMD where there is. */
  readonly simd?: "auto" | Simd | undefined;
  /**
   * Asks V8 to pair vector operations into 256 bits, where it can (Node 22 and later on x64) and a self-test at the
   * start finds that kernels give the same bits; `description` says so, or why not. The request is an experimental flag
   * of V8 that holds for the whole process: other WebAssembly that is compiled later gets it too. Default: false.
   */
  readonly wide?: boolean | undefined;
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
  const reason = obstacle ? ` because ${obstacle}` : "";
  const start: Start = async ({ width, isTrial = false, mark }) => {
    const isShared = threads > 1 !== isTrial;
    const kernels = await loadKernels(options.simd ?? "auto", isShared, options.memoryLimit, mark);
    const runtime = await startRuntime(kernels, isTrial ? 1 : threads, isGuarded);
    const name = kernels.simd === "relaxed" ? "relaxed SIMD" : "SIMD";
    const count = `${threads} thread${threads > 1 ? "s" : ""}`;
    const guarded = isGuarded ? ", guarded" : "";
    return wasmBackend(runtime, `WebAssembly, ${name}${width}, ${count}${reason}${guarded}`);
  };
  return options.wide ? startWide(start) : start({ width: "" });
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
