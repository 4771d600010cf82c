import { Builder } from "flatbuffers";
import lz4 from "lz4js";
import { viewOf, type SensorSize } from "../../../decoding/index.ts";
import type { EventChunk } from "../../../event-chunk.ts";
import type { EventEncoder } from "../../../event-encoder.ts";
import { EVENT_BYTES, findEvents } from "./flat-tables.ts";

const MAGIC = "#!AER-DAT4.0\r\n";
const LZ4 = 1;
const STREAM_ID = 0;
const PACKET_HEADER_BYTES = 8;
/** Bytes before a FlatBuffer's tables that tell its size. */
const SIZE_BYTES = 4;

/** Encodes one stream of events in LZ4 packets, without a table of them. */
export function makeAedat4Encoder(sensor: SensorSize): EventEncoder {
  return {
    begin: () => concatenated(new TextEncoder().encode(MAGIC), headerTable(sensor)),
    encode: (chunk) => packet(lz4.compress(eventTable(chunk))),
  };
}

function headerTable(sensor: SensorSize): Uint8Array {
  const builder = new Builder(2048);
  const info = builder.createString(infoNode(sensor));
  builder.startObject(3);
  builder.addFieldInt32(0, LZ4, 0);
  builder.addFieldOffset(2, info, 0);
  builder.finishSizePrefixed(builder.endObject(), "IOHE");
  return builder.asUint8Array();
}

/** The library lays the table out with empty events, which are then filled in where they lie. */
function eventTable({ t, x, y, p, length }: EventChunk): Uint8Array {
  const builder = new Builder(length * EVENT_BYTES + 64);
  builder.startVector(EVENT_BYTES, length, 8);
  builder.pad(length * EVENT_BYTES);
  const elements = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(0, elements, 0);
  builder.finishSizePrefixed(builder.endObject(), "EVTS");
  const bytes = builder.asUint8Array();
  const { start } = findEvents(bytes.subarray(SIZE_BYTES))!;
  const view = viewOf(bytes);
  for (let i = 0, at = SIZE_BYTES + start; i < length; i++, at += EVENT_BYTES) {
    view.setUint32(at, t[i]! % 2 ** 32, true);
    view.setInt32(at + 4, Math.floor(t[i]! / 2 ** 32), true);
    view.setInt16(at + 8, x[i]!, true);
    view.setInt16(at + 10, y[i]!, true);
    view.setUint8(at + 12, p[i]!);
  }
  return bytes;
}

function packet(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(PACKET_HEADER_BYTES);
  viewOf(head).setInt32(0, STREAM_ID, true);
  viewOf(head).setInt32(4, body.length, true);
  return concatenated(head, body);
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function infoNode({ width, height }: SensorSize): string {
  const path = "/mainloop/Recorder/outInfo/";
  const stream = `${path}${STREAM_ID}/`;
  return [
    `<dv version="2.0">`,
    `  <node name="outInfo" path="${path}">`,
    `    <node name="${STREAM_ID}" path="${stream}">`,
    `      <attr key="compression" type="string">LZ4</attr>`,
    `      <attr key="originalModuleName" type="string">myelin</attr>`,
    `      <attr key="originalOutputName" type="string">events</attr>`,
    `      <attr key="typeDescription" type="string">Array of events (polarity ON/OFF).</attr>`,
    `      <attr key="typeIdentifier" type="string">EVTS</attr>`,
    `      <node name="info" path="${stream}info/">`,
    `        <attr key="sizeX" type="int">${width}</attr>`,
    `        <attr key="sizeY" type="int">${height}</attr>`,
    `        <attr key="source" type="string">myelin</attr>`,
    `      </node>`,
    `    </node>`,
    `  </node>`,
    `</dv>`,
    ``,
  ].join("\n");
}
