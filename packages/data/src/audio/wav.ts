import { FormatError } from "@myelin/core";
import type * as wavefile from "wavefile";
import type { Sound } from "./sound.ts";

/** Size of the smallest header of a WAV file, before any sample. */
const HEADER_BYTES = 44;

/** Full scale of the integer formats, by the library's name of each; floating point has 1. */
const FULL_SCALE: Readonly<Record<string, number>> = {
  "8": 128,
  "16": 2 ** 15,
  "24": 2 ** 23,
  "32": 2 ** 31,
  "32f": 1,
  "64": 1,
};

/**
 * Reads a WAV file: PCM of 8 to 32 bits, floating point, A-law or mu-law. Several channels are mixed down to one, their
 * mean. The rate stays as it is: {@link resample} and the cochlea change it.
 *
 * @throws FormatError if it is no WAV file, cut short, empty or of another encoding
 * @example const { samples, sampleRate } = await readWav(bytes, { name: "zero.wav" });
 */
export async function readWav(bytes: Uint8Array, { name }: { readonly name: string }): Promise<Sound> {
  if (bytes.length < HEADER_BYTES || ascii(bytes, 0) !== "RIFF" || ascii(bytes, 8) !== "WAVE") {
    throw wavError(name, "a WAV file", `${bytes.length} bytes beginning with "${ascii(bytes, 0)}"`);
  }
  requireWhole(bytes, name);
  const wav = parse(await loadWaveFile(), bytes, name);
  const scale = FULL_SCALE[wav.bitDepth];
  const { sampleRate, numChannels } = wav.fmt as { sampleRate: number; numChannels: number };
  if (scale === undefined || !(sampleRate > 0) || !(numChannels > 0)) {
    const got = `${wav.bitDepth} bits, ${numChannels} channels at ${sampleRate} Hz`;
    throw wavError(name, "PCM or floating-point samples", got);
  }
  const channels = decode(wav, numChannels, name);
  const length = channels[0]!.length;
  if (length === 0) throw wavError(name, "at least one sample", "none");
  return { samples: mixDown(channels, bytes8(wav.bitDepth), scale), sampleRate };
}

type WaveFileClass = typeof wavefile.WaveFile;
type WaveFile = InstanceType<WaveFileClass>;

/** The library's class; Node sees it inside the default export, bundlers by its name. */
async function loadWaveFile(): Promise<WaveFileClass> {
  const library = (await import("wavefile")) as Partial<typeof wavefile> & { default?: typeof wavefile };
  return (library.WaveFile ?? library.default?.WaveFile)!;
}

function parse(Library: WaveFileClass, bytes: Uint8Array, name: string): WaveFile {
  try {
    const wav = new Library(bytes);
    if (wav.bitDepth === "8a") wav.fromALaw();
    if (wav.bitDepth === "8m") wav.fromMuLaw();
    return wav;
  } catch (cause) {
    throw wavError(name, "a whole WAV file", cause instanceof Error ? cause.message : String(cause));
  }
}

/** The samples of each channel, in the numbers of the file. */
function decode(wav: WaveFile, channels: number, name: string): ArrayLike<number>[] {
  try {
    const samples = wav.getSamples(false, Float64Array) as unknown as Float64Array | Float64Array[];
    return channels === 1 ? [samples as Float64Array] : (samples as Float64Array[]);
  } catch (cause) {
    throw wavError(name, "whole samples", cause instanceof Error ? cause.message : String(cause));
  }
}

/** 8-bit samples are stored above 0, with silence in the middle. */
function bytes8(bitDepth: string): number {
  return bitDepth === "8" ? 128 : 0;
}

function mixDown(channels: readonly ArrayLike<number>[], silence: number, scale: number): Float32Array {
  return Float32Array.from({ length: channels[0]!.length }, (_, i) => {
    let sum = 0;
    for (const channel of channels) sum += channel[i]! - silence;
    return sum / (channels.length * scale);
  });
}

/** Walks over the chunks: the library would take one that ends early for whole. */
function requireWhole(bytes: Uint8Array, name: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > bytes.length) {
      const got = `${bytes.length - at - 8}`;
      throw wavError(name, `${size} bytes in its part "${ascii(bytes, at)}"`, got);
    }
    at += 8 + size + (size % 2);
  }
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4)).replace(/[^ -~]/g, "?");
}

function wavError(name: string, expected: string, got: string): FormatError {
  return new FormatError(
    `readWav: ${name}: expected ${expected}, got ${got}. Check that the recording is whole and save it as WAV.`,
  );
}
