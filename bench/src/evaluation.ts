import {
  BatchNorm,
  DelayLinear,
  type Engine,
  Module,
  noGrad,
  Sequential,
  type Tensor,
  tensor,
} from "@myelin/core";
import { linear } from "@myelin/core/ops";
import { inTurn, lif, poisson, type Workload } from "./workload.ts";

const [T, B, TAPS] = [100, 128, 25];
const WIDTHS = [140, 256, 256, 20];

/** A layer with delays of whole steps as a dense kernel [O, I, Kd]: one ordinary product per tap. */
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
    backend.elementwise.fill(y.size, { out: y.storage }, 0);
    const step = y.size / (y.shape[0] as number);
    this.#taps.forEach((tap, delay) => {
      const arriving = linear(x, tap);
      const length = Math.min(steps, (y.shape[0] as number) - delay) * step;
      const range = { length, from: 0, to: delay * step };
      backend.elementwise.addRange(range, { x: arriving.storage, out: y.storage });
      backend.memory.release(arriving.storage);
    });
    return y;
  }
}

type Kernel = (engine: Engine, layer: DelayLinear) => Promise<Module>;

/** A batch in evaluation of the yardstick's network with delays, each layer replaced by what `kernel` makes of it. */
async function evaluation(engine: Engine, kernel: Kernel): Promise<Workload> {
  const next = inTurn([T, B, WIDTHS[0] as number], poisson(engine, 0.3));
  const layers = WIDTHS.slice(1).map(
    (width, n) => new DelayLinear(WIDTHS[n] as number, width, { maxDelay: TAPS }),
  );
  const norms = WIDTHS.slice(1, -1).map((width) => new BatchNorm(width, { momentum: 1 }));
  const build = (each: readonly Module[]): Module =>
    new Sequential(...each.flatMap((layer, n) => (norms[n] ? [layer, norms[n], lif(0.005, 5)] : [layer])));
  for (const layer of layers) layer.eval();
  // A batch in training mode of batch normalisation settles its statistics.
  await engine.step(() => noGrad(engine, () => void build(layers).forward(next())));
  const network = build(await Promise.all(layers.map((layer) => kernel(engine, layer)))).eval();
  return { batch: B, step: () => engine.step(() => noGrad(engine, () => void network.forward(next()))) };
}

/** With delays of whole steps, as `eval()` makes them. */
export function delaysEvaluation(engine: Engine): Promise<Workload> {
  return evaluation(engine, (_, layer) => Promise.resolve(layer));
}

/** With dense kernels on this engine, tap by tap. */
export function denseDelaysEvaluation(engine: Engine): Promise<Workload> {
  return evaluation(engine, DenseKernel.of);
}
