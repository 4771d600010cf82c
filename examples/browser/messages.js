// What the page and its worker tell each other; types alone.

/**
 * @typedef {object} Digits
 * @property {Uint8Array} images [count, 28, 28]
 * @property {Uint8Array} labels [count]
 */

/** @typedef {{ type: "data", train: Digits, test: Digits } | { type: "start" } | { type: "stop" }} ToWorker */

/**
 * @typedef {object} StepReport
 * @property {"step"} type
 * @property {number} step
 * @property {number} loss
 * @property {number} accuracy share of the batch that was read right
 * @property {number} imagesPerSecond
 * @property {number} firingRate mean of the hidden layer, spikes a neuron and time step
 */

/**
 * What the network made of some test digits; spikes as [steps, count, neurons].
 *
 * @typedef {object} SampleReport
 * @property {"sample"} type
 * @property {number} count
 * @property {number} steps
 * @property {Uint8Array} images [count, 28, 28]
 * @property {number[]} predictions
 * @property {Uint8Array} hidden
 * @property {Uint8Array} output neurons of one class are neighbours
 */

/**
 * @typedef {{ type: "started", backend: string, threads: number }
 *   | StepReport
 *   | { type: "test", step: number, accuracy: number }
 *   | SampleReport
 *   | { type: "stopped", finished: boolean }
 *   | { type: "failed", message: string }} FromWorker
 */

export {};
