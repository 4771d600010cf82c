import type { ByteReader } from "./byte-reader.ts";
import type { DecodeCounts } from "./counts.ts";
import type { EventBuffer } from "./event-buffer.ts";

/** How a format of records of one size is decoded. */
export interface RecordDecoder {
  readonly recordBytes: number;
  /**
   * Decodes records from the front of `view`, which holds `count` whole ones, until they end or `buffer` is full.
   *
   * @returns how many records were decoded, at least one
   */
  decode(view: DataView, count: number, buffer: EventBuffer): number;
}

/** Decodes the rest of a file that is a sequence of records of one size; an incomplete last record is counted. */
export async function* decodeRecords(
  bytes: ByteReader,
  { recordBytes, decode }: RecordDecoder,
  buffer: EventBuffer,
  { skipped }: DecodeCounts,
): AsyncGenerator<EventBuffer> {
  for (;;) {
    const atHand = await bytes.fill(recordBytes);
    if (atHand < recordBytes) {
      skipped.trailingBytes += atHand;
      bytes.consume(atHand);
      return;
    }
    const { buffer: memory, byteOffset } = bytes.available;
    const count = Math.floor(atHand / recordBytes);
    const view = new DataView(memory, byteOffset, count * recordBytes);
    bytes.consume(recordBytes * decode(view, count, buffer));
    yield buffer;
  }
}
