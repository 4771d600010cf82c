import { formatError } from "../../../bytes/index.ts";
import {
  decodableRecords,
  readTextHeader,
  startsWith,
  viewOf,
  type ByteReader,
  type DecodeCounts,
  type EventBuffer,
  type EventFormat,
  type SensorSize,
} from "../../decoding/index.ts";
import { largestSensor } from "../../cameras.ts";
import { DAVIS, DVS128, layoutOfCamera } from "./address-layouts.ts";
import { sayUnknownCamera } from "./unknown-camera.ts";

const HEADER_BYTES = 28;
const POLARITY = 1;
const POLARITY_BYTES = 8;
/** Set in the type of packets that are compressed, which no known data set is. */
const COMPRESSED = 0x8000;

/**
 * AEDAT 3.0 and 3.1 of cAER: lines with `#` up to `#!END-HEADER`, then packets of one type of event each. Polarity
 * events have 32 bits (valid 0, polarity 1, y 16..2, x 31..17) and a time of 31 bits; the packet's header counts how
 * often the time has overflowed. All little-endian.
 *
 * The number of a packet's source tells its camera: cameras count from 0, those of the header's `Source` lines first.
 * Packets of other types are passed over and counted. An event whose valid bit is not set is passed over and counted too,
 * unless its packet says that all are valid: some writers never set the bit.
 */
export const aedat3: EventFormat = {
  name: "AEDAT 3",
  matches: (head) => startsWith(head, "#!AER-DAT3."),
  async open(bytes) {
    const header = await readTextHeader(bytes, {
      mark: "#",
      isLast: (line) => line.startsWith("#!END-HEADER"),
    });
    const version = versionOf(bytes, header);
    checkEncoding(bytes, header);
    const sources = sourcesOf(header);
    const sensors = sources.map(({ name }) => sensorOf(bytes, name));
    const numbers = sources.map(({ number }) => number);
    return {
      format: `AEDAT ${version}`,
      sensor: largestSensor(sensors),
      likelySensors: [...DVS128.sensors, ...DAVIS.sensors],
      header,
      cameras: { sensors, more: true },
      decode: (buffer, counts) => decodePackets(bytes, [...numbers], buffer, counts),
    };
  },
};

function versionOf(bytes: ByteReader, header: readonly string[]): string {
  const version = /^#!AER-DAT(3\.[01])$/.exec(header[0]?.trim() ?? "")?.[1];
  if (version !== undefined) return version;
  throw formatError({
    reader: "openEvents",
    file: bytes.name,
    byte: 0,
    expected: "version #!AER-DAT3.0 or #!AER-DAT3.1",
    got: JSON.stringify(header[0]?.slice(0, 40) ?? ""),
    hint: "Other versions are not supported: convert the recording with the tools that it came from.",
    kind: "not supported",
  });
}

const COMPRESSED_HINT =
  "Compressed packets are not supported: convert the recording to uncompressed ones first.";

function checkEncoding(bytes: ByteReader, header: readonly string[]): void {
  const line = header.find((text) => text.startsWith("#Format:"));
  if (!line || !/serialized|compressed/i.test(line)) return;
  throw formatError({
    reader: "openEvents",
    file: bytes.name,
    byte: 0,
    expected: "#Format: RAW",
    got: line,
    hint: COMPRESSED_HINT,
    kind: "not supported",
  });
}

/** A device that a header names. */
interface Source {
  readonly number: number;
  readonly name: string;
}

/** The sources of the header's lines `#Source 1: DVS128`, by their numbers. */
function sourcesOf(header: readonly string[]): Source[] {
  const names = new Map<number, string>();
  for (const line of header) {
    const [, number, name] = /^#\s*Source\s+(\d+):(.*)$/.exec(line) ?? [];
    if (number !== undefined && name !== undefined) names.set(Number(number), name.trim());
  }
  return [...names].map(([number, name]) => ({ number, name })).sort((a, b) => a.number - b.number);
}

function sensorOf({ name: file }: ByteReader, name: string): SensorSize | undefined {
  const layout = layoutOfCamera(name);
  if (!layout) {
    sayUnknownCamera(
      file,
      name,
      "its sensor is taken to be the smallest usual one that holds its events. State it with sensor: [width, height].",
    );
  }
  return layout?.sensors.length === 1 ? layout.sensors[0] : undefined;
}

interface PacketHeader {
  readonly type: number;
  readonly source: number;
  readonly size: number;
  readonly overflows: number;
  readonly number: number;
  readonly valid: number;
}

async function* decodePackets(
  bytes: ByteReader,
  sources: number[],
  buffer: EventBuffer,
  counts: DecodeCounts,
): AsyncGenerator<EventBuffer> {
  const { skipped } = counts;
  for (;;) {
    const packet = await readPacketHeader(bytes, counts);
    if (!packet) {
      yield buffer;
      return;
    }
    if (packet.type === POLARITY) {
      if (!sources.includes(packet.source)) sources.push(packet.source);
      yield* decodePolarity(bytes, { ...packet, camera: sources.indexOf(packet.source) }, buffer, counts);
    } else {
      skipped.otherData += packet.number;
      const length = packet.number * packet.size;
      const passed = await bytes.skip(length);
      if (passed < length) skipped.trailingBytes += passed;
    }
  }
}

/** The next packet's header; undefined at the end of the file. */
async function readPacketHeader(
  bytes: ByteReader,
  { skipped }: DecodeCounts,
): Promise<PacketHeader | undefined> {
  const at = bytes.offset;
  const head = await bytes.take(HEADER_BYTES);
  if (!head) {
    skipped.trailingBytes += bytes.available.length;
    return undefined;
  }
  const view = viewOf(head);
  const packet = {
    type: view.getUint16(0, true),
    source: view.getInt16(2, true),
    size: view.getInt32(4, true),
    overflows: view.getInt32(12, true),
    number: view.getInt32(20, true),
    valid: view.getInt32(24, true),
  };
  checkPacket(bytes.name, at, packet);
  return packet;
}

function checkPacket(file: string, at: number, { type, size, overflows, number, valid }: PacketHeader): void {
  const problem = (field: number, expected: string, got: number) =>
    formatError({
      reader: "openEvents",
      file,
      byte: at + field,
      expected,
      got: String(got),
      hint: "The file is damaged: get it again.",
    });
  if (type & COMPRESSED) {
    throw formatError({
      reader: "openEvents",
      file,
      byte: at,
      expected: "an uncompressed packet",
      got: `one of type ${type}`,
      hint: COMPRESSED_HINT,
      kind: "not supported",
    });
  }
  if (type === POLARITY && size !== POLARITY_BYTES) throw problem(4, "polarity events of 8 bytes", size);
  if (size < 0) throw problem(4, "a size of events of at least 0", size);
  if (overflows < 0) throw problem(12, "a number of time overflows of at least 0", overflows);
  if (number < 0) throw problem(20, "a number of events of at least 0", number);
  if (valid < 0 || valid > number) throw problem(24, `0 to ${number} valid events`, valid);
}

async function* decodePolarity(
  bytes: ByteReader,
  { number, valid, overflows, camera }: PacketHeader & { readonly camera: number },
  buffer: EventBuffer,
  { skipped }: DecodeCounts,
): AsyncGenerator<EventBuffer> {
  // With this bit forced on, every event counts as valid.
  const forced = valid === number ? 1 : 0;
  const added = overflows * 2 ** 31;
  for (let left = number; left > 0;) {
    const atHand = await bytes.fill(POLARITY_BYTES);
    if (atHand < POLARITY_BYTES) {
      skipped.trailingBytes += atHand;
      bytes.consume(atHand);
      return;
    }
    const view = viewOf(bytes.available);
    const count = Math.min(left, decodableRecords(view, POLARITY_BYTES, buffer));
    const start = buffer.length;
    skipped.invalid += decodeEvents(view, count, { forced, added }, buffer);
    buffer.markCamera(camera, start);
    bytes.consume(count * POLARITY_BYTES);
    left -= count;
    if (buffer.length >= buffer.full) yield buffer;
  }
}

/** Returns how many events were not valid. */
function decodeEvents(
  view: DataView,
  count: number,
  { forced, added }: { readonly forced: number; readonly added: number },
  buffer: EventBuffer,
): number {
  const { t, x, y, p } = buffer;
  let length = buffer.length;
  for (let i = 0, at = 0; i < count; i++, at += POLARITY_BYTES) {
    const word = view.getInt32(at, true);
    const time = view.getInt32(at + 4, true);
    if (((word | forced) & 1) === 0 || time < 0) continue;
    t[length] = time + added;
    x[length] = word >>> 17;
    y[length] = (word >>> 2) & 0x7fff;
    p[length] = (word >>> 1) & 1;
    length++;
  }
  const dropped = count - (length - buffer.length);
  buffer.length = length;
  return dropped;
}
