import {
  decodeRecords,
  UnwrappedTime,
  viewOf,
  type ByteReader,
  type DecodeCounts,
  type EventFormat,
  type RecordDecoder,
} from "../../decoding/index.ts";
import { readPropheseeHeader, sensorOf, type PropheseeHeader } from "./header.ts";
import { LIKELY_SENSORS } from "./likely-sensors.ts";
import { propheseeFormatOf } from "./sniff.ts";

const WORD_BYTES = 8;
/** Types of words: 0 and 1 are events, OFF and ON. */
const TIME_HIGH = 8;
const TIME_HIGH_BITS = 28;
const TIME_HIGH_US = 64;
const PROBED_WORDS = 1024;

/**
 * Prophesee EVT 2.1: as EVT 2.0 with words of 64 bits, of which one half is an EVT 2.0 word and the other a mask: a
 * word stands for events at x, x + 1, ..., x + 31 where the mask's bits are set. The word of address is the second half;
 * in files of cameras with "endianness=legacy" it is the first. Headers that do not say are decided by the words.
 */
export const evt21: EventFormat = {
  name: "EVT2.1",
  matches: (head) => propheseeFormatOf(head) === "EVT2.1",
  async open(bytes) {
    const header = await readPropheseeHeader(bytes);
    await bytes.fill(PROBED_WORDS * WORD_BYTES);
    const addressAt = isLegacy(header, bytes) ? 0 : 4;
    return {
      format: "EVT2.1",
      sensor: sensorOf(bytes, header),
      likelySensors: LIKELY_SENSORS,
      header: header.lines,
      decode: (buffer, counts) => decodeRecords(bytes, evt21Words(addressAt, counts), buffer, counts),
    };
  },
};

function isLegacy({ values }: PropheseeHeader, bytes: ByteReader): boolean {
  const named = values.get("endianness");
  if (named !== undefined) return named === "legacy";
  const view = viewOf(bytes.available);
  return countTimes(view, 0) > countTimes(view, 4);
}

/** How many words are times if the address is at `addressAt`; their mask is empty. */
function countTimes(view: DataView, addressAt: number): number {
  const end = Math.min(PROBED_WORDS, Math.floor(view.byteLength / WORD_BYTES)) * WORD_BYTES;
  let times = 0;
  for (let at = 0; at < end; at += WORD_BYTES) {
    const isTime = view.getUint32(at + addressAt, true) >>> 28 === TIME_HIGH;
    if (isTime && view.getUint32(at + 4 - addressAt, true) === 0) times++;
  }
  return times;
}

function evt21Words(addressAt: number, { skipped, timing }: DecodeCounts): RecordDecoder {
  const time = new UnwrappedTime(TIME_HIGH_BITS, timing);
  let high = -1;
  return {
    recordBytes: WORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p, full } = buffer;
      let length = buffer.length;
      let at = 0;
      for (; at + WORD_BYTES <= view.byteLength && length < full; at += WORD_BYTES) {
        const word = view.getUint32(at + addressAt, true);
        const type = word >>> 28;
        if (type <= 1) {
          const now = high + ((word >>> 22) & 0x3f);
          const column = (word >>> 11) & 0x7ff;
          const row = word & 0x7ff;
          let mask = view.getUint32(at + 4 - addressAt, true);
          while (mask !== 0) {
            t[length] = now;
            x[length] = column + 31 - Math.clz32(mask & -mask);
            y[length] = row;
            p[length] = type;
            if (high < 0) skipped.beforeFirstTime++;
            else length++;
            mask &= mask - 1;
          }
        } else if (type === TIME_HIGH) {
          high = time.next(word & 0x0fffffff) * TIME_HIGH_US;
        } else {
          skipped.otherData++;
        }
      }
      buffer.length = length;
      return at;
    },
  };
}
