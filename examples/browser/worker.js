// The worker: trains the network and reports to the page. It has a thread of its own, so the page never waits for it.
// Import maps do not reach workers, hence the path; the core has no dependencies that would need one.

import {
  Adam,
  atan,
  backward,
  createEngine,
  KLIF,
  Linear,
  meanOverTime,
  noGrad,
  rateCrossEntropy,
  RepeatOverTime,
  Sequential,
  tensor,
} from "../../packages/core/dist/index.js";

/** @typedef {import("./messages.js").Digits} Digits */
/** @typedef {import("./messages.js").FromWorker} FromWorker */
/** @typedef {import("./messages.js").ToWorker} ToWorker */
/** @typedef {import("@myelin/core").Engine} Engine */
/** @typedef {import("@myelin/core").Module} Module */
/** @typedef {import("@myelin/core").Tensor} Tensor */

const PIXELS = 28 * 28;
const CLASSES = 10;
const HIDDEN = 128;
const TIME_STEPS = 8;
const BATCH = 100;
const EPOCHS = 5;
const LEARNING_RATE = 2e-3;
/** Training steps between two tests, and how many test images each uses. */
const TEST_EVERY = 100;
const TEST_IMAGES = 1000;
/** Milliseconds between two rasters, and between two looks at the page's messages. */
const SAMPLE_INTERVAL = 400;
const BREATH = 30;

/** @type {{ train: Digits, test: Digits } | undefined} */
let data;
let stopAsked = false;

/** @param {FromWorker} message */
function report(message) {
  self.postMessage(message);
}

function createNetwork() {
  const options = { tau: 2, surrogate: atan(), detachReset: true };
  return new Sequential({
    encoder: new Linear(PIXELS, HIDDEN),
    time: new RepeatOverTime(TIME_STEPS),
    hidden: new KLIF(options),
    readout: new Linear(HIDDEN, CLASSES),
    output: new KLIF(options),
  });
}

/**
 * The images at `indices` as a tensor [B, 784] on the scale 0 .. 1, and their labels [B].
 *
 * @param {Digits} digits
 * @param {ArrayLike<number>} indices
 */
function makeBatch({ images, labels }, indices) {
  const count = indices.length;
  const x = new Float32Array(count * PIXELS);
  const y = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const index = indices[i] ?? 0;
    y[i] = labels[index] ?? 0;
    for (let p = 0; p < PIXELS; p++) x[i * PIXELS + p] = (images[index * PIXELS + p] ?? 0) / 255;
  }
  return { x: tensor(x, [count, PIXELS]), labels: y };
}

/**
 * The numbers below `count` in an order drawn by `engine.random`.
 *
 * @param {Engine} engine
 * @param {number} count
 */
function shuffled(engine, count) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(engine.random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

/**
 * @param {Float32Array} rates [B, 10]
 * @param {number} row
 */
function strongest(rates, row) {
  const own = rates.subarray(row * CLASSES, (row + 1) * CLASSES);
  return own.indexOf(Math.max(...own));
}

/**
 * How many of a batch are read right, by the output neuron that fires most.
 *
 * @param {Tensor} spikes [T, B, 10]
 * @param {Float32Array} labels
 */
async function countRight(spikes, labels) {
  const rates = await meanOverTime(spikes).data();
  return labels.reduce((sum, label, row) => sum + Number(strongest(rates, row) === label), 0);
}

/**
 * One step of gradient descent.
 *
 * @param {Engine} engine
 * @param {Sequential} net
 * @param {Adam} optimizer
 * @param {Uint32Array} indices
 */
function trainStep(engine, net, optimizer, indices) {
  return engine.step(async () => {
    const { x, labels } = makeBatch(required().train, indices);
    const spikes = net.forward(x);
    const loss = rateCrossEntropy(spikes, tensor(labels));
    backward(loss);
    optimizer.step();
    return {
      loss: await loss.item(),
      accuracy: (await countRight(spikes, labels)) / labels.length,
      firingRate: mean(await hiddenSpikes(net).data()),
    };
  });
}

/** @param {Sequential} net */
function hiddenSpikes(net) {
  const hidden = /** @type {KLIF} */ (net.get("hidden"));
  return /** @type {Tensor} */ (hidden.lastSpikes);
}

/** @param {Float32Array} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Accuracy on the first test images.
 *
 * @param {Engine} engine
 * @param {Sequential} net
 */
async function test(engine, net) {
  const indices = Uint32Array.from({ length: TEST_IMAGES }, (_, i) => i);
  const right = await engine.step(() =>
    noGrad(engine, () => {
      const { x, labels } = makeBatch(required().test, indices);
      return countRight(net.forward(x), labels);
    }),
  );
  return right / TEST_IMAGES;
}

/**
 * The spikes that one test image causes.
 *
 * @param {Engine} engine
 * @param {Sequential} net
 * @param {number} index
 */
function recordSample(engine, net, index) {
  const { test } = required();
  return engine.step(async () => {
    const { x } = makeBatch(test, [index]);
    const output = noGrad(engine, () => net.forward(x));
    const rates = await meanOverTime(output).data();
    report({
      type: "sample",
      image: test.images.slice(index * PIXELS, (index + 1) * PIXELS),
      label: test.labels[index] ?? 0,
      prediction: strongest(rates, 0),
      hidden: { neurons: HIDDEN, spikes: Uint8Array.from(await hiddenSpikes(net).data()) },
      output: { neurons: CLASSES, spikes: Uint8Array.from(await output.data()) },
    });
  });
}

function required() {
  if (!data) throw new Error("The digits have not arrived");
  return data;
}

/** Lets the page's messages in: they wait for as long as this thread is busy. */
function breathe() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** @param {Engine} engine */
async function train(engine) {
  const net = createNetwork();
  const optimizer = new Adam(net.parameters(), { lr: LEARNING_RATE });
  const count = required().train.labels.length;
  let step = 0;
  let lastSample = -Infinity;
  let lastBreath = performance.now();
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = shuffled(engine, count);
    for (let from = 0; from + BATCH <= count; from += BATCH) {
      const begin = performance.now();
      const result = await trainStep(engine, net, optimizer, order.subarray(from, from + BATCH));
      const imagesPerSecond = (1000 * BATCH) / (performance.now() - begin);
      report({ type: "step", step: ++step, imagesPerSecond, ...result });
      if (step % TEST_EVERY === 0) report({ type: "test", step, accuracy: await test(engine, net) });
      if (performance.now() - lastSample > SAMPLE_INTERVAL) {
        await recordSample(engine, net, step % TEST_IMAGES);
        lastSample = performance.now();
      }
      if (performance.now() - lastBreath > BREATH) {
        await breathe();
        lastBreath = performance.now();
      }
      if (stopAsked) return false;
    }
  }
  return true;
}

async function run() {
  stopAsked = false;
  const engine = await createEngine({ seed: 1 });
  try {
    report({ type: "started", backend: engine.backend.name, threads: engine.backend.threads });
    report({ type: "stopped", finished: await train(engine) });
  } finally {
    await engine.dispose();
  }
}

self.addEventListener("message", ({ data: message }) => {
  const order = /** @type {ToWorker} */ (message);
  if (order.type === "data") data = order;
  if (order.type === "stop") stopAsked = true;
  if (order.type === "start") {
    run().catch((/** @type {unknown} */ error) => report({ type: "failed", message: String(error) }));
  }
});
