/** Event files made by tests, one function a format, written from the formats' descriptions. */
import { Builder } from "flatbuffers";
import lz4 from "lz4js";
import type { EventChunk } from "../src/events/index.ts";

/** t in microseconds, x, y, p. */
export type TestEvent = readonly [t: number, x: number, y: number, p: number];

/** The events of chunks as tuples. */
export function tuplesOf({ length, t, x, y, p }: EventChunk): TestEvent[] {
  return Array.from({ length }, (_, i) => [t[i]!, x[i]!, y[i]!, p[i]!] as const);
}

export function chunkOf(events: readonly TestEvent[]): EventChunk {
  return {
    length: events.length,
    t: Float64Array.from(events, ([t]) => t),
    x: Uint16Array.from(events, ([, x]) => x),
    y: Uint16Array.from(events, ([, , y]) => y),
    p: Uint8Array.from(events, ([, , , p]) => p),
  };
}

/** Events that every format can hold, in order, `step` microseconds apart. */
export function plainEvents(count: number, { step = 7, side = 30 } = {}): TestEvent[] {
  return Array.from({ length: count }, (_, i) => [
    1000 + i * step,
    (i * 7) % side,
    (i * 11 + 3) % side,
    (i >> 1) & 1,
  ]);
}

export function concatBytes(...parts: readonly (Uint8Array | string | readonly number[])[]): Uint8Array {
  const arrays = parts.map((part) =>
    typeof part === "string" ? new TextEncoder().encode(part) : Uint8Array.from(part),
  );
  const whole = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

/** `count` records of `size` bytes, each filled in by `put`. */
function records(
  count: number,
  size: number,
  put: (view: DataView, at: number, i: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(count * size));
  for (let i = 0; i < count; i++) put(view, i * size, i);
  return new Uint8Array(view.buffer);
}

export function nMnistBytes(events: readonly TestEvent[]): Uint8Array {
  return records(events.length, 5, (view, at, i) => {
    const [t, x, y, p] = events[i]!;
    view.setUint8(at, x);
    view.setUint32(at + 1, ((y << 24) | (p << 23) | t) >>> 0);
    view.setUint8(at + 1, y);
  });
}

export const DVS128_HEADER =
  "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# AEChip: DVS128\r\n";
export const DAVIS240_HEADER = "#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n";

export function dvs128Address([, x, y, p]: TestEvent): number {
  return (y << 8) | (x << 1) | p;
}

export function davisAddress([, x, y, p]: TestEvent): number {
  return ((y << 22) | (x << 12) | (p << 11)) >>> 0;
}

/** Addresses of 32 bits with their times: the data of AEDAT 2.0. */
export function aedat2Records(pairs: readonly (readonly [address: number, t: number])[]): Uint8Array {
  return records(pairs.length, 8, (view, at, i) => {
    view.setUint32(at, pairs[i]![0]);
    view.setUint32(at + 4, pairs[i]![1] % 2 ** 32);
  });
}

export function aedat2Bytes(
  events: readonly TestEvent[],
  { header = DVS128_HEADER, address = dvs128Address } = {},
): Uint8Array {
  return concatBytes(header, aedat2Records(events.map((event) => [address(event), event[0]])));
}

export function aedat1Bytes(events: readonly TestEvent[], header = "#!AER-DAT1.0\r\n"): Uint8Array {
  const data = records(events.length, 6, (view, at, i) => {
    view.setUint16(at, dvs128Address(events[i]!));
    view.setUint32(at + 2, events[i]![0]);
  });
  return concatBytes(header, data);
}

export const AEDAT3_HEADER = "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n";

/** A packet of polarity events; `valid` of them, from the front, have their bit set. */
export function aedat3Packet(
  events: readonly TestEvent[],
  { source = 1, overflows = 0, valid = events.length } = {},
): Uint8Array {
  const data = records(events.length, 8, (view, at, i) => {
    const [t, x, y, p] = events[i]!;
    view.setUint32(at, ((x << 17) | (y << 2) | (p << 1) | (i < valid ? 1 : 0)) >>> 0, true);
    view.setInt32(at + 4, t, true);
  });
  const header = { type: 1, source, size: 8, overflows, number: events.length, valid };
  return concatBytes(aedat3PacketHeader(header), data);
}

export function aedat3PacketHeader({
  type,
  source = 1,
  size,
  overflows = 0,
  number,
  valid = number,
}: {
  type: number;
  source?: number;
  size: number;
  overflows?: number;
  number: number;
  valid?: number;
}): Uint8Array {
  const view = new DataView(new ArrayBuffer(28));
  view.setUint16(0, type, true);
  view.setInt16(2, source, true);
  [size, 4, overflows, number, number, valid].forEach((value, i) => view.setInt32(4 + 4 * i, value, true));
  return new Uint8Array(view.buffer);
}

/** What an AEDAT 4 header says. */
export interface Aedat4Options {
  readonly compression?: number;
  readonly dataTablePosition?: number;
  readonly width?: number;
  readonly height?: number;
  /** What each stream is, by its number. */
  readonly types?: readonly string[];
}

export function aedat4Header({
  compression = 0,
  dataTablePosition,
  width = 128,
  height = 128,
  types = ["EVTS", "FRME", "IMUS"],
}: Aedat4Options): Uint8Array {
  const streams = types.map((type, id) => {
    const size =
      type === "IMUS"
        ? ""
        : `<attr key="sizeX" type="int">${width}</attr><attr key="sizeY" type="int">${height}</attr>`;
    return `<node name="${id}" path="/${id}/"><attr key="typeIdentifier" type="string">${type}</attr><node name="info" path="/">${size}</node></node>`;
  });
  const builder = new Builder();
  const info = builder.createString(
    `<dv version="2.0"><node name="outInfo" path="/">${streams.join("")}</node></dv>`,
  );
  builder.startObject(3);
  builder.addFieldInt32(0, compression, 0);
  builder.addFieldInt64(1, BigInt(dataTablePosition ?? -1), -1n);
  builder.addFieldOffset(2, info, 0);
  builder.finishSizePrefixed(builder.endObject(), "IOHE");
  return concatBytes("#!AER-DAT4.0\r\n", builder.asUint8Array());
}

export function aedat4EventTable(events: readonly TestEvent[]): Uint8Array {
  const builder = new Builder();
  builder.startVector(16, events.length, 8);
  for (const [t, x, y, p] of events.toReversed()) {
    builder.pad(3);
    builder.writeInt8(p);
    builder.writeInt16(y);
    builder.writeInt16(x);
    builder.writeInt64(BigInt(t));
  }
  const elements = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(0, elements, 0);
  builder.finishSizePrefixed(builder.endObject(), "EVTS");
  return builder.asUint8Array();
}

export function aedat4Packet(streamId: number, body: Uint8Array, size = body.length): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, streamId, true);
  view.setInt32(4, size, true);
  return concatBytes(new Uint8Array(view.buffer), body);
}

/** One packet for every `packetEvents` events, with packets of another stream between. */
export function aedat4Bytes(
  events: readonly TestEvent[],
  options: Aedat4Options & { packetEvents?: number } = {},
): Uint8Array {
  const { compression = 0, packetEvents = 5 } = options;
  const pack =
    compression === 0
      ? (bytes: Uint8Array) => bytes
      : compression < 3
        ? (bytes: Uint8Array) => lz4.compress(bytes)
        : zstdStored;
  const parts = [aedat4Header(options)];
  for (let i = 0; i < events.length; i += packetEvents) {
    parts.push(aedat4Packet(0, pack(aedat4EventTable(events.slice(i, i + packetEvents)))));
    parts.push(aedat4Packet(2, Uint8Array.of(1, 2, 3)));
  }
  return concatBytes(...parts);
}

/** A zstd frame of one block that is not compressed. */
export function zstdStored(bytes: Uint8Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, 0xfd2fb528, true);
  view.setUint8(4, 0xa0); // content size in four bytes, one segment
  view.setUint32(5, bytes.length, true);
  const block = (bytes.length << 3) | 1;
  view.setUint8(9, block & 0xff);
  view.setUint16(10, block >>> 8, true);
  return concatBytes(new Uint8Array(view.buffer), bytes);
}

export function datBytes(
  events: readonly TestEvent[],
  { header = "% Version 2\n% Width 304\n% Height 240\n", type = 12, yShift = 14, pShift = 28 } = {},
): Uint8Array {
  const data = records(events.length, 8, (view, at, i) => {
    const [t, x, y, p] = events[i]!;
    view.setUint32(at, t % 2 ** 32, true);
    view.setUint32(at + 4, x | (y << yShift) | (p << pShift), true);
  });
  return concatBytes(header, [type, 8], data);
}

export function words16(words: readonly number[]): Uint8Array {
  return records(words.length, 2, (view, at, i) => view.setUint16(at, words[i]!, true));
}

export function words32(words: readonly number[]): Uint8Array {
  return records(words.length, 4, (view, at, i) => view.setUint32(at, words[i]! >>> 0, true));
}

function evt2Word([t, x, y, p]: TestEvent): number {
  return ((p << 28) | ((t & 63) << 22) | (x << 11) | y) >>> 0;
}

function evt2TimeHigh(t: number): number {
  return (0x80000000 | (Math.floor(t / 64) % 2 ** 28)) >>> 0;
}

export function evt2Bytes(
  events: readonly TestEvent[],
  header = "% evt 2.0\n% geometry 640x480\n% end\n",
): Uint8Array {
  return concatBytes(header, words32(events.flatMap((event) => [evt2TimeHigh(event[0]), evt2Word(event)])));
}

export function evt21Bytes(
  events: readonly TestEvent[],
  { header = "% evt 2.1\n% geometry 1280x720\n", legacy = false } = {},
): Uint8Array {
  const pairs = events.flatMap((event) => [
    [0, evt2TimeHigh(event[0])],
    [1, evt2Word(event)],
  ]);
  return concatBytes(
    header,
    words32(pairs.flatMap(([mask, word]) => (legacy ? [word!, mask!] : [mask!, word!]))),
  );
}

export function evt3Bytes(
  events: readonly TestEvent[],
  header = "% evt 3.0\n% geometry 1280x720\n% end\n",
): Uint8Array {
  const words = events.flatMap(([t, x, y, p]) => [
    0x8000 | (Math.floor(t / 4096) % 4096),
    0x6000 | (t % 4096),
    y,
    0x2000 | (p << 11) | x,
  ]);
  return concatBytes(header, words16(words));
}

export function eventStreamHeader({
  version = [2, 0, 0],
  type = 1,
  width = 304,
  height = 240,
} = {}): Uint8Array {
  return concatBytes("Event Stream", version, [type, width & 255, width >> 8, height & 255, height >> 8]);
}

export function eventStreamBytes(events: readonly TestEvent[]): Uint8Array {
  let previous = 0;
  const bytes = events.flatMap(([t, x, y, p]) => {
    const step = t - previous;
    previous = t;
    const overflows = new Array<number>(Math.floor(step / 127)).fill(0xff);
    return [...overflows, ((step % 127) << 1) | p, x & 255, x >> 8, y & 255, y >> 8];
  });
  return concatBytes(eventStreamHeader(), bytes);
}

/** A file of every format with the same events, by name. */
export const FILE_BUILDERS: Readonly<Record<string, (events: readonly TestEvent[]) => Uint8Array>> = {
  "N-MNIST": nMnistBytes,
  "AEDAT 1.0": aedat1Bytes,
  "AEDAT 2.0, DVS128": aedat2Bytes,
  "AEDAT 2.0, DAVIS": (events) => aedat2Bytes(events, { header: DAVIS240_HEADER, address: davisAddress }),
  "AEDAT 3.1": (events) => concatBytes(AEDAT3_HEADER, aedat3Packet(events)),
  "AEDAT 4, uncompressed": (events) => aedat4Bytes(events),
  "AEDAT 4, LZ4": (events) => aedat4Bytes(events, { compression: 1 }),
  "AEDAT 4, zstd": (events) => aedat4Bytes(events, { compression: 4 }),
  "Prophesee DAT": datBytes,
  EVT2: evt2Bytes,
  "EVT2.1": evt21Bytes,
  "EVT2.1, legacy": (events) => evt21Bytes(events, { legacy: true }),
  EVT3: evt3Bytes,
  "Event Stream": eventStreamBytes,
};
