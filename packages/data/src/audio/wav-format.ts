import { wavError, wavTruncated, wavUnsupported } from "./wav-error.ts";

/** What the samples of a WAV file are. */
export interface WavFormat {
  /** As registered for WAV: 1 PCM, 3 floating point, 6 A-law, 7 mu-law; of the extensible form, what it stands for. */
  readonly encoding: number;
  readonly channels: number;
  readonly sampleRate: number;
  /** Bytes that a sample of one channel takes. */
  readonly sampleBytes: number;
  readonly littleEndian: boolean;
}

const PLAIN_BYTES = 16;
const EXTENSIBLE = 0xfffe;
const EXTENSIBLE_BYTES = 40;

/** What follows the encoding in the identifier of the extensible form, for encodings that are registered. */
const REGISTERED = "000000001000800000aa00389b71";

/** Reads the chunk "fmt ", plain or extensible. */
export function readFormat(bytes: Uint8Array, littleEndian: boolean, name: string): WavFormat {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = bytes.length < 2 ? 0 : view.getUint16(0, littleEndian);
  const wanted = tag === EXTENSIBLE ? EXTENSIBLE_BYTES : PLAIN_BYTES;
  if (bytes.length < wanted)
    throw wavTruncated(name, `${wanted} bytes in its part "fmt "`, `${bytes.length}`);
  const channels = view.getUint16(2, littleEndian);
  const sampleRate = view.getUint32(4, littleEndian);
  const bits = view.getUint16(14, littleEndian);
  if (channels === 0 || sampleRate === 0) {
    throw wavError(name, "channels and a sample rate", `${channels} channels at ${sampleRate} Hz`);
  }
  const frameBytes = view.getUint16(12, littleEndian) || channels * Math.ceil(bits / 8);
  const encoding = tag === EXTENSIBLE ? extendedEncoding(bytes, name) : tag;
  return { encoding, channels, sampleRate, sampleBytes: frameBytes / channels, littleEndian };
}

/** The first two bytes of an identifier whose others say that the encoding is a registered one. */
function extendedEncoding(bytes: Uint8Array, name: string): number {
  const others = Array.from(bytes.subarray(26, 40), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (others === REGISTERED) return bytes[24]! + 256 * bytes[25]!;
  throw wavUnsupported(name, "an encoding that is registered for WAV", `the identifier ..${others}`);
}
