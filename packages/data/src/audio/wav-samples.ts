import { wavUnsupported } from "./wav-error.ts";
import type { WavFormat } from "./wav-format.ts";

/** How samples are stored. */
export interface SampleType {
  readonly bytes: number;
  /** What stands for 1. */
  readonly fullScale: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** PCM by the bytes of a sample. Fewer bits than fit stand at the top, so that the scale is the container's. */
const PCM: readonly SampleType[] = [
  { bytes: 1, fullScale: 2 ** 7, read: (view, at) => view.getUint8(at) - 128 },
  { bytes: 2, fullScale: 2 ** 15, read: (view, at, little) => view.getInt16(at, little) },
  { bytes: 3, fullScale: 2 ** 23, read: int24 },
  { bytes: 4, fullScale: 2 ** 31, read: (view, at, little) => view.getInt32(at, little) },
];

const FLOAT: readonly SampleType[] = [
  { bytes: 4, fullScale: 1, read: (view, at, little) => view.getFloat32(at, little) },
  { bytes: 8, fullScale: 1, read: (view, at, little) => view.getFloat64(at, little) },
];

/** All encodings that are read, by their registered numbers. */
const READ: ReadonlyMap<number, readonly SampleType[]> = new Map([
  [1, PCM],
  [3, FLOAT],
  [6, [{ bytes: 1, fullScale: 2 ** 15, read: (view: DataView, at: number) => aLaw(view.getUint8(at)) }]],
  [7, [{ bytes: 1, fullScale: 2 ** 15, read: (view: DataView, at: number) => muLaw(view.getUint8(at)) }]],
]);

/** Some that are not, for messages. */
const NAMES: Readonly<Record<number, string>> = {
  0x02: "ADPCM",
  0x11: "IMA ADPCM",
  0x31: "GSM 6.10",
  0x50: "MPEG",
  0x55: "MP3",
  0xff: "AAC",
};

/** @throws UnsupportedError for other encodings and sizes */
export function sampleType({ encoding, sampleBytes }: WavFormat, name: string): SampleType {
  const types = READ.get(encoding);
  const type = types?.find(({ bytes }) => bytes === sampleBytes);
  if (type) return type;
  const known = NAMES[encoding] ?? `encoding 0x${encoding.toString(16).padStart(4, "0")}`;
  const got = types ? `samples of ${sampleBytes} bytes` : known;
  throw wavUnsupported(name, "PCM or floating-point samples, A-law or mu-law", got);
}

function int24(view: DataView, at: number, littleEndian: boolean): number {
  const [low, high] = littleEndian ? [at, at + 2] : [at + 2, at];
  return view.getUint8(low) + 256 * view.getUint8(at + 1) + 65536 * view.getInt8(high);
}

/** @source ITU-T G.711, table 1; on the scale of 16 bits */
function aLaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = (code & 15) << 4;
  const size = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return code & 0x80 ? size : -size;
}

/** @source ITU-T G.711, table 2; on the scale of 16 bits */
function muLaw(byte: number): number {
  const code = ~byte & 0xff;
  const size = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return code & 0x80 ? -size : size;
}
