import { checkOptions, checkText } from "@myelin/core";
import { checkBytes } from "../check-bytes.ts";
import type { Sound } from "./sound.ts";
import { openWav, type Wav } from "./wav-chunks.ts";
import { wavError } from "./wav-error.ts";
import { sampleType, type SampleType } from "./wav-samples.ts";

/**
 * Reads a WAV file: PCM of up to 32 bits, floating point, A-law or mu-law, in the forms RIFF, RIFX, RF64 and BW64, with
 * the plain or the extensible header. Several channels are mixed down to one, their mean. The rate stays as it is:
 * {@link resample} and the cochlea change it. Where a program wrote into a pipe and could not know the length, the
 * samples reach to the end of the file.
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
  const samples = mixDown(wav, type);
  if (samples.length === 0) throw wavError(name, "at least one sample", "none");
  const odd = samples.findIndex((sample) => !Number.isFinite(sample));
  if (odd >= 0) throw wavError(name, "finite samples", `${samples[odd]} as sample ${odd}`);
  return { samples, sampleRate: wav.format.sampleRate };
}

/** Whole frames only: a pipe may break within one. */
function mixDown({ samples, format }: Wav, { bytes, read, fullScale }: SampleType): Float32Array {
  const { channels, littleEndian } = format;
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const mixed = new Float32Array(Math.floor(samples.length / (channels * bytes)));
  for (let i = 0, at = 0; i < mixed.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += bytes) sum += read(view, at, littleEndian);
    mixed[i] = sum / (channels * fullScale);
  }
  return mixed;
}
