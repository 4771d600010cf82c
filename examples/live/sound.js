// From a microphone to bands of pitch: a cochlea, and a network on its spikes, step by step.
import { LeakyIntegrator, LIF, Linear, Sequential } from "@myelin/core";
import { createCochlea } from "@myelin/data/browser";

const CHANNELS = 70;
const BANDS = 7;
/** Seconds of a step of the network. */
const STEP = 0.01;
/** What brings speech at a microphone to the loudness of the Heidelberg data sets. */
const GAIN = 3;

/** Neurons that each listen to neighbouring channels, from high tones (the base) to low ones, and what they fire lately. */
function bandNetwork() {
  const wiring = new Linear(CHANNELS, BANDS, { bias: false });
  const width = CHANNELS / BANDS;
  wiring.weight.set(
    Float32Array.from({ length: BANDS * CHANNELS }, (_, i) =>
      Math.floor((i % CHANNELS) / width) === Math.floor(i / CHANNELS) ? 1 : 0,
    ),
  );
  const neurons = new LIF({ tau: 2, decayInput: false, vThreshold: 2 });
  return new Sequential({ wiring, neurons, lately: new LeakyIntegrator({ tau: 10 }) }).eval();
}

/** What of a channel's spikes falls into one step after the other. */
class Steps {
  #pending = new Float32Array(CHANNELS);
  #step = 0;
  #ready = new Float32Array(CHANNELS);

  /**
   * Adds spikes, and calls `take` for every step that is complete.
   *
   * @param {import("@myelin/data/browser").StreamedSpikes} spikes
   * @param {(spikes: Float32Array, step: number) => void} take
   */
  add({ times, units, until }, take) {
    for (let i = 0; i < times.length; i++) {
      this.#advanceTo(Math.floor((times[i] ?? 0) / STEP), take);
      this.#pending[units[i] ?? 0] = 1;
    }
    this.#advanceTo(Math.floor(until / STEP), take);
  }

  /** @param {number} step @param {(spikes: Float32Array, step: number) => void} take */
  #advanceTo(step, take) {
    while (this.#step < step) {
      this.#ready.set(this.#pending);
      this.#pending.fill(0);
      take(this.#ready, ++this.#step);
    }
  }
}

/**
 * @typedef {object} Heard
 * @property {number} step
 * @property {Float32Array} spikes 1 for channels that fired
 * @property {Float32Array} bands how active each band is
 * @property {string} loudest
 * @property {number} milliseconds that the network's step took
 */

/**
 * Listens until the page goes.
 *
 * @param {MediaStream} media
 * @param {(heard: Heard) => void} show
 */
export async function hear(media, show) {
  const cochlea = await createCochlea({ channels: CHANNELS });
  const ear = cochlea.stream({ gain: GAIN });
  const stream = bandNetwork().stream({ input: [CHANNELS] });
  const steps = new Steps();
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.audioWorklet.addModule(new URL("./capture.js", import.meta.url));
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  capture.port.onmessage = ({ data }) => {
    steps.add(ear.listen(/** @type {Float32Array} */ (data)), (spikes, step) => void look(spikes, step));
  };
  context.createMediaStreamSource(media).connect(capture);
  await context.resume();

  /** @param {Float32Array} spikes @param {number} step */
  async function look(spikes, step) {
    const begin = performance.now();
    const bands = await stream.step(spikes).data();
    const milliseconds = performance.now() - begin;
    const most = bands.indexOf(Math.max(...bands));
    const loudest = (bands[most] ?? 0) > 0.01 ? `${most + 1} of ${BANDS}` : "none";
    show({ step, spikes, bands, loudest, milliseconds });
  }
}
