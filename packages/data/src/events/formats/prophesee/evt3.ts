import {
  decodeRecords,
  UnwrappedTime,
  type DecodeCounts,
  type EventBuffer,
  type EventFormat,
  type RecordDecoder,
  type SkipCounts,
} from "../../decoding/index.ts";
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

function evt3Words(counts: DecodeCounts): RecordDecoder {
  const words = new Evt3Words(counts);
  return { recordBytes: WORD_BYTES, decode: (view, buffer) => words.decode(view, buffer) };
}

/** What the words so far have set. */
class Evt3Words {
  readonly #skipped: SkipCounts;
  readonly #time: UnwrappedTime;
  /** Negative until the first high time. */
  #high = -1;
  #low = 0;
  #row = 0;
  #base = 0;
  #polarity = 0;

  constructor({ skipped, timing }: DecodeCounts) {
    this.#skipped = skipped;
    this.#time = new UnwrappedTime(TIME_HIGH_BITS, timing);
  }

  decode(view: DataView, buffer: EventBuffer): number {
    const { full } = buffer;
    let at = 0;
    for (; at + WORD_BYTES <= view.byteLength && buffer.length < full; at += WORD_BYTES) {
      const word = view.getUint16(at, true);
      switch (word >>> 12) {
        case ADDRESS_X:
          this.#put(buffer, word & 0x7ff, (word >>> 11) & 1);
          break;
        case VECTOR_12:
          this.#putVector(buffer, word & 0xfff, 12);
          break;
        case VECTOR_8:
          this.#putVector(buffer, word & 0xff, 8);
          break;
        default:
          this.#set(word);
      }
    }
    return at;
  }

  #put(buffer: EventBuffer, column: number, polarity: number): void {
    if (this.#high < 0) {
      this.#skipped.beforeFirstTime++;
      return;
    }
    const i = buffer.length++;
    buffer.t[i] = this.#high + this.#low;
    buffer.x[i] = column;
    buffer.y[i] = this.#row;
    buffer.p[i] = polarity;
  }

  #putVector(buffer: EventBuffer, mask: number, columns: number): void {
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      this.#put(buffer, this.#base + 31 - Math.clz32(rest & -rest), this.#polarity);
    }
    this.#base = Math.min(this.#base + columns, MAX_BASE);
  }

  #set(word: number): void {
    switch (word >>> 12) {
      case ADDRESS_Y:
        this.#row = word & 0x7ff;
        break;
      case BASE_X:
        this.#base = word & 0x7ff;
        this.#polarity = (word >>> 11) & 1;
        break;
      case TIME_LOW:
        this.#low = word & 0xfff;
        break;
      case TIME_HIGH:
        this.#high = this.#time.next(word & 0xfff) * TIME_HIGH_US;
        break;
      default:
        this.#skipped.otherData++;
    }
  }
}
