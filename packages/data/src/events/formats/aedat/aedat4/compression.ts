import lz4 from "lz4js";
import { ZSTDDecoder } from "zstddec";
import { viewOf } from "../../../decoding/index.ts";

/** How packets are packed. */
export interface Compression {
  /**
   * The most bytes that a packet can unpack to, by its blocks: nothing is unpacked. Undefined if it is damaged.
   */
  most(packet: Uint8Array): number | undefined;
  /** Unpacks a packet into at most `most` bytes, which hold until the next call; undefined if it is damaged. */
  open(packet: Uint8Array, most: number): Uint8Array | undefined;
}

/** Whether bytes start as a frame of one of the methods does. */
export function isCompressed(bytes: Uint8Array): boolean {
  const magic = bytes.length < 4 ? 0 : viewOf(bytes).getUint32(0, true);
  return magic === LZ4_MAGIC || magic === ZSTD_MAGIC;
}

/** The methods by their number in the header of a file: none, LZ4 (two levels), zstd (two levels). */
export async function compressionOf(number: number): Promise<Compression | undefined> {
  if (number === 0) return { most: ({ length }) => length, open: (packet) => packet };
  if (number === 1 || number === 2) return lz4Frames();
  if (number === 3 || number === 4) return zstdFrames();
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

/** Each byte of a block adds 255 to a length at most. */
const LZ4_LARGEST_RATIO = 255;

/** A block of an LZ4 frame: the bytes `at .. at + size - 1` of the packet. */
interface Lz4Block {
  readonly at: number;
  readonly size: number;
  readonly isStored: boolean;
  /** The most bytes that it can unpack to. */
  readonly most: number;
}

/**
 * Takes LZ4 frames apart; the library unpacks the blocks. Its own function for frames asks the frame how much memory it
 * wants.
 */
function lz4Frames(): Compression {
  let output = new Uint8Array(0);
  return {
    most: (packet) => lz4Blocks(packet)?.reduce((sum, { most }) => sum + most, 0),
    open(packet, most) {
      if (output.length < most) output = new Uint8Array(most);
      let length = 0;
      for (const { at, size, isStored, most: mostOfBlock } of lz4Blocks(packet) ?? []) {
        const end = isStored
          ? length + size
          : lz4.decompressBlock(packet, output.subarray(0, length + mostOfBlock), at, size, length);
        if (isStored) output.set(packet.subarray(at, at + size), length);
        if (!(end >= length && end <= length + mostOfBlock)) return undefined;
        length = end;
      }
      return output.subarray(0, length);
    },
  };
}

/** The blocks of a frame up to its end mark; undefined if it is damaged. */
function lz4Blocks(packet: Uint8Array): Lz4Block[] | undefined {
  const frame = openLz4Frame(packet);
  if (!frame) return undefined;
  const { start, blockBytes, checksumBytes } = frame;
  const view = viewOf(packet);
  const blocks: Lz4Block[] = [];
  for (let at = start; at + 4 <= packet.length;) {
    const word = view.getUint32(at, true);
    if (word === 0) return blocks;
    const size = word & ~LZ4_STORED;
    const isStored = (word & LZ4_STORED) !== 0;
    at += 4;
    if (size > blockBytes || at + size > packet.length) return undefined;
    blocks.push({
      at,
      size,
      isStored,
      most: isStored ? size : Math.min(blockBytes, LZ4_LARGEST_RATIO * size),
    });
    at += size + checksumBytes;
  }
  return undefined;
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

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_BLOCK_BYTES = 2 ** 17;
const ZSTD_RUN = 1;
const ZSTD_COMPRESSED = 2;

async function zstdFrames(): Promise<Compression> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return {
    most: zstdMost,
    open(packet, most) {
      const output = decoder.decode(packet, most);
      // The library answers damaged data, and too little room, with nothing.
      return output.length === 0 ? undefined : output;
    },
  };
}

/**
 * The size of the contents of a zstd frame: as it says, or what its blocks can hold.
 *
 * @source RFC 8878, 3.1.1
 */
function zstdMost(packet: Uint8Array): number | undefined {
  const frame = openZstdFrame(packet);
  if (!frame) return undefined;
  const blocks = zstdBlocks(packet, frame.start);
  if (blocks === undefined || (frame.claimed ?? 0) > blocks) return undefined;
  return frame.claimed ?? blocks;
}

function zstdBlocks(packet: Uint8Array, start: number): number | undefined {
  let most = 0;
  for (let at = start; at + 3 <= packet.length;) {
    const head = packet[at]! | (packet[at + 1]! << 8) | (packet[at + 2]! << 16);
    const type = (head >> 1) & 3;
    const size = head >> 3;
    const stored = type === ZSTD_RUN ? 1 : size;
    if (type > ZSTD_COMPRESSED || size > ZSTD_BLOCK_BYTES || at + 3 + stored > packet.length)
      return undefined;
    most += type === ZSTD_COMPRESSED ? ZSTD_BLOCK_BYTES : size;
    if (head & 1) return most;
    at += 3 + stored;
  }
  return undefined;
}

/** Where the blocks begin, and the size that the frame claims to have when unpacked if it does; undefined if it is none. */
function openZstdFrame(
  packet: Uint8Array,
): { readonly start: number; readonly claimed?: number } | undefined {
  const view = viewOf(packet);
  if (packet.length < 6 || view.getUint32(0, true) !== ZSTD_MAGIC) return undefined;
  const descriptor = packet[4]!;
  const singleSegment = (descriptor >> 5) & 1;
  const at = 5 + (1 - singleSegment) + [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6]!;
  const start = at + sizeBytes;
  if (start > packet.length) return undefined;
  if (sizeBytes === 1) return { start, claimed: view.getUint8(at) };
  if (sizeBytes === 2) return { start, claimed: view.getUint16(at, true) + 256 };
  if (sizeBytes === 4) return { start, claimed: view.getUint32(at, true) };
  return sizeBytes === 8 ? { start, claimed: Number(view.getBigUint64(at, true)) } : { start };
}
