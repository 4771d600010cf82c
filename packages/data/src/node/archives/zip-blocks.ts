import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import type { RandomAccessReader } from "yauzl";

/** How much of an archive is read at once. */
const BLOCK_BYTES = 1 << 16;

/** An open archive, read in blocks. */
export interface ArchiveBlocks {
  readonly reader: RandomAccessReader;
  readonly bytes: number;
  /** Closes it, unless the library does. */
  close(): Promise<void>;
}

/** A part of an archive. */
interface Block {
  readonly start: number;
  readonly bytes: Buffer;
}

/**
 * Opens an archive for the library. Its own reader asks the disk twice for each entry of the directory, which takes ten
 * seconds for N-MNIST; this one finds a thousand entries in a block.
 */
export async function openBlocks(archive: string): Promise<ArchiveBlocks> {
  const { RandomAccessReader: Reader } = await import("yauzl");
  const handle = await open(archive);
  let block: Block = { start: 0, bytes: Buffer.alloc(0) };

  const blockWith = async (start: number, length: number): Promise<Block> => {
    const isThere = start >= block.start && start + length <= block.start + block.bytes.length;
    if (!isThere) block = await readBlock(handle, start, Math.max(length, BLOCK_BYTES));
    return block;
  };

  class BlockReader extends Reader {
    override _readStreamForRange(start: number, end: number): Readable {
      return Readable.from(pieces(handle, start, end), { objectMode: false });
    }

    override read(
      into: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (problem: Error | null) => void,
    ): void {
      const copy = ({ start, bytes }: Block): void => {
        const copied = bytes.copy(into, offset, position - start, position - start + length);
        done(copied < length ? new Error("unexpected EOF") : null);
      };
      blockWith(position, length).then(copy, done);
    }

    override close(done: (problem: Error | null) => void): void {
      handle.close().then(() => done(null), done);
    }
  }

  const { size } = await handle.stat();
  return { reader: new BlockReader(), bytes: size, close: () => handle.close() };
}

/** The bytes `start .. end - 1`, or fewer if the archive ends before. */
async function* pieces(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const { bytes } = await readBlock(handle, at, Math.min(BLOCK_BYTES, end - at));
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}

async function readBlock(handle: FileHandle, start: number, length: number): Promise<Block> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
  return { start, bytes: buffer.subarray(0, bytesRead) };
}
