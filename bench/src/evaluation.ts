import {
  BatchNorm,
  createEngine,
  DelayLinear,
  type Engine,
  linear,
  Module,
  noGrad,
  Sequential,
  type Tensor,
  tensor,
  useEngine,
} from "@myelin/core";
import { median } from "./measure.ts";
import { lif, poisson } from "./workload.ts";

const [T, B, TAPS, REPEATS] = [100, 128, 25, 5];
const WIDTHS = [140, 256, 256, 20];

/** A layer with delays of whole steps as a dense kernel [O, I, Kd]: one ordinary product a tap. */
class DenseKernel extends Module {
  readonly #engine: Engine;
  readonly #taps: readonly Tensor[];

  constructor(engine: Engine, taps: readonly Tensor[]) {
    super();
    this.#engine = engine;
    this.#taps = taps;
  }

  static async of(engine: Engine, layer: DelayLinear): Promise<DenseKernel> {
    const [weight, position] = [await layer.weight.data(), await layer.position.data()];
    const half = (layer.maxDelay - 1) / 2;
    const taps = Array.from({ length: layer.maxDelay }, (_, delay) => {
      const values = weight.map((w, at) => (Math.round(position[at] as number) === half - delay ? w : 0));
      return tensor(values, [layer.outFeatures, layer.inFeatures]);
    });
    return new DenseKernel(engine, taps);
  }

  forward(x: Tensor): Tensor {
    const { backend } = this.#engine;
    const steps = x.shape[0] as number;
    const first = this.#taps[0] as Tensor;
    const y = this.#engine.empty([steps + (TAPS - 1) / 2, B, first.shape[0] as number]);
    backend.fill(y.storage, 0);
    const step = y.size / (y.shape[0] as number);
    this.#taps.forEach((tap, delay) => {
      const arriving = linear(x, tap);
      const length = Math.min(steps, (y.shape[0] as number) - delay) * step;
      const place = backend.view(y.storage, delay * step, length);
      backend.add(place, backend.view(arriving.storage, 0, length), place);
      backend.release(arriving.storage);
    });
    return y;
  }
}

/** The yardstick's network with delays, and the same with dense kernels, after a batch to settle its statistics. */
async function networks(engine: Engine, x: Tensor): Promise<Record<string, Module>> {
  const layers = WIDTHS.slice(1).map(
    (width, n) => new DelayLinear(WIDTHS[n] as number, width, { maxDelay: TAPS }),
  );
  const norms = WIDTHS.slice(1, -1).map((width) => new BatchNorm(width, { momentum: 1 }));
  const build = (each: readonly Module[]): Module =>
    new Sequential(...each.flatMap((layer, n) => (norms[n] ? [layer, norms[n], lif(0.005, 5)] : [layer])));
  const network = build(layers);
  for (const layer of layers) layer.eval();
  await engine.step(() => noGrad(engine, () => void network.forward(x)));
  const dense = build(await Promise.all(layers.map((layer) => DenseKernel.of(engine, layer))));
  return { "delays of whole steps": network.eval(), "dense kernels, tap by tap": dense.eval() };
}

/** Samples a second in evaluation, with delays of whole steps and with dense kernels, measured in turn. */
export async function evaluationReport(threads: number): Promise<string> {
  const engine = await createEngine({ threads, seed: 1 });
  useEngine(engine);
  const x = poisson(engine, [T, B, WIDTHS[0] as number], 0.3);
  const times = Object.entries(await networks(engine, x)).map(([name, network]) => ({
    name,
    network,
    ms: [] as number[],
  }));
  for (let round = 0; round <= REPEATS; round++) {
    for (const { network, ms } of times) {
      const start = performance.now();
      await engine.step(() => noGrad(engine, () => void network.forward(x)));
      if (round > 0) ms.push(performance.now() - start);
    }
  }
  await engine.dispose();
  return times.map(({ name, ms }) => `${name}: ${((1000 * B) / median(ms)).toFixed(0)} samples/s`).join("\n");
}
