import { ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import { preEmphasis, resample, type Sound } from "../audio/index.ts";
import { streamKey } from "../random.ts";
import { BasilarMembrane, type BasilarMembraneOptions } from "./basilar-membrane.ts";
import { bushyCell, nerveFibres, type BushyCellOptions } from "./bushy-cell.ts";
import { checkStages } from "./check-stages.ts";
import { CochleaStream, type CochleaStreamOptions } from "./cochlea-stream.ts";
import { hairCell, type HairCellOptions } from "./hair-cell.ts";
import { SOUND_RATE, STEP_RATE } from "./rates.ts";
import { loadFFT, Spectra, type FFTClass } from "./spectra.ts";
import { TransferTable } from "./transfer-table.ts";

/** Options of {@link createCochlea}. */
export interface CochleaOptions {
  /** Places along the basilar membrane, from base (high tones) to apex; 700 if left out. */
  readonly channels?: number;
  /** Root mean square that every recording is brought to; 0.3 if left out. */
  readonly level?: number;
  /**
   * Seconds over which a recording is faded in, and out; half of it if left out, as the Heidelberg data sets were made.
   * That needs silence around a word: what is cut close loses its beginning and end.
   */
  readonly fade?: number;
  /**
   * Raises high tones before anything else: y[t] = x[t] - preEmphasis x[t - 1], at the recording's own rate; 0, which
   * changes nothing, if left out, as the Heidelberg data sets were made.
   */
  readonly preEmphasis?: number;
  readonly basilarMembrane?: BasilarMembraneOptions;
  readonly hairCell?: HairCellOptions;
  readonly bushyCell?: BushyCellOptions;
}

/** The spikes of one recording, in ascending order of time. */
export interface CochleaSpikes {
  /** Seconds since its start. */
  readonly times: Float32Array;
  /** The channel that fired: 0 is the base. */
  readonly units: Uint16Array;
  /** Length of the recording in seconds. */
  readonly duration: number;
}

/** Longest recording, in seconds. */
const MAX_SECONDS = 120;

const KNOWN = {
  ...({ channels: true, level: true, fade: true, preEmphasis: true } as const),
  ...({ basilarMembrane: true, hairCell: true, bushyCell: true } as const),
} as const;

/**
 * From sound to spikes, as the Heidelberg data sets were made:
 *
 *   1. pre-emphasised if asked for, resampled to 48 kHz, brought to one level, faded in and out by the halves of a Hann window
 *   2. basilar membrane: velocity at `channels` places, at 24 kHz
 *   3. hair cell: a chance of firing for 40 nerve fibres per place
 *   4. nerve fibres: which of them fire, at random
 *   5. bushy cell: one spike train per place
 *
 * The numbers of a recording depend on its sound and the seed alone.
 *
 * @source Cramer, Stradmann, Schemmel & Zenke 2020, "The Heidelberg spiking data sets for the systematic evaluation of
 * spiking neural networks", IEEE TNNLS, with the parameters of LAUSCHER, its program
 */
export class Cochlea {
  readonly channels: number;
  private readonly fade: number;
  private readonly preEmphasis: number;
  private readonly level: number;
  private readonly options: CochleaOptions;
  private readonly table: TransferTable;
  private readonly FFT: FFTClass;
  private spectra: Spectra | undefined;

  /** Use {@link createCochlea}. */
  constructor(options: CochleaOptions, FFT: FFTClass) {
    const { channels = 700, fade, basilarMembrane } = checkOptions("Cochlea", options, KNOWN);
    checkStages(options);
    checkInteger("Cochlea.channels", channels, { min: 1, max: 65_535 }, "The Heidelberg data sets have 700.");
    const hint = "Some 0.01 seconds avoid clicks.";
    this.fade = fade === undefined ? Infinity : checkNumber("Cochlea.fade", fade, { min: 0 }, hint);
    this.preEmphasis = checkNumber(
      "Cochlea.preEmphasis",
      options.preEmphasis ?? 0,
      { min: 0, max: 1 },
      "Speech processing uses 0.95 to 0.97.",
    );
    this.level = checkNumber("Cochlea.level", options.level ?? 0.3, { above: 0 }, "0.3 is that of SHD.");
    this.channels = channels;
    this.options = options;
    this.FFT = FFT;
    this.table = new TransferTable(new BasilarMembrane(basilarMembrane), channels, STEP_RATE);
  }

  /**
   * The spikes that a recording gives.
   *
   * @param seed of the nerve fibres: the same seed and sound give the same spikes
   * @param as how a stream would hear it: with a gain in place of one level for all recordings, and without fading. The
   * spikes are those of `stream` with the same seed and gain, for networks that are to hear a microphone
   * @throws MyelinError if it is longer than two minutes or has samples that are not finite
   */
  listen(sound: Sound, seed: number, as: Pick<CochleaStreamOptions, "gain"> = {}): CochleaSpikes {
    const { gain } = checkOptions("Cochlea.listen.as", as, { gain: true });
    if (gain !== undefined) return this.listenSteadily(sound, { seed, gain });
    const samples = this.prepare(sound);
    const steps = Math.floor(samples.length / 2) + 1;
    const spectra = this.spectraFor(steps);
    spectra.hear(samples, sound.sampleRate / 2);
    const fired: number[] = [];
    for (let channel = 0; channel < this.channels; channel += 2) {
      const second = channel + 1 < this.channels ? channel + 1 : undefined;
      spectra.respond(channel, second);
      this.fire(spectra.first, steps, channel, seed, fired);
      if (second !== undefined) this.fire(spectra.second, steps, second, seed, fired);
    }
    return { ...inOrder(fired, steps), duration: samples.length / SOUND_RATE };
  }

  /**
   * A cochlea that hears chunk after chunk of a sound without end, such as a microphone's; several may run at once.
   *
   * @throws MyelinError for an option out of range
   * @example
   *   const ear = cochlea.stream({ gain: 3 });
   *   const { times, units } = ear.listen(chunk); // samples at 48 kHz
   */
  stream(options: CochleaStreamOptions = {}): CochleaStream {
    const { hairCell: cell, bushyCell: bushy = {} } = this.options;
    const { channels, preEmphasis: raised, table, FFT } = this;
    const ear = { channels, preEmphasis: raised, hairCell: cell, bushyCell: bushy, table, FFT };
    return new CochleaStream(ear, options);
  }

  private listenSteadily(sound: Sound, options: CochleaStreamOptions): CochleaSpikes {
    requireLength(sound);
    const stream = this.stream(options);
    const samples = resample(sound, SOUND_RATE);
    const parts = [stream.listen(samples), stream.finish()];
    return {
      times: Float32Array.from(parts.flatMap(({ times }) => [...times])),
      units: Uint16Array.from(parts.flatMap(({ units }) => [...units])),
      duration: samples.length / SOUND_RATE,
    };
  }

  /** Steps 3 to 5 for one channel; appends step and channel of each spike. */
  private fire(velocity: Float64Array, steps: number, channel: number, seed: number, fired: number[]): void {
    const { hairCell: cell, bushyCell: bushy = {} } = this.options;
    const dt = 1 / STEP_RATE;
    hairCell(velocity, steps, dt, cell);
    nerveFibres(velocity, steps, dt, bushy, streamKey(seed, channel));
    bushyCell(velocity, steps, dt, bushy, (step) => fired.push(step, channel));
  }

  /** Step 1. */
  private prepare(sound: Sound): Float64Array {
    requireLength(sound);
    const samples = resample(preEmphasis(sound, this.preEmphasis), SOUND_RATE);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    if (!Number.isFinite(power)) {
      throw new ShapeError("Cochlea: expected finite samples, got some that are not. They have no loudness.");
    }
    const gain = power > 0 ? this.level / Math.sqrt(power) : 0;
    const slope = Math.min(Math.floor(samples.length / 2), Math.round(this.fade * SOUND_RATE));
    for (let i = 0; i < samples.length; i++) {
      const edge = Math.min(i, samples.length - 1 - i);
      const window = edge < slope ? 0.5 - 0.5 * Math.cos((2 * Math.PI * edge) / (2 * slope - 1)) : 1;
      samples[i] = samples[i]! * gain * window;
    }
    return samples;
  }

  /** The work arrays for recordings of about this length; kept for the next. */
  private spectraFor(steps: number): Spectra {
    const size = 2 ** Math.max(4, Math.ceil(Math.log2(steps)));
    if (this.spectra?.size !== size) this.spectra = new Spectra(size, STEP_RATE, this.table, this.FFT);
    return this.spectra;
  }
}

/**
 * Makes a cochlea, which works out the transfer functions of all its places: about a second for 700.
 *
 * @throws MyelinError unless there are 1 to 65,535 channels, a fade of at least 0 and a pre-emphasis of 0 to 1
 * @example
 *   const cochlea = await createCochlea({ channels: 70 });
 *   const { times, units } = cochlea.listen(await readWav(bytes, { name: "zero.wav" }), 1);
 */
export async function createCochlea(options: CochleaOptions = {}): Promise<Cochlea> {
  return new Cochlea(options, await loadFFT());
}

function requireLength({ samples, sampleRate }: Sound): void {
  const seconds = samples.length / sampleRate;
  if (seconds > 0 && seconds <= MAX_SECONDS) return;
  throw new ShapeError(
    `Cochlea: expected a recording of up to ${MAX_SECONDS} seconds, got ${seconds}. Cut it into words.`,
  );
}

/** Sorts pairs of step and channel, which are in order of channels, by step. */
function inOrder(fired: readonly number[], steps: number): Pick<CochleaSpikes, "times" | "units"> {
  const spikes = fired.length / 2;
  const starts = new Uint32Array(steps + 1);
  for (let i = 0; i < spikes; i++) starts[fired[2 * i]! + 1]!++;
  for (let step = 0; step < steps; step++) starts[step + 1]! += starts[step]!;
  const times = new Float32Array(spikes);
  const units = new Uint16Array(spikes);
  for (let i = 0; i < spikes; i++) {
    const step = fired[2 * i]!;
    const at = starts[step]!++;
    times[at] = step / STEP_RATE;
    units[at] = fired[2 * i + 1]!;
  }
  return { times, units };
}
