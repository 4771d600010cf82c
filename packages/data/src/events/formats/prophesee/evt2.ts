import {
  decodableRecords,
  decodeRecords,
  UnwrappedTime,
  type DecodeCounts,
  type EventFormat,
  type RecordDecoder,
} from "../../decoding/index.ts";
import { readPropheseeHeader, sensorOf } from "./header.ts";
import { LIKELY_SENSORS } from "./likely-sensors.ts";
import { propheseeFormatOf } from "./sniff.ts";

const WORD_BYTES = 4;
/** Types of words: 0 and 1 are events, OFF and ON. */
const TIME_HIGH = 8;
const TIME_HIGH_BITS = 28;
/** Microseconds of one step of TIME_HIGH; the six bits below are in the events. */
const TIME_HIGH_US = 64;

/**
 * Prophesee EVT 2.0: lines with `%`, then little-endian words of 32 bits with their type in the highest four. An event
 * has the low bits of its time (27..22), x (21..11) and y (10..0); a word of type 8 has the high bits of the times that
 * follow. Time wraps after 4.8 hours and is continued. Events before the first high time are passed over, as are
 * triggers and other words; both are counted.
 */
export const evt2: EventFormat = {
  name: "EVT2",
  matches: (head) => propheseeFormatOf(head) === "EVT2",
  async open(bytes) {
    const header = await readPropheseeHeader(bytes);
    return {
      format: "EVT2",
      sensor: sensorOf(bytes, header),
      likelySensors: LIKELY_SENSORS,
      header: header.lines,
      decode: (buffer, counts) => decodeRecords(bytes, evt2Words(counts), buffer, counts),
    };
  },
};

function evt2Words({ skipped, timing }: DecodeCounts): RecordDecoder {
  const time = new UnwrappedTime(TIME_HIGH_BITS, timing);
  let high = -1;
  return {
    recordBytes: WORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p } = buffer;
      const count = decodableRecords(view, WORD_BYTES, buffer);
      let length = buffer.length;
      for (let at = 0; at < count * WORD_BYTES; at += WORD_BYTES) {
        const word = view.getUint32(at, true);
        const type = word >>> 28;
        if (type <= 1) {
          t[length] = high + ((word >>> 22) & 0x3f);
          x[length] = (word >>> 11) & 0x7ff;
          y[length] = word & 0x7ff;
          p[length] = type;
          if (high < 0) skipped.beforeFirstTime++;
          else length++;
        } else if (type === TIME_HIGH) {
          high = time.next(word & 0x0fffffff) * TIME_HIGH_US;
        } else {
          skipped.otherData++;
        }
      }
      buffer.length = length;
      return count * WORD_BYTES;
    },
  };
}
