import { formatError } from "../../bytes/index.ts";
import {
  decodeRecords,
  startsWith,
  statedSensor,
  viewOf,
  type ByteReader,
  type DecodeCounts,
  type EventFormat,
  type RecordDecoder,
} from "../decoding/index.ts";

const MAGIC = "Event Stream";
const RECORD_BYTES = 5;

/** Streams by their code; only the first two below have addresses and polarities. */
const DVS = 1;
const ATIS = 2;
const STREAM_NAMES = ["generic", "DVS", "ATIS", "display", "colour"];

/**
 * Event Stream 2 (`.es`): name, version, type of stream, size of the sensor, then events of five bytes: the time since
 * the event before, with polarity, and the address. Single bytes between events add to the time or mean nothing.
 *
 * DVS and ATIS streams are read; of ATIS the threshold crossings, which carry grey levels, are passed over and counted.
 */
export const eventStream: EventFormat = {
  name: "Event Stream",
  matches: (head) => startsWith(head, MAGIC),
  async open(bytes) {
    const version = await bytes.need(MAGIC.length + 4, "header");
    const [major, minor, patch, type] = version.subarray(MAGIC.length);
    if (major !== 2) throw problem(bytes, 12, "version 2", `${major}.${minor}.${patch}`);
    if (type !== DVS && type !== ATIS) {
      throw problem(bytes, 15, "a stream of type 1 (DVS) or 2 (ATIS)", streamName(type!));
    }
    const size = viewOf(await bytes.need(4, "size of the sensor"));
    const sensor = statedSensor(bytes, 16, {
      width: size.getUint16(0, true),
      height: size.getUint16(2, true),
    });
    return {
      format: `Event Stream ${major}.${minor}.${patch} ${streamName(type)}`,
      sensor,
      header: [],
      decode: (buffer, counts) =>
        decodeRecords(bytes, type === DVS ? dvsEvents() : atisEvents(counts), buffer, counts),
    };
  },
};

function streamName(type: number): string {
  return STREAM_NAMES[type] ?? String(type);
}

function problem({ name }: ByteReader, byte: number, expected: string, got: string) {
  const hint = "Other streams are not supported: convert the file with the tools that it came from.";
  return formatError({ reader: "openEvents", file: name, byte, expected, got, hint, kind: "not supported" });
}

/** First byte: time in bits 7..1, polarity in bit 0; all ones add 127 microseconds, 0xfe means nothing. */
function dvsEvents(): RecordDecoder {
  let time = 0;
  return {
    recordBytes: RECORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p, full } = buffer;
      let length = buffer.length;
      let at = 0;
      while (at < view.byteLength && length < full) {
        const first = view.getUint8(at);
        if (first >= 0xfe) {
          if (first === 0xff) time += 0x7f;
          at++;
          continue;
        }
        if (at + RECORD_BYTES > view.byteLength) break;
        time += first >>> 1;
        t[length] = time;
        x[length] = view.getUint16(at + 1, true);
        y[length] = view.getUint16(at + 3, true);
        p[length] = first & 1;
        length++;
        at += RECORD_BYTES;
      }
      buffer.length = length;
      return at;
    },
  };
}

/** First byte: time in bits 7..2, polarity in bit 1, threshold crossing in bit 0; 0b111111nn adds nn times 63. */
function atisEvents({ skipped }: DecodeCounts): RecordDecoder {
  let time = 0;
  return {
    recordBytes: RECORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p, full } = buffer;
      let length = buffer.length;
      let at = 0;
      while (at < view.byteLength && length < full) {
        const first = view.getUint8(at);
        if (first >= 0xfc) {
          time += (first & 3) * 0x3f;
          at++;
          continue;
        }
        if (at + RECORD_BYTES > view.byteLength) break;
        time += first >>> 2;
        t[length] = time;
        x[length] = view.getUint16(at + 1, true);
        y[length] = view.getUint16(at + 3, true);
        p[length] = (first >>> 1) & 1;
        if (first & 1) skipped.otherData++;
        else length++;
        at += RECORD_BYTES;
      }
      buffer.length = length;
      return at;
    },
  };
}
