import { createEngine, noGrad, tensor, useEngine } from "@myelin/core";
import { linear } from "@myelin/core/ops";
import { loadKernels } from "@myelin/core/kernels";
import { median } from "./measure.ts";

type TileLoop = (a: number, b: number, depth: number, tile: number) => void;

/** Addresses of operands that stay in the first-level cache: a 6 x 256 and a 256 x 8 panel. */
const [A, B, TILE, DEPTH] = [65536, 131072, 1024, 256];
const TILE_FLOP = 2 * 6 * 8 * DEPTH;

/** GFLOP/s of the bare register-tile loop on one thread: what these kernels can reach at best. */
async function tilePeak(): Promise<number> {
  const { module, memory } = await loadKernels("auto", false);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const multiplyTile = exports.multiplyTile as TileLoop;
  const calls = 20000;
  const rates = Array.from({ length: 9 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) multiplyTile(A, B, DEPTH, TILE);
    return (TILE_FLOP * calls) / ((performance.now() - start) * 1e6);
  });
  return median(rates.slice(2));
}

/** GFLOP/s of a dense linear layer of `n` inputs and outputs on 8,000 rows, one thread. */
async function layerRate(n: number): Promise<number> {
  const engine = await createEngine({ wasm: { threads: 1 }, seed: 1 });
  useEngine(engine);
  const rows = 8000;
  const values = (length: number): Float32Array =>
    Float32Array.from({ length }, () => engine.random.normal());
  const x = tensor(values(rows * n), [rows, n]);
  const weight = tensor(values(n * n), [n, n]);
  const rates: number[] = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    await engine.step(() => noGrad(engine, () => void linear(x, weight)));
    rates.push((2 * rows * n * n) / ((performance.now() - start) * 1e6));
  }
  await engine.dispose();
  return median(rates.slice(2));
}

/** How much of the register-tile loop's rate dense layers reach, measured in turn. */
export async function peakReport(): Promise<string> {
  const lines: string[] = [];
  for (const n of [512, 1024]) {
    const peak = await tilePeak();
    const rate = await layerRate(n);
    const share = ((100 * rate) / peak).toFixed(0);
    lines.push(
      `dense ${n} x ${n}, one thread: ${rate.toFixed(1)} of ${peak.toFixed(1)} GFLOP/s of the tile loop, ${share} %`,
    );
  }
  return lines.join("\n");
}
