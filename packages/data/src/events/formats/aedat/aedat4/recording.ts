import { overBudget, unpackingBudget } from "../../../../budget.ts";
import { formatError, plural } from "../../../../bytes/index.ts";
import {
  statedSensor,
  viewOf,
  type ByteReader,
  type DecodeCounts,
  type EventBuffer,
  type OpenRecording,
} from "../../../decoding/index.ts";
import { largestSensor } from "../../../cameras.ts";
import { compressionOf, isCompressed, type Compression } from "./compression.ts";
import { EVENT_BYTES, findEvents, identifierOf, readIoHeader, type IoHeader } from "./flat-tables.ts";
import { readStreams, type StreamInfo } from "./streams.ts";

const MAGIC = "#!AER-DAT4.0\r\n";
const EVENTS = "EVTS";
const PACKET_HEADER_BYTES = 8;
/** Size, root and identifier of a table. */
const TABLE_HEAD_BYTES = 12;
/** A description of some streams takes a few kilobytes. */
const MAX_HEADER_BYTES = 4 * 2 ** 20;
/** No packet of a real recording is larger. */
const MAX_PACKET_BYTES = 256 * 2 ** 20;

/** Reads the header of an AEDAT 4 file. */
export async function openAedat4(bytes: ByteReader): Promise<OpenRecording> {
  await readMagic(bytes);
  const header = await readHeader(bytes);
  const method = await compressionOf(header.compression);
  if (!method) {
    throw problem(bytes, MAGIC.length, "compression 0 to 4", String(header.compression), NEWER);
  }
  const end = header.dataTablePosition > 0 ? header.dataTablePosition : undefined;
  if (end !== undefined && end < bytes.offset) {
    throw problem(bytes, MAGIC.length, "a table of packets after the header", `byte ${end}`, DAMAGED);
  }
  const streams = readStreams(header.infoNode);
  const cameras = streams.filter(({ type }) => type === EVENTS);
  for (const { sensor } of cameras) if (sensor) statedSensor(bytes, MAGIC.length, sensor);
  const sensors = cameras.map(({ sensor }) => sensor);
  return {
    format: "AEDAT 4.0",
    sensor: largestSensor(sensors),
    header: [MAGIC.trim(), ...header.infoNode.split(/\r?\n/).filter((line) => line !== "")],
    ...(cameras.length > 1 && { cameras: { sensors, more: false } }),
    decode: (buffer, counts) => decodePackets({ bytes, streams, cameras, method, end }, buffer, counts),
  };
}

const DAMAGED = { hint: "The file is damaged: get it again.", kind: "damaged" } as const;
const NEWER = { hint: "Newer versions than 4.0 are not supported.", kind: "not supported" } as const;

async function readMagic(bytes: ByteReader): Promise<void> {
  const magic = new TextDecoder().decode(await bytes.need(MAGIC.length, "version"));
  if (magic !== MAGIC) throw problem(bytes, 0, "#!AER-DAT4.0", JSON.stringify(magic), NEWER);
}

async function readHeader(bytes: ByteReader): Promise<IoHeader> {
  const at = bytes.offset;
  const size = viewOf(await bytes.need(4, "header")).getUint32(0, true);
  if (size < 16 || size > MAX_HEADER_BYTES) {
    throw problem(bytes, at, `a header of 16 to ${plural(MAX_HEADER_BYTES, "byte")}`, String(size), DAMAGED);
  }
  const table = await bytes.need(size, "header");
  const identifier = identifierOf(table);
  if (identifier !== "IOHE") {
    throw problem(bytes, at + 8, "the header's identifier IOHE", JSON.stringify(identifier), DAMAGED);
  }
  return readIoHeader(table);
}

/** What the packets of a file are decoded with. */
interface Packets {
  readonly bytes: ByteReader;
  readonly streams: readonly StreamInfo[];
  /** The streams of events, one a camera. */
  readonly cameras: readonly StreamInfo[];
  readonly method: Compression;
  /** Where the packets end and their table begins; undefined for the end of the file. */
  readonly end: number | undefined;
}

async function* decodePackets(
  packets: Packets,
  buffer: EventBuffer,
  { skipped }: DecodeCounts,
): AsyncGenerator<EventBuffer> {
  const { bytes, cameras, end } = packets;
  for (;;) {
    if (bytes.offset === end) {
      await checkTable(bytes);
      break;
    }
    const at = bytes.offset;
    const head = await bytes.take(PACKET_HEADER_BYTES);
    if (!head) {
      skipped.trailingBytes += bytes.available.length;
      break;
    }
    const view = viewOf(head);
    const id = view.getInt32(0, true);
    const size = view.getInt32(4, true);
    checkPacket(packets, at, id, size);
    const camera = cameras.findIndex((stream) => stream.id === id);
    if (camera < 0) {
      skipped.otherData++;
      const passed = await bytes.skip(size);
      if (passed < size) skipped.trailingBytes += PACKET_HEADER_BYTES + passed;
      continue;
    }
    const body = await bytes.take(size);
    if (!body) {
      skipped.trailingBytes += PACKET_HEADER_BYTES + bytes.available.length;
      break;
    }
    yield* decodeEvents(openPacket(packets, at, body), camera, buffer);
  }
  yield buffer;
}

function checkPacket({ bytes, streams, end }: Packets, at: number, id: number, size: number): void {
  if (size < 0 || size > MAX_PACKET_BYTES) {
    throw problem(
      bytes,
      at + 4,
      `a packet of at most ${plural(MAX_PACKET_BYTES, "byte")}`,
      String(size),
      DAMAGED,
    );
  }
  if (!streams.some((stream) => stream.id === id)) {
    const ids = streams.map((stream) => stream.id).join(", ") || "none";
    throw problem(bytes, at, `a packet of one of the streams ${ids}`, String(id), DAMAGED);
  }
  const after = at + PACKET_HEADER_BYTES + size;
  if (end !== undefined && after > end) {
    throw problem(
      bytes,
      at + 4,
      `a packet that ends before the table at byte ${end}`,
      String(after),
      DAMAGED,
    );
  }
}

/** A header that lies about where the packets end would cut the recording without a word. */
async function checkTable(bytes: ByteReader): Promise<void> {
  const atHand = await bytes.fill(TABLE_HEAD_BYTES);
  const head = bytes.available.subarray(0, TABLE_HEAD_BYTES);
  if (atHand < TABLE_HEAD_BYTES || isCompressed(head) || identifierOf(head.subarray(4)) === "FTAB") return;
  throw problem(bytes, bytes.offset, "the table of packets", "other bytes", DAMAGED);
}

/** The bytes of the packet's events. */
function openPacket({ bytes, method }: Packets, at: number, body: Uint8Array): Uint8Array {
  const start = at + PACKET_HEADER_BYTES;
  const most = method.most(body);
  const budget = unpackingBudget(body.length);
  if (most !== undefined && most > budget) {
    const { expected, got } = overBudget("a packet that unpacks", most, budget);
    throw problem(bytes, start, expected, got, DAMAGED);
  }
  const opened = most === undefined ? undefined : method.open(body, most);
  if (!opened) throw problem(bytes, start, "an undamaged compressed packet", "other bytes", DAMAGED);
  const table = opened.subarray(4);
  const identifier = identifierOf(table);
  if (identifier !== EVENTS) {
    throw problem(bytes, start, `a packet of ${EVENTS}`, JSON.stringify(identifier), DAMAGED);
  }
  const found = findEvents(table);
  if (!found) throw problem(bytes, start, "events inside their packet", "events beyond its end", DAMAGED);
  return table.subarray(found.start, found.start + found.count * EVENT_BYTES);
}

function* decodeEvents(events: Uint8Array, camera: number, buffer: EventBuffer): Generator<EventBuffer> {
  const view = viewOf(events);
  for (let at = 0; at < view.byteLength;) {
    const count = Math.min((view.byteLength - at) / EVENT_BYTES, buffer.full - buffer.length);
    const start = buffer.length;
    copyEvents(view, at, count, buffer);
    buffer.markCamera(camera, start);
    at += count * EVENT_BYTES;
    if (buffer.length >= buffer.full) yield buffer;
  }
}

function copyEvents(view: DataView, start: number, count: number, buffer: EventBuffer): void {
  const { t, x, y, p, length } = buffer;
  for (let i = length, at = start; i < length + count; i++, at += EVENT_BYTES) {
    t[i] = view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32;
    x[i] = view.getUint16(at + 8, true);
    y[i] = view.getUint16(at + 10, true);
    p[i] = view.getUint8(at + 12) === 0 ? 0 : 1;
  }
  buffer.length = length + count;
}

function problem(
  { name }: ByteReader,
  byte: number,
  expected: string,
  got: string,
  fault: typeof DAMAGED | typeof NEWER,
) {
  return formatError({ reader: "openEvents", file: name, byte, expected, got, ...fault });
}
