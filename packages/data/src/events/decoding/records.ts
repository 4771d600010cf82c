import type { ByteReader } from "./byte-reader.ts";
import type { DecodeCounts } from "./counts.ts";
import type { EventBuffer } from "./event-buffer.ts";

/** How a format without packets is decoded: one record after the other. */
export interface RecordDecoder {
  /** Bytes of a record; of the longest one if they differ. */
  readonly recordBytes: number;
  /**
   * Decodes whole records from the front of `view` until they end or `buffer` is full.
   *
   * @returns how many bytes were decoded; 0 if `view` does not hold a whole record
   */
  decode(view: DataView, buffer: EventBuffer): number;
}

/** Decodes the rest of a file that is a sequence of records; an incomplete last one is counted. */
export async function* decodeRecords(
  bytes: ByteReader,
  { recordBytes, decode }: RecordDecoder,
  buffer: EventBuffer,
  { skipped }: DecodeCounts,
): AsyncGenerator<EventBuffer> {
  while ((await bytes.fill(recordBytes)) > 0) {
    const { available } = bytes;
    const used = decode(viewOf(available), buffer);
    bytes.consume(used);
    if (used === 0) {
      skipped.trailingBytes += available.length;
      return;
    }
    yield buffer;
  }
}

/** How many records of one size a decoder can decode now. */
export function decodableRecords(view: DataView, recordBytes: number, { full, length }: EventBuffer): number {
  return Math.min(Math.floor(view.byteLength / recordBytes), full - length);
}

/** A view of the same bytes. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
