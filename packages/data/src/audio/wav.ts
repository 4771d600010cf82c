import { checkOptions, checkText, warn } from "@myelin/core/checks";
import { checkBytes } from "../bytes/index.ts";
import type { Sound } from "./sound.ts";
import { openWav, type Wav } from "./wav-chunks.ts";
import { wavError } from "./wav-error.ts";
import { sampleType, type SampleType } from "./wav-samples.ts";

/**
 * Reads a WAV file: PCM of up to 32 bits, floating point, A-law or mu-law, in the forms RIFF, RIFX, RF64 and BW64, with
 * the plain or the extensible header. Several channels are mixed down to one, their mean. The rate stays as it is:
 * {@link resample} and the cochlea change it. Where a program wrote into a pipe and could not know the length, the
 * samples reach to the end of the file. Samples beyond full scale, which floating point can hold, are cut to it, counted
 * and said; samples that are not finite are refused.
 *
 * @throws FormatError if it is no WAV file, empty or damaged: a TruncatedError if it ends before its samples do, an
 * UnsupportedError if its encoding is another one
 * @example const { samples, sampleRate } = await readWav(bytes, { name: "zero.wav" });
 */
export async function readWav(bytes: Uint8Array, options: { readonly name: string }): Promise<Sound> {
  const { name } = checkOptions("readWav", options, { name: true }, '{ name: "zero.wav" }');
  checkText("readWav.name", name);
  const wav = await Promise.resolve(openWav(checkBytes("readWav", bytes), name));
  const type = sampleType(wav.format, name);
  const { samples, clipped } = mixDown(wav, type, name);
  if (samples.length === 0) throw wavError(name, "at least one sample", "none");
  if (clipped > 0) {
    warn(
      `readWav: ${name}: expected samples from -1 to 1, got ${clipped} beyond; they were cut to this range. ` +
        `Save the recording at a lower level.`,
    );
  }
  return { samples, sampleRate: wav.format.sampleRate, ...(clipped > 0 && { clipped }) };
}

/** Whole frames only: a pipe may break within one. */
function mixDown(
  { samples, format }: Wav,
  { bytes, read, fullScale }: SampleType,
  name: string,
): { readonly samples: Float32Array; readonly clipped: number } {
  const { channels, littleEndian } = format;
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const mixed = new Float32Array(Math.floor(samples.length / (channels * bytes)));
  let clipped = 0;
  for (let i = 0, at = 0; i < mixed.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += bytes) {
      const sample = read(view, at, littleEndian) / fullScale;
      if (!Number.isFinite(sample)) throw wavError(name, "finite samples", `${sample} as sample ${i}`);
      if (Math.abs(sample) > 1) clipped++;
      sum += Math.max(-1, Math.min(1, sample));
    }
    mixed[i] = sum / channels;
  }
  return { samples: mixed, clipped };
}
