import { wavError, wavTruncated } from "./wav-error.ts";
import { readFormat, type WavFormat } from "./wav-format.ts";

/** The samples of a WAV file as they are stored, and what they are. */
export interface Wav {
  readonly format: WavFormat;
  readonly samples: Uint8Array;
}

/** A part of the file: four letters, the length of what follows, and that many bytes. */
interface Chunk {
  readonly id: string;
  /** First byte behind the head. */
  readonly start: number;
  readonly size: number;
}

/** What the head of the file says. */
interface Head {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly name: string;
  /** Length of the samples in 64 bits, of RF64 and BW64. */
  readonly longSize: number | undefined;
}

const FORMS = ["RIFF", "RIFX", "RF64", "BW64"];
const HEAD_BYTES = 12;
const CHUNK_HEAD_BYTES = 8;

/**
 * From here on a length stands for "not known": FFmpeg writes 2^32 - 1 into a pipe, arecord 2^31 or little less, SoX
 * 2^31 - 4096.
 */
const LEAST_UNKNOWN_SIZE = 2 ** 31 - 4096;

/**
 * Finds format and samples among the chunks. Others are passed over, whatever follows the samples is not looked at.
 *
 * @throws FormatError if one is missing or the file is cut short
 * @source Microsoft & IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991 (RIFF); EBU Tech 3306
 * (RF64)
 */
export function openWav(bytes: Uint8Array, name: string): Wav {
  let head = readHead(bytes, name);
  let format: WavFormat | undefined;
  let samples: Chunk | undefined;
  for (let at = HEAD_BYTES; at + CHUNK_HEAD_BYTES <= bytes.length && !(format && samples);) {
    const chunk = readChunk(head, at);
    if (chunk.id === "ds64") head = { ...head, longSize: readLongSize(head, chunk) };
    if (chunk.id === "fmt ") format = readFormat(contents(head, chunk), head.littleEndian, name);
    if (chunk.id === "data") samples = chunk;
    at = end(head, chunk);
  }
  if (!format || !samples) {
    const missing = format ? 'samples in a part "data"' : 'a description of the samples in a part "fmt "';
    throw wavTruncated(name, missing, `${bytes.length} bytes without`);
  }
  return { format, samples: contents(head, samples) };
}

function readHead(bytes: Uint8Array, name: string): Head {
  const form = letters(bytes, 0);
  if (!FORMS.includes(form) || letters(bytes, 8) !== "WAVE") {
    throw wavError(name, "a WAV file", `${bytes.length} bytes beginning with "${form}"`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, bytes, littleEndian: form !== "RIFX", name, longSize: undefined };
}

function readChunk(head: Head, at: number): Chunk {
  const { bytes, view, littleEndian, longSize } = head;
  const chunk = {
    id: letters(bytes, at),
    start: at + CHUNK_HEAD_BYTES,
    size: view.getUint32(at + 4, littleEndian),
  };
  if (chunk.id !== "data") return chunk;
  const rest = bytes.length - chunk.start;
  if (chunk.size === 2 ** 32 - 1 && longSize) return { ...chunk, size: longSize };
  const isUnknown = chunk.size === 0 ? !isChain(head, chunk.start) : chunk.size >= LEAST_UNKNOWN_SIZE;
  return { ...chunk, size: isUnknown ? Math.min(rest, chunk.size || rest) : chunk.size };
}

/** The bytes of a chunk. */
function contents({ bytes, name }: Head, { id, start, size }: Chunk): Uint8Array {
  if (start + size <= bytes.length) return bytes.subarray(start, start + size);
  throw wavTruncated(name, `${size} bytes in its part "${id}"`, `${bytes.length - start}`);
}

/** Where the next chunk begins: at an even byte, but some programs leave the filling byte away. */
function end({ bytes }: Head, { start, size }: Chunk): number {
  const next = start + size;
  if (size % 2 === 0) return next;
  return isId(bytes, next) && !isId(bytes, next + 1) ? next : next + 1;
}

/** Whether chunks follow from here to the very end of the file, if anything does. */
function isChain(head: Head, at: number): boolean {
  const { bytes, view, littleEndian } = head;
  while (at + CHUNK_HEAD_BYTES <= bytes.length && isId(bytes, at)) {
    const size = view.getUint32(at + 4, littleEndian);
    at = end(head, { id: "", start: at + CHUNK_HEAD_BYTES, size });
  }
  return at === bytes.length || at === bytes.length + 1;
}

/** Length of the samples in the chunk "ds64": three numbers of 64 bits, of which it is the second. */
function readLongSize(head: Head, chunk: Chunk): number {
  const { byteLength, byteOffset, buffer } = contents(head, chunk);
  if (byteLength < 16) throw wavError(head.name, 'at least 16 bytes in its part "ds64"', `${byteLength}`);
  return Number(new DataView(buffer, byteOffset, byteLength).getBigUint64(8, head.littleEndian));
}

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4)).replace(/[^ -~]/g, "?");
}

/** Whether four letters, digits or spaces stand here, as at the beginning of a chunk. */
function isId(bytes: Uint8Array, at: number): boolean {
  return /^[\w ]{4}$/.test(String.fromCharCode(...bytes.subarray(at, at + 4)));
}
