// The network of recipes/quickstart.yaml, without the recipe's random shifts of the images.
// Import maps do not reach workers, hence the path; the core has no dependencies that would need one.

import {
  Adam,
  atan,
  backward,
  Dropout,
  KLIF,
  Linear,
  meanOverTime,
  noGrad,
  oneCycle,
  rateMse,
  RepeatOverTime,
  Sequential,
  tensor,
  Vote,
} from "../../packages/core/dist/index.js";

/** @typedef {import("./messages.js").Digits} Digits */
/** @typedef {import("../../packages/core/dist/index.js").Engine} Engine */
/** @typedef {import("../../packages/core/dist/index.js").Tensor} Tensor */

export const PIXELS = 28 * 28;
export const CLASSES = 10;
export const HIDDEN = 512;
export const TIME_STEPS = 4;
export const BATCH = 128;
export const EPOCHS = 10;
const VOTERS = 4;
const LEARNING_RATE = 0.004;

/** The network with what trains it. */
export class DigitReader {
  #engine;
  #net = createNetwork();
  #optimizer = new Adam(this.#net.parameters(), { lr: LEARNING_RATE });
  #schedule;
  #step = 0;

  /**
   * @param {Engine} engine
   * @param {number} totalSteps of the whole training
   */
  constructor(engine, totalSteps) {
    this.#engine = engine;
    this.#schedule = oneCycle({ maxLr: LEARNING_RATE, totalSteps });
  }

  /**
   * One step of gradient descent.
   *
   * @param {Digits} digits
   * @param {Uint32Array} indices which of them
   * @returns {Promise<{ loss: number, accuracy: number, firingRate: number }>} of this batch
   */
  trainStep(digits, indices) {
    this.#net.train();
    this.#schedule.apply(this.#optimizer, this.#step++);
    return this.#engine.step(async () => {
      const { x, labels } = makeBatch(digits, indices);
      const output = this.#net.forward(x);
      const loss = rateMse(output, tensor(labels));
      backward(loss);
      this.#optimizer.step();
      return {
        loss: await loss.item(),
        accuracy: shareOfEqual(await predictions(output), labels),
        firingRate: mean(await spikesOf(this.#net, "hidden").data()),
      };
    });
  }

  /**
   * Accuracy without training.
   *
   * @param {Digits} digits
   * @param {Uint32Array} indices
   */
  test(digits, indices) {
    return this.#look(digits, indices, async (output, labels) =>
      shareOfEqual(await predictions(output), labels),
    );
  }

  /**
   * What the network makes of some images: predictions, and the spikes of each layer as [T, B, neurons].
   *
   * @param {Digits} digits
   * @param {Uint32Array} indices
   */
  observe(digits, indices) {
    return this.#look(digits, indices, async (output) => ({
      predictions: await predictions(output),
      hidden: Uint8Array.from(await spikesOf(this.#net, "hidden").data()),
      output: Uint8Array.from(await spikesOf(this.#net, "output").data()),
    }));
  }

  /**
   * @template Result
   * @param {Digits} digits
   * @param {Uint32Array} indices
   * @param {(output: Tensor, labels: Float32Array) => Promise<Result>} look
   */
  #look(digits, indices, look) {
    this.#net.eval();
    return this.#engine.step(() => {
      const { x, labels } = makeBatch(digits, indices);
      return look(
        noGrad(this.#engine, () => this.#net.forward(x)),
        labels,
      );
    });
  }
}

function createNetwork() {
  const options = { tau: 2, surrogate: atan({ alpha: 2 }), detachReset: true };
  return new Sequential({
    encoder: new Linear(PIXELS, HIDDEN),
    time: new RepeatOverTime(TIME_STEPS),
    hidden: new KLIF(options),
    dropout: new Dropout(0.2),
    readout: new Linear(HIDDEN, CLASSES * VOTERS),
    output: new KLIF(options),
    vote: new Vote(VOTERS),
  });
}

/**
 * The images at `indices` as a tensor [B, 784] on the scale 0 .. 1, and their labels [B].
 *
 * @param {Digits} digits
 * @param {Uint32Array} indices
 */
function makeBatch({ images, labels }, indices) {
  const x = new Float32Array(indices.length * PIXELS);
  indices.forEach((index, row) => {
    for (let p = 0; p < PIXELS; p++) x[row * PIXELS + p] = (images[index * PIXELS + p] ?? 0) / 255;
  });
  return {
    x: tensor(x, [indices.length, PIXELS]),
    labels: Float32Array.from(indices, (index) => labels[index] ?? 0),
  };
}

/**
 * @param {Sequential} net
 * @param {"hidden" | "output"} layer
 */
function spikesOf(net, layer) {
  const neurons = /** @type {KLIF} */ (net.get(layer));
  return /** @type {Tensor} */ (neurons.lastSpikes);
}

/**
 * For each sample the class whose neurons fire most.
 *
 * @param {Tensor} output [T, B, 10]
 */
async function predictions(output) {
  const rates = await meanOverTime(output).data();
  return Array.from({ length: rates.length / CLASSES }, (_, row) => {
    const own = rates.subarray(row * CLASSES, (row + 1) * CLASSES);
    return own.indexOf(Math.max(...own));
  });
}

/**
 * @param {number[]} predicted
 * @param {Float32Array} labels
 */
function shareOfEqual(predicted, labels) {
  return predicted.filter((one, at) => one === labels[at]).length / labels.length;
}

/** @param {Float32Array} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
