import { formatError } from "../../../bytes/index.ts";
import {
  decodableRecords,
  decodeRecords,
  UnwrappedTime,
  type ByteReader,
  type DecodeCounts,
  type EventFormat,
  type RecordDecoder,
} from "../../decoding/index.ts";
import { readPropheseeHeader, sensorOf } from "./header.ts";
import { propheseeFormatOf } from "./sniff.ts";

const RECORD_BYTES = 8;
/** Codes of events with address and polarity. */
const EVENT_TYPES: readonly number[] = [0, 12];

/** Which bits of the second word of an event say what; x is in the lowest. */
interface AddressBits {
  readonly xMask: number;
  readonly yShift: number;
  readonly yMask: number;
  readonly pShift: number;
}

/** Version 2: x in 14 bits, y in 14, polarity in bit 28. Files that name no version have this too. */
const VERSION_2: AddressBits = { xMask: 0x3fff, yShift: 14, yMask: 0x3fff, pShift: 28 };
/** Version 1, of the first ATIS cameras: x in 9 bits, y in 8, polarity in bit 17. */
const VERSION_1: AddressBits = { xMask: 0x1ff, yShift: 9, yMask: 0xff, pShift: 17 };

/**
 * Prophesee DAT: lines with `%`, a byte with the type of events, a byte with their size, then events of two
 * little-endian words: time in microseconds, which is continued where its 32 bits wrap, and address with polarity.
 */
export const dat: EventFormat = {
  name: "Prophesee DAT",
  matches: (head) => propheseeFormatOf(head) === "DAT",
  async open(bytes) {
    const header = await readPropheseeHeader(bytes);
    const sensor = sensorOf(bytes, header);
    await checkEventType(bytes);
    const bits = header.values.get("version") === "1" ? VERSION_1 : VERSION_2;
    return {
      format: "Prophesee DAT",
      sensor,
      header: header.lines,
      decode: (buffer, counts) => decodeRecords(bytes, datRecords(bits, counts), buffer, counts),
    };
  },
};

async function checkEventType(bytes: ByteReader): Promise<void> {
  const at = bytes.offset;
  const [type, size] = await bytes.need(2, "type and size of events");
  const problem = (byte: number, expected: string, got: number | undefined) =>
    formatError({
      reader: "openEvents",
      file: bytes.name,
      byte,
      expected,
      got: String(got),
      hint: "Other events than those with address and polarity are not supported.",
      kind: "not supported",
    });
  if (!EVENT_TYPES.includes(type!)) throw problem(at, `events of type ${EVENT_TYPES.join(" or ")}`, type);
  if (size !== RECORD_BYTES) throw problem(at + 1, `events of ${RECORD_BYTES} bytes`, size);
}

function datRecords({ xMask, yShift, yMask, pShift }: AddressBits, { timing }: DecodeCounts): RecordDecoder {
  const time = new UnwrappedTime(32, timing);
  return {
    recordBytes: RECORD_BYTES,
    decode(view, buffer) {
      const { t, x, y, p, length } = buffer;
      const count = decodableRecords(view, RECORD_BYTES, buffer);
      for (let i = length, at = 0; i < length + count; i++, at += RECORD_BYTES) {
        const address = view.getUint32(at + 4, true);
        t[i] = time.next(view.getUint32(at, true));
        x[i] = address & xMask;
        y[i] = (address >>> yShift) & yMask;
        p[i] = (address >>> pShift) & 1;
      }
      buffer.length = length + count;
      return count * RECORD_BYTES;
    },
  };
}
