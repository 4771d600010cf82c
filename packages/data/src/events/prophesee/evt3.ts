import {
  decodeRecords,
  UnwrappedTime,
  type DecodeCounts,
  type EventFormat,
  type RecordDecoder,
} from "../decoding/index.ts";
import { readPropheseeHeader, sensorOf } from "./header.ts";
import { LIKELY_SENSORS } from "./likely-sensors.ts";
import { propheseeFormatOf } from "./sniff.ts";

const WORD_BYTES = 2;

/** Types of words. */
const ADDRESS_Y = 0x0;
const ADDRESS_X = 0x2;
const BASE_X = 0x3;
const VECTOR_12 = 0x4;
const VECTOR_8 = 0x5;
const TIME_LOW = 0x6;
const TIME_HIGH = 0x8;

const TIME_HIGH_BITS = 12;
const TIME_HIGH_US = 2 ** 12;

/** Far beyond any sensor: masks without end must not make a column wrap around to the front. */
const MAX_BASE = 2 ** 15;

/**
 * Prophesee EVT 3.0: lines with `%`, then little-endian words of 16 bits with their type in the highest four. Words set
 * the row, the base column with the polarity, and the halves of the time, for all events until the next such word; events
 * come alone (type 2: x and polarity) or as masks of 12 or 8 columns from the base, which moves on.
 *
 * Time is 4096 * high + low; its 24 bits wrap every 16.8 seconds and are continued. Events before the first high time are
 * passed over, as are triggers and other words; both are counted.
 */
export const evt3: EventFormat = {
  name: "EVT3",
  matches: (head) => propheseeFormatOf(head) === "EVT3",
  async open(bytes) {
    const header = await readPropheseeHeader(bytes);
    return {
      format: "EVT3",
      sensor: sensorOf(bytes, header),
      likelySensors: LIKELY_SENSORS,
      header: header.lines,
      decode: (buffer, counts) => decodeRecords(bytes, evt3Words(counts), buffer, counts),
    };
  },
};

function evt3Words({ skipped, timing }: DecodeCounts): RecordDecoder {
  const time = new UnwrappedTime(TIME_HIGH_BITS, timing);
  let high = -1;
  let low = 0;
  let row = 0;
  let base = 0;
  let polarity = 0;
  return {
    recordBytes: WORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p, full } = buffer;
      let length = buffer.length;
      let at = 0;
      for (; at + WORD_BYTES <= view.byteLength && length < full; at += WORD_BYTES) {
        const word = view.getUint16(at, true);
        switch (word >>> 12) {
          case ADDRESS_X:
            t[length] = high + low;
            x[length] = word & 0x7ff;
            y[length] = row;
            p[length] = (word >>> 11) & 1;
            if (high < 0) skipped.beforeFirstTime++;
            else length++;
            break;
          case VECTOR_12:
          case VECTOR_8: {
            const is12 = word >>> 12 === VECTOR_12;
            let mask = word & (is12 ? 0xfff : 0xff);
            if (high < 0) {
              if (mask !== 0) skipped.beforeFirstTime++;
              mask = 0;
            }
            while (mask !== 0) {
              t[length] = high + low;
              x[length] = base + 31 - Math.clz32(mask & -mask);
              y[length] = row;
              p[length] = polarity;
              length++;
              mask &= mask - 1;
            }
            base = Math.min(base + (is12 ? 12 : 8), MAX_BASE);
            break;
          }
          case ADDRESS_Y:
            row = word & 0x7ff;
            break;
          case BASE_X:
            base = word & 0x7ff;
            polarity = (word >>> 11) & 1;
            break;
          case TIME_LOW:
            low = word & 0xfff;
            break;
          case TIME_HIGH:
            high = time.next(word & 0xfff) * TIME_HIGH_US;
            break;
          default:
            skipped.otherData++;
        }
      }
      buffer.length = length;
      return at;
    },
  };
}
