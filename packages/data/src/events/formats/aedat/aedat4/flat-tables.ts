import { ByteBuffer } from "flatbuffers";

/** Bytes of an event in a packet: time (64 bits), x (16), y (16), on (8), padding. */
export const EVENT_BYTES = 16;

/** Fields by their number in the table, as offsets into its list of fields. */
const COMPRESSION = 4;
const DATA_TABLE_POSITION = 6;
const INFO_NODE = 8;
const ELEMENTS = 4;

/** What the header of a file says. */
export interface IoHeader {
  /** Number of the compression method. */
  readonly compression: number;
  /** Where the table of packets starts; -1 if there is none. */
  readonly dataTablePosition: number;
  /** Description of the streams, XML. */
  readonly infoNode: string;
}

/** Reads the header's table: `bytes` without the size before it. */
export function readIoHeader(bytes: Uint8Array): IoHeader {
  const buffer = new ByteBuffer(bytes);
  const table = rootTable(buffer);
  const field = (number: number) => {
    const offset = buffer.__offset(table, number);
    return offset === 0 ? undefined : table + offset;
  };
  const compression = field(COMPRESSION);
  const position = field(DATA_TABLE_POSITION);
  const info = field(INFO_NODE);
  return {
    compression: compression === undefined ? 0 : buffer.readInt32(compression),
    dataTablePosition: position === undefined ? -1 : Number(buffer.readInt64(position)),
    infoNode: info === undefined ? "" : String(buffer.__string(info)),
  };
}

/** The four characters that say what a table is. */
export function identifierOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(4, 8));
}

/** Where the events of a packet lie: the library finds the vector, whose bounds are then checked. */
export function findEvents(
  bytes: Uint8Array,
): { readonly start: number; readonly count: number } | undefined {
  const buffer = new ByteBuffer(bytes);
  const table = rootTable(buffer);
  if (table < 0 || table + 4 > bytes.length) return undefined;
  const offset = buffer.__offset(table, ELEMENTS);
  if (offset === 0) return { start: 0, count: 0 };
  const start = buffer.__vector(table + offset);
  const count = buffer.__vector_len(table + offset);
  const fits = start >= 0 && count >= 0 && start + count * EVENT_BYTES <= bytes.length;
  return fits ? { start, count } : undefined;
}

function rootTable(buffer: ByteBuffer): number {
  return buffer.readInt32(0);
}
