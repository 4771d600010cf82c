import lz4 from "lz4js";
import { ZSTDDecoder } from "zstddec";
import { viewOf } from "../../decoding/index.ts";

/** No packet of a real recording is larger, compressed or not. */
export const MAX_PACKET_BYTES = 256 * 2 ** 20;

/** Decompresses a packet; undefined if it is damaged or larger than {@link MAX_PACKET_BYTES}. */
export type Decompress = (bytes: Uint8Array) => Uint8Array | undefined;

/** Whether bytes start as a frame of one of the methods does. */
export function isCompressed(bytes: Uint8Array): boolean {
  const magic = bytes.length < 4 ? 0 : viewOf(bytes).getUint32(0, true);
  return magic === LZ4_MAGIC || magic === ZSTD_MAGIC;
}

/** The methods by their number in the header of a file: none, LZ4 (two levels), zstd (two levels). */
export async function decompressorOf(compression: number): Promise<Decompress | undefined> {
  if (compression === 0) return (bytes) => bytes;
  if (compression === 1 || compression === 2) return lz4Frames();
  if (compression === 3 || compression === 4) return zstdFrames();
  return undefined;
}

const LZ4_MAGIC = 0x184d2204;
/** Largest block by its code in the frame's header. */
const LZ4_BLOCK_BYTES = new Map([
  [4, 2 ** 16],
  [5, 2 ** 18],
  [6, 2 ** 20],
  [7, 2 ** 22],
]);
const LZ4_STORED = 0x80000000;

/**
 * Takes LZ4 frames apart; the library decompresses the blocks. Its own function for frames asks the frame how much
 * memory it wants.
 */
function lz4Frames(): Decompress {
  let output = new Uint8Array(2 ** 20);
  return (bytes) => {
    const frame = openLz4Frame(bytes);
    if (!frame) return undefined;
    const view = viewOf(bytes);
    let length = 0;
    for (let at = frame.start; at + 4 <= bytes.length;) {
      const word = view.getUint32(at, true);
      if (word === 0) return output.subarray(0, length);
      const size = word & ~LZ4_STORED;
      at += 4;
      if (size > frame.blockBytes || at + size > bytes.length) return undefined;
      const limit = length + frame.blockBytes;
      if (limit > MAX_PACKET_BYTES) return undefined;
      if (limit > output.length) output = enlarged(output, length, limit);
      if (word & LZ4_STORED) output.set(bytes.subarray(at, at + size), length);
      length = word & LZ4_STORED ? length + size : lz4.decompressBlock(bytes, output, at, size, length);
      if (!(length <= limit)) return undefined;
      at += size + frame.checksumBytes;
    }
    return undefined;
  };
}

function openLz4Frame(
  bytes: Uint8Array,
): { readonly start: number; readonly blockBytes: number; readonly checksumBytes: number } | undefined {
  if (bytes.length < 7) return undefined;
  const magic = viewOf(bytes).getUint32(0, true);
  const flags = bytes[4]!;
  const blockBytes = LZ4_BLOCK_BYTES.get((bytes[5]! >> 4) & 7);
  if (magic !== LZ4_MAGIC || flags >> 6 !== 1 || !blockBytes) return undefined;
  const contentSize = flags & 8 ? 8 : 0;
  const dictionary = flags & 1 ? 4 : 0;
  return { start: 7 + contentSize + dictionary, blockBytes, checksumBytes: flags & 16 ? 4 : 0 };
}

function enlarged(output: Uint8Array, length: number, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * output.length, atLeast));
  larger.set(output.subarray(0, length));
  return larger;
}

const ZSTD_MAGIC = 0xfd2fb528;

async function zstdFrames(): Promise<Decompress> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (bytes) => {
    const claimed = zstdContentSize(bytes);
    if (claimed === undefined || claimed > MAX_PACKET_BYTES) return undefined;
    if (claimed > 0) return whole(decoder.decode(bytes, claimed));
    // A frame need not say its size: try with more and more room.
    for (let room = 16 * bytes.length; room <= MAX_PACKET_BYTES; room *= 8) {
      const output = whole(decoder.decode(bytes, room));
      if (output) return output;
    }
    return undefined;
  };
}

/** The library answers damaged data, and too little room, with nothing. */
function whole(output: Uint8Array): Uint8Array | undefined {
  return output.length === 0 ? undefined : output;
}

/** The size that a zstd frame claims to have when decompressed, 0 if it does not say; undefined if it is none. */
function zstdContentSize(bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  if (bytes.length < 6 || view.getUint32(0, true) !== ZSTD_MAGIC) return undefined;
  const descriptor = bytes[4]!;
  const singleSegment = (descriptor >> 5) & 1;
  const at = 5 + (1 - singleSegment) + [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6]!;
  if (at + sizeBytes > bytes.length) return undefined;
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  return sizeBytes === 8 ? Number(view.getBigUint64(at, true)) : 0;
}
