import { MyelinError, ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOptions, refuse } from "@myelin/core/checks";
import { streamKey } from "../random.ts";
import {
  bushyCell,
  bushyCellAtRest,
  type BushyCellOptions,
  type BushyCellState,
  fibresAtRest,
  type FibreState,
  nerveFibres,
} from "./bushy-cell.ts";
import { hairCell, hairCellAtRest, type HairCellOptions, type HairCellState } from "./hair-cell.ts";
import { SOUND_RATE, STEP_RATE } from "./rates.ts";
import { type FFTClass, Spectra } from "./spectra.ts";
import type { TransferTable } from "./transfer-table.ts";

/** Options of `Cochlea.stream`. */
export interface CochleaStreamOptions {
  /** Of the nerve fibres: the same seed and sound give the same spikes; 0 if left out. */
  readonly seed?: number;
  /** What samples are multiplied by, as a stream has no level that is known beforehand; 1 if left out. */
  readonly gain?: number;
}

/** The spikes that a chunk of sound has brought, in ascending order of time. */
export interface StreamedSpikes {
  /** Seconds since the stream began. */
  readonly times: Float64Array;
  /** The channel that fired: 0 is the base. */
  readonly units: Uint16Array;
  /** Seconds up to which all spikes are known now; the next chunk's come after. */
  readonly until: number;
}

/** What a stream takes of its cochlea. */
export interface Ear {
  readonly channels: number;
  readonly preEmphasis: number;
  readonly hairCell: HairCellOptions | undefined;
  readonly bushyCell: BushyCellOptions;
  readonly table: TransferTable;
  readonly FFT: FFTClass;
}

/** Steps (24 kHz) of a block: what is worked out at once. */
const BLOCK = 1024;
/** Steps of sound before and after a block that the membrane's response reaches. */
const BEFORE = 2816;
const AFTER = 256;
const WINDOW = BEFORE + BLOCK + AFTER;
/** Samples for each step. */
const SAMPLES = SOUND_RATE / STEP_RATE;
/** Room for the channel in a key that sorts spikes by step, then channel. */
const CHANNELS = 65_536;

/** What one place of the membrane carries from block to block. */
interface Place {
  readonly key: number;
  readonly hair: HairCellState;
  readonly fibres: FibreState;
  readonly bushy: BushyCellState;
}

/**
 * A cochlea that hears chunk after chunk; made by `Cochlea.stream`. It works block by block of 1,024 steps (43 ms), so
 * spikes come up to 53 ms late, and how the sound is cut into chunks changes none. Its memory does not grow.
 */
export class CochleaStream {
  readonly #ear: Ear;
  readonly #seed: number;
  readonly #gain: number;
  readonly #spectra: Spectra;
  /** The sound around the next block. */
  readonly #window = new Float64Array(SAMPLES * WINDOW);
  readonly #block = new Float64Array(BLOCK);
  #places: Place[] = [];
  /** How much of the window is filled. */
  #filled = 0;
  /** Samples heard, and steps worked out. */
  #heard = 0;
  #done = 0;
  #last = 0;
  #hasEnded = false;
  /** Spikes of the running call: step times CHANNELS plus channel. */
  readonly #fired: number[] = [];

  /** Use `Cochlea.stream`. */
  constructor(ear: Ear, options: CochleaStreamOptions) {
    const { seed = 0, gain = 1 } = checkOptions("Cochlea.stream", options, { seed: true, gain: true });
    this.#seed = checkInteger("Cochlea.stream.seed", seed, {});
    this.#gain = checkNumber("Cochlea.stream.gain", gain, { above: 0 }, "Speech has some 0.3 afterwards.");
    this.#ear = ear;
    this.#spectra = new Spectra(WINDOW, STEP_RATE, ear.table, ear.FFT);
    this.reset();
  }

  /**
   * The spikes that are known now and were not before.
   *
   * @param samples the next chunk, of any length, at 48 kHz
   * @throws ShapeError for samples that are not finite; the chunk is not heard then
   */
  listen(samples: Float32Array | Float64Array): StreamedSpikes {
    if (this.#hasEnded) {
      throw new MyelinError(
        "Cochlea.stream.listen: expected a stream that goes on, got one that `finish` has ended. `reset` begins anew.",
      );
    }
    if (!(samples instanceof Float32Array) && !(samples instanceof Float64Array))
      refuse("Cochlea.stream.listen", "a Float32Array or a Float64Array of samples at 48 kHz", samples);
    if (!samples.every(Number.isFinite)) {
      throw new ShapeError(
        "Cochlea.stream.listen: expected finite samples, got some that are not. They have no loudness.",
      );
    }
    this.#hear(samples);
    this.#heard += samples.length;
    return this.#spikes();
  }

  /** Ends the sound: the rest of its spikes. */
  finish(): StreamedSpikes {
    if (!this.#hasEnded && this.#heard > 0) {
      const steps = Math.floor(this.#heard / SAMPLES) + 1;
      while (this.#done < steps) {
        this.#window.fill(0, this.#filled);
        this.#work(Math.min(BLOCK, steps - this.#done));
      }
    }
    this.#hasEnded = true;
    return this.#spikes();
  }

  /** Forgets all sound so far. */
  reset(): void {
    const { channels, hairCell: cell, bushyCell: bushy } = this.#ear;
    this.#window.fill(0);
    [this.#filled, this.#heard, this.#done, this.#last] = [SAMPLES * BEFORE, 0, 0, 0];
    this.#hasEnded = false;
    this.#places = Array.from({ length: channels }, (_, channel) => ({
      key: streamKey(this.#seed, channel),
      hair: hairCellAtRest(cell),
      fibres: fibresAtRest(1 / STEP_RATE, bushy),
      bushy: bushyCellAtRest(),
    }));
  }

  #hear(samples: Float32Array | Float64Array): void {
    const { preEmphasis } = this.#ear;
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!;
      this.#window[this.#filled++] = (sample - preEmphasis * this.#last) * this.#gain;
      this.#last = sample;
      if (this.#filled === this.#window.length) this.#work(BLOCK);
    }
  }

  /** Works out the next block, or its first steps, and moves on. */
  #work(steps: number): void {
    const { channels } = this.#ear;
    const spectra = this.#spectra;
    spectra.hear(this.#window, SOUND_RATE / 2);
    for (let channel = 0; channel < channels; channel += 2) {
      const second = channel + 1 < channels ? channel + 1 : undefined;
      spectra.respond(channel, second);
      this.#fire(spectra.first, steps, channel);
      if (second !== undefined) this.#fire(spectra.second, steps, second);
    }
    this.#window.copyWithin(0, SAMPLES * BLOCK);
    this.#filled -= SAMPLES * BLOCK;
    this.#done += steps;
  }

  #fire(velocity: Float64Array, steps: number, channel: number): void {
    const { hairCell: cell, bushyCell: bushy } = this.#ear;
    const { key, hair, fibres, bushy: state } = this.#places[channel]!;
    const dt = 1 / STEP_RATE;
    const block = this.#block;
    block.set(velocity.subarray(BEFORE, BEFORE + BLOCK));
    hairCell(block, steps, dt, cell, hair);
    nerveFibres(block, steps, dt, bushy, key, fibres);
    const note = (step: number): void => void this.#fired.push((this.#done + step) * CHANNELS + channel);
    bushyCell(block, steps, dt, bushy, note, state);
  }

  #spikes(): StreamedSpikes {
    const keys = Float64Array.from(this.#fired).sort();
    this.#fired.length = 0;
    return {
      times: keys.map((key) => Math.floor(key / CHANNELS) / STEP_RATE),
      units: Uint16Array.from(keys, (key) => key % CHANNELS),
      until: Math.max(0, this.#done - 1) / STEP_RATE,
    };
  }
}
