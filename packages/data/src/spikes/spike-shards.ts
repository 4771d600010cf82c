import { formatError } from "../bytes/index.ts";

/** The samples of a packed spike file, time in milliseconds. */
export interface SpikeShard {
  /** uint8 [samples]. */
  readonly labels: Uint8Array;
  /** uint16 [samples]. */
  readonly speakers: Uint16Array;
  /** uint32 [samples + 1]: where each sample's spikes begin. */
  readonly offsets: Uint32Array;
  /** uint16 [spikes]: milliseconds since the start of the recording. */
  readonly milliseconds: Uint16Array;
  /** uint16 [spikes]. */
  readonly unitIds: Uint16Array;
}

const MAGIC = 0x31534853; // "SHS1", little endian
const SAMPLE_HEADER = 13;

/** Units of the packed files: a spike is stored as its millisecond times this, plus its unit. */
const UNITS = 700;

/**
 * Reads a packed file of spikes ("SHS1"), in which the regenerated SHD is passed on: u32 count, then for each sample u8
 * label, u8 speaker, u8 trial, u16 length in ms, u32 spikes, u32 bytes, and the ascending numbers `700 ms + unit` as
 * differences in LEB128. All little endian.
 *
 * @throws FormatError if the file is cut short or does not follow the format
 */
export function readSpikeShard(bytes: Uint8Array, { name }: { readonly name: string }): SpikeShard {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const problem = problemsOf(name);
  requireMagic(view, problem);
  const samples = sampleTable(view, problem);
  const offsets = new Uint32Array(samples.length + 1);
  samples.forEach(({ spikes }, i) => (offsets[i + 1] = offsets[i]! + spikes));
  const milliseconds = new Uint16Array(offsets[samples.length]!);
  const unitIds = new Uint16Array(milliseconds.length);
  for (const [i, { at, end, spikes }] of samples.entries()) {
    const stop = decodeSpikes(
      bytes.subarray(0, end),
      at,
      offsets[i]!,
      offsets[i + 1]!,
      milliseconds,
      unitIds,
    );
    if (stop !== end) throw problem(at, `${spikes} spikes in ${end - at} bytes`, "another number");
  }
  return {
    labels: Uint8Array.from(samples, ({ label }) => label),
    speakers: Uint16Array.from(samples, ({ speaker }) => speaker),
    offsets,
    milliseconds,
    unitIds,
  };
}

/** How far {@link readShardCount} reads. */
export const SHARD_HEADER_BYTES = 8;

/**
 * How many samples a packed file of spikes announces in its first {@link SHARD_HEADER_BYTES} bytes.
 *
 * @throws FormatError if it is no such file
 */
export function readShardCount(bytes: Uint8Array, { name }: { readonly name: string }): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  requireMagic(view, problemsOf(name));
  return view.getUint32(4, true);
}

function problemsOf(file: string): Problem {
  return (byte, expected, got, kind = "damaged") =>
    formatError({ reader: "readSpikeShard", file, byte, expected, got, hint: HINTS[kind], kind });
}

function requireMagic(view: DataView, problem: Problem): void {
  if (view.byteLength >= SHARD_HEADER_BYTES && view.getUint32(0, true) === MAGIC) return;
  throw problem(0, 'the letters "SHS1" and a count', `${view.byteLength} other bytes`);
}

type Problem = (byte: number, expected: string, got: string, kind?: keyof typeof HINTS) => Error;

const HINTS = {
  damaged: "The file is damaged or no packed spike file: get it again.",
  "cut short": "The file is cut short: get it again.",
} as const;

interface PackedSample {
  readonly label: number;
  readonly speaker: number;
  readonly spikes: number;
  /** Its differences are the bytes `at .. end - 1`. */
  readonly at: number;
  readonly end: number;
}

function sampleTable(view: DataView, problem: Problem): PackedSample[] {
  const count = view.getUint32(4, true);
  const samples: PackedSample[] = [];
  let at = SHARD_HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + SAMPLE_HEADER > view.byteLength) {
      throw problem(at, `${count} samples`, `the end after ${i}`, "cut short");
    }
    const spikes = view.getUint32(at + 5, true);
    const begin = at + SAMPLE_HEADER;
    const end = begin + view.getUint32(at + 9, true);
    // Each spike takes at least a byte, so that no count is believed which the data cannot hold.
    if (end > view.byteLength || spikes > end - begin) {
      const kind = end > view.byteLength ? "cut short" : "damaged";
      const expected = `sample ${i} of ${spikes} spikes within the file`;
      throw problem(at, expected, `${view.byteLength - begin} bytes`, kind);
    }
    samples.push({ label: view.getUint8(at), speaker: view.getUint8(at + 1), spikes, at: begin, end });
    at = end;
  }
  if (at !== view.byteLength) throw problem(at, "the end of the file", `${view.byteLength - at} bytes more`);
  return samples;
}

/** Decodes the spikes `from .. to - 1`; returns where it stopped, or -1 if the bytes end inside a number. */
function decodeSpikes(
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
  milliseconds: Uint16Array,
  unitIds: Uint16Array,
): number {
  let place = at;
  let flat = 0;
  for (let spike = from; spike < to; spike++) {
    let byte = 0x80;
    for (let shift = 0; byte & 0x80; shift += 7) {
      if (place >= bytes.length || shift > 28) return -1;
      byte = bytes[place++]!;
      flat += (byte & 0x7f) * 2 ** shift;
    }
    const millisecond = Math.floor(flat / UNITS);
    if (millisecond > 65535) return -1;
    milliseconds[spike] = millisecond;
    unitIds[spike] = flat - millisecond * UNITS;
  }
  return place;
}
