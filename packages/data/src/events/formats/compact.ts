import { formatError } from "../../bytes/index.ts";
import {
  decodeRecords,
  startsWith,
  statedSensor,
  viewOf,
  type ByteReader,
  type EventFormat,
  type RecordDecoder,
  type SensorSize,
} from "../decoding/index.ts";

/** Magic number of Myelin's own format; the last byte is the version. */
export const COMPACT_MAGIC = "MYLNEV\x00\x01";
/** Magic number, then width and height with 32 bits each. */
export const COMPACT_HEADER_BYTES = 16;
/** Nine groups of seven bits for the time, two bytes for each address. */
export const COMPACT_RECORD_BYTES = 13;
/** From this size of a side on, its addresses take two bytes. */
export const WIDE_SIDE = 257;

const NAME_BYTES = 7;

/**
 * Myelin's own format (`.mev`), for caches: N-MNIST takes about four bytes per event. All little-endian:
 *
 *   header  "MYLNEV", 0, version 1, width (32 bits), height (32 bits)
 *   event   v as groups of seven bits, lowest first, bit 7 set in all but the last;  v = 2 * z + p,
 *           z = 2 * d for d >= 0 and -2 * d - 1 for d < 0, d the microseconds since the event before (the first: since 0)
 *           x, then y: one byte, or two if the sensor has more than 256 columns or rows
 */
export const compact: EventFormat = {
  name: "Myelin events",
  matches: (head) => startsWith(head, COMPACT_MAGIC.slice(0, NAME_BYTES)),
  async open(bytes) {
    const head = viewOf(await bytes.need(COMPACT_HEADER_BYTES, "header"));
    const version = head.getUint8(NAME_BYTES);
    if (version !== 1) throw newer(bytes, version);
    const sensor = statedSensor(bytes, 8, {
      width: head.getUint32(8, true),
      height: head.getUint32(12, true),
    });
    return {
      format: "Myelin events 1",
      sensor,
      header: [],
      decode: (buffer, counts) => decodeRecords(bytes, compactRecords(bytes, sensor), buffer, counts),
    };
  },
};

function compactRecords(bytes: ByteReader, { width, height }: SensorSize): RecordDecoder {
  const xBytes = width < WIDE_SIDE ? 1 : 2;
  const yBytes = height < WIDE_SIDE ? 1 : 2;
  let time = 0;
  return {
    recordBytes: COMPACT_RECORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p, full } = buffer;
      const end = view.byteLength;
      let length = buffer.length;
      let at = 0;
      while (length < full) {
        let next = at;
        let value = 0;
        let unit = 1;
        let group = 0x80;
        while (group >= 0x80 && next < end) {
          group = view.getUint8(next++);
          value += (group & 0x7f) * unit;
          unit *= 128;
        }
        if (unit > MAX_UNIT) throw problem(bytes, bytes.offset + at, "a time of at most 9 bytes", "more");
        if (group >= 0x80 || next + xBytes + yBytes > end) break;
        const zigzag = Math.floor(value / 2);
        time += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
        t[length] = time;
        p[length] = value % 2;
        x[length] = xBytes === 1 ? view.getUint8(next) : view.getUint16(next, true);
        next += xBytes;
        y[length] = yBytes === 1 ? view.getUint8(next) : view.getUint16(next, true);
        at = next + yBytes;
        length++;
      }
      buffer.length = length;
      return at;
    },
  };
}

/** The value of one seven-bit group beyond those that a time may have. */
const MAX_UNIT = 128 ** 9;

function newer({ name }: ByteReader, version: number) {
  return formatError({
    reader: "openEvents",
    file: name,
    byte: NAME_BYTES,
    expected: "version 1",
    got: String(version),
    hint: "Newer versions are not supported: read it with the version of Myelin that wrote it.",
    kind: "not supported",
  });
}

function problem({ name }: ByteReader, byte: number, expected: string, got: string) {
  const hint = "The file is damaged: make it again.";
  return formatError({ reader: "openEvents", file: name, byte, expected, got, hint });
}
