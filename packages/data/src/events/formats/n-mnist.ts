import {
  decodableRecords,
  decodeRecords,
  type EventFormat,
  type RecordDecoder,
  type SensorSize,
} from "../decoding/index.ts";

const RECORD_BYTES = 5;

/** The sensor of N-MNIST. N-Caltech101 has the same format and recordings of several sizes, all larger. */
const N_MNIST_SENSOR: SensorSize = { width: 34, height: 34 };

/** The row of records that are no events: each moves all later times on by {@link OVERFLOW_US}. */
const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;

/** How many records are looked at to recognise the format, and how many it takes to be sure. */
const PROBED_RECORDS = 1000;
const LEAST_RECORDS = 16;

/**
 * The format of N-MNIST and N-Caltech101 (`.bin`, also `.bs2`): no header, five bytes per event, big-endian:
 * x (8 bits), y (8), p (1, 1 = ON), t (23, microseconds). A record with y = 240 is no event; it says that 2^13
 * microseconds are to be added to all later times.
 *
 * @source Orchard, Jayawant, Cohen, Thakor (2015), Converting static image datasets to spiking neuromorphic datasets
 * using saccades; the overflow records as in the Matlab functions that come with the data sets
 */
export const nMnist: EventFormat = {
  name: "N-MNIST",
  matches: looksLikeNMnist,
  async open(bytes) {
    return {
      format: "N-MNIST bin",
      likelySensors: [N_MNIST_SENSOR],
      header: [],
      decode: (buffer, counts) => decodeRecords(bytes, nMnistRecords(), buffer, counts),
    };
  },
};

function nMnistRecords(): RecordDecoder {
  let added = 0;
  return {
    recordBytes: RECORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p } = buffer;
      let length = buffer.length;
      const count = decodableRecords(view, RECORD_BYTES, buffer);
      for (let i = 0, at = 0; i < count; i++, at += RECORD_BYTES) {
        const row = view.getUint8(at + 1);
        if (row === OVERFLOW_ROW) {
          added += OVERFLOW_US;
          continue;
        }
        const word = view.getUint32(at + 1);
        x[length] = view.getUint8(at);
        y[length] = row;
        p[length] = (word >>> 23) & 1;
        t[length] = (word & 0x7fffff) + added;
        length++;
      }
      buffer.length = length;
      return count * RECORD_BYTES;
    },
  };
}

/**
 * Without a magic number, contents tell: times hardly ever go back, where those of other bytes do half the time, and
 * addresses are those of a sensor of 240 x 240 at most. Files too short to tell must be whole and from N-MNIST.
 */
function looksLikeNMnist(head: Uint8Array): boolean {
  const records = Math.min(Math.floor(head.length / RECORD_BYTES), PROBED_RECORDS);
  if (records < LEAST_RECORDS && head.length % RECORD_BYTES !== 0) return false;
  const side = records < LEAST_RECORDS ? N_MNIST_SENSOR.width : OVERFLOW_ROW;
  let added = 0;
  let backwards = 0;
  let first = -1;
  let latest = 0;
  for (let i = 0; i < records; i++) {
    const at = i * RECORD_BYTES;
    const row = head[at + 1]!;
    if (row === OVERFLOW_ROW) {
      added += OVERFLOW_US;
      continue;
    }
    if (head[at]! >= side || row >= side) return false;
    const t = (((head[at + 2]! & 0x7f) << 16) | (head[at + 3]! << 8) | head[at + 4]!) + added;
    if (t < latest) backwards++;
    if (first < 0) first = t;
    latest = t;
  }
  // Bytes that are all alike are no recording either.
  const goesOn = records < LEAST_RECORDS ? latest > 0 : latest > first;
  return goesOn && backwards <= records / 20;
}
