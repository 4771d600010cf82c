// The worker: trains the network and reports to the page. It has a thread of its own, so the page never waits for it.

import { createEngine } from "../../packages/core/dist/index.js";
import { BATCH, DigitReader, EPOCHS, PIXELS, TIME_STEPS } from "./network.js";

/** @typedef {import("./messages.js").Digits} Digits */
/** @typedef {import("./messages.js").FromWorker} FromWorker */
/** @typedef {import("./messages.js").ToWorker} ToWorker */
/** @typedef {import("../../packages/core/dist/index.js").Engine} Engine */

/** Training steps between two tests, and how many test images each uses. */
const TEST_EVERY = 100;
const TEST_IMAGES = 1000;
/** Digits that are shown at a time, and the milliseconds between two looks at their spikes. */
const SHOWN = 8;
const SAMPLE_INTERVAL = 400;
/** Milliseconds between two looks at the page's messages. */
const BREATH = 30;

/** @type {{ train: Digits, test: Digits } | undefined} */
let data;
let stopAsked = false;

/** @param {FromWorker} message */
function report(message) {
  self.postMessage(message);
}

/**
 * The numbers from `first`, `count` of them.
 *
 * @param {number} first
 * @param {number} count
 */
function range(first, count) {
  return Uint32Array.from({ length: count }, (_, i) => first + i);
}

/**
 * The numbers below `count` in an order drawn by the engine's generator.
 *
 * @param {Engine} engine
 * @param {number} count
 */
function shuffled(engine, count) {
  const order = range(0, count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(engine.random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

/**
 * @param {DigitReader} reader
 * @param {Digits} test
 * @param {number} first index of the first digit to show
 */
async function reportSample(reader, test, first) {
  const { predictions, hidden, output } = await reader.observe(test, range(first, SHOWN));
  const images = test.images.slice(first * PIXELS, (first + SHOWN) * PIXELS);
  report({ type: "sample", count: SHOWN, steps: TIME_STEPS, images, predictions, hidden, output });
}

/** Lets the page's messages in: they wait for as long as this thread is busy. */
function breathe() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** @param {() => void | Promise<unknown>} work done at most once in `interval` milliseconds @param {number} interval */
function atMostEvery(interval, work) {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < interval) return;
    await work();
    last = performance.now();
  };
}

/**
 * Trains until the end or until the page says stop.
 *
 * @param {Engine} engine
 * @param {{ train: Digits, test: Digits }} digits
 * @returns {Promise<boolean>} whether it came to the end
 */
async function train(engine, { train, test }) {
  const stepsPerEpoch = Math.floor(train.labels.length / BATCH);
  const reader = new DigitReader(engine, EPOCHS * stepsPerEpoch);
  let order = new Uint32Array();
  let step = 0;
  const look = atMostEvery(SAMPLE_INTERVAL, () => reportSample(reader, test, (step * SHOWN) % TEST_IMAGES));
  const listen = atMostEvery(BREATH, breathe);
  while (step < EPOCHS * stepsPerEpoch && !stopAsked) {
    const batch = step % stepsPerEpoch;
    if (batch === 0) order = shuffled(engine, train.labels.length);
    const begin = performance.now();
    const result = await reader.trainStep(train, order.subarray(batch * BATCH, (batch + 1) * BATCH));
    const imagesPerSecond = (1000 * BATCH) / (performance.now() - begin);
    report({ type: "step", step: ++step, imagesPerSecond, ...result });
    if (step % TEST_EVERY === 0) {
      report({ type: "test", step, accuracy: await reader.test(test, range(0, TEST_IMAGES)) });
    }
    await look();
    await listen();
  }
  return !stopAsked;
}

async function run() {
  if (!data) throw new Error("The digits have not arrived");
  stopAsked = false;
  const engine = await createEngine({ seed: 1 });
  try {
    report({ type: "started", backend: engine.backend.name, threads: engine.backend.threads });
    report({ type: "stopped", finished: await train(engine, data) });
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
