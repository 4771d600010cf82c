import { checkInstance, checkInteger, checkOptions } from "../checks.ts";
import {
  checkTensor,
  currentEngine,
  delayProducts,
  type Engine,
  noGrad,
  type Tensor,
} from "../engine/index.ts";
import { ShapeError } from "../errors.ts";
import { DelayLinear } from "./delay-linear.ts";

/**
 * Runs a layer with delays one time step at a time, with its delays rounded to whole steps as in
 * evaluation. What will arrive in the next Kd steps waits in a ring buffer, so that a step costs
 * what its own spikes cost, whatever their delays.
 */
export class DelayStream {
  readonly #layer: DelayLinear;
  readonly #engine: Engine;
  readonly #batch: number;
  /** [Kd, B, O]; the sums that arrive now stand at `#now`. */
  readonly #ring: Tensor;
  #now = 0;

  constructor(layer: DelayLinear, batch: number) {
    this.#layer = layer;
    this.#engine = currentEngine();
    this.#batch = checkInteger("delayStream.batch", batch, { min: 1 });
    this.#ring = this.#engine.persistent([layer.maxDelay, batch, layer.outFeatures]);
    this.reset();
  }

  /** Forgets all input so far. */
  reset(): void {
    const { size, storage: out } = this.#ring;
    this.#engine.backend.elementwise.fill(size, { out }, 0);
    this.#now = 0;
  }

  /**
   * The output of one time step: y[t] of the sequence that the inputs so far make.
   *
   * @param x f32 [B, I]
   * @returns f32 [B, O]
   * @throws ShapeError if `x` is not [B, I]
   */
  step(x: Tensor): Tensor {
    checkTensor("DelayStream.step", x);
    const { inFeatures, outFeatures, maxDelay } = this.#layer;
    if (x.shape.length !== 2 || x.shape[0] !== this.#batch || x.shape[1] !== inFeatures) {
      throw new ShapeError(
        `DelayStream.step: expected one time step [${this.#batch}, ${inFeatures}], got [${x.shape.join(", ")}]. ` +
          "A stream has a fixed batch; make one for each.",
      );
    }
    return noGrad(this.#engine, () => {
      const kernel = { shape: "max", sigma: 1, rounded: true } as const;
      const { weight, position } = this.#layer.dense();
      const reach = { outSteps: maxDelay, taps: maxDelay };
      const arrivals = delayProducts(x.viewAs([1, this.#batch, inFeatures]), weight, position, kernel, reach);
      this.#addToRing(arrivals);
      return this.#takeNow(outFeatures);
    });
  }

  /** Adds sums that arrive after 0 .. Kd - 1 steps. */
  #addToRing(arrivals: Tensor): void {
    const { elementwise } = this.#engine.backend;
    const buffers = { x: arrivals.storage, out: this.#ring.storage };
    const size = this.#ring.size / this.#layer.maxDelay;
    const [tail, head] = [(this.#layer.maxDelay - this.#now) * size, this.#now * size];
    elementwise.addRange({ length: tail, from: 0, to: head }, buffers);
    if (head > 0) elementwise.addRange({ length: head, from: tail, to: 0 }, buffers);
  }

  /** Hands out the sums that arrive now and clears their place. */
  #takeNow(outFeatures: number): Tensor {
    const { elementwise } = this.#engine.backend;
    const y = this.#engine.empty([this.#batch, outFeatures]);
    const ring = this.#ring.storage;
    const [length, now] = [y.size, this.#now * y.size];
    elementwise.copyRange({ length, from: now, to: 0 }, { x: ring, out: y.storage });
    elementwise.fillRange({ length, from: now, to: now }, { out: ring }, 0);
    this.#now = (this.#now + 1) % this.#layer.maxDelay;
    return y;
  }
}

/**
 * Step-by-step use of `layer`, for streams.
 *
 * @param options.batch how many streams run side by side; default 1
 * @example const stream = delayStream(layer); const y = stream.step(spikes);
 */
export function delayStream(layer: DelayLinear, options: { readonly batch?: number } = {}): DelayStream {
  checkOptions("delayStream", options, { batch: true });
  checkInstance("delayStream.layer", layer, DelayLinear, "a DelayLinear layer");
  return new DelayStream(layer, options.batch ?? 1);
}
