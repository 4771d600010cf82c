import { decodeRecords, type EventFormat, type RecordDecoder, type SensorSize } from "../decoding/index.ts";

const RECORD_BYTES = 5;

/** The sensor of N-MNIST. N-Caltech101 has the same format and recordings of several sizes, all larger. */
const N_MNIST_SENSOR: SensorSize = { width: 34, height: 34 };

/** The row of records that are no events: each moves all later times on by {@link OVERFLOW_US}. */
const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;

/**
 * The format of N-MNIST and N-Caltech101 (`.bin`, also `.bs2`): no header, five bytes an event, big-endian:
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
      minimumSensor: N_MNIST_SENSOR,
      header: [],
      decode: (buffer, counts) => decodeRecords(bytes, nMnistRecords(), buffer, counts),
    };
  },
};

function nMnistRecords(): RecordDecoder {
  let added = 0;
  return {
    recordBytes: RECORD_BYTES,
    decode(view, count, buffer) {
      const { t, x, y, p } = buffer;
      let length = buffer.length;
      const last = Math.min(count, buffer.full - length);
      for (let i = 0, at = 0; i < last; i++, at += RECORD_BYTES) {
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
      return last;
    },
  };
}

/** Without a magic number, times tell: those of a recording hardly ever go back, those of other bytes half the time. */
function looksLikeNMnist(head: Uint8Array): boolean {
  const records = Math.min(Math.floor(head.length / RECORD_BYTES), 1000);
  let backwards = 0;
  let previous = 0;
  for (let i = 0; i < records; i++) {
    const at = i * RECORD_BYTES;
    if (head[at + 1] === OVERFLOW_ROW) continue;
    const t = ((head[at + 2]! & 0x7f) << 16) | (head[at + 3]! << 8) | head[at + 4]!;
    if (t < previous) backwards++;
    previous = t;
  }
  return records > 0 && backwards <= records / 20;
}
