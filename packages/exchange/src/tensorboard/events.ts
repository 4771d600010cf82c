import {
  checkArray,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkOptions,
  checkText,
  refuse,
} from "@myelin/core/checks";
import { maskedCrc32c } from "./crc32c.ts";
import { histogramMessage } from "./histogram.ts";
import { encodePng } from "./png.ts";
import { Message } from "./protobuf.ts";

/** Spikes as a picture: time from left to right, neurons from top to bottom. */
export interface Raster {
  readonly steps: number;
  readonly neurons: number;
  /** Shape [steps, neurons]; what is not 0 is drawn. */
  readonly spikes: ArrayLike<number>;
}

/** What a curve, a histogram or a picture shows at a step. */
export type LoggedValue =
  | { readonly tag: string; readonly scalar: number }
  | { readonly tag: string; readonly histogram: ArrayLike<number> }
  | { readonly tag: string; readonly raster: Raster };

/** An entry of a TensorBoard event file. */
export interface LogEvent {
  /** The step on the axis of TensorBoard. */
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly values: readonly LoggedValue[];
}

/** The version of the format, which every file begins with. */
const VERSION = "brain.Event:2";

/**
 * The beginning of an event file, whose name has to contain "tfevents".
 *
 * @param wallTime seconds since 1970
 */
export function beginEventFile(wallTime: number): Uint8Array {
  checkNumber("beginEventFile.wallTime", wallTime, { min: 0 });
  return record(new Message().double(1, wallTime).text(3, VERSION));
}

/**
 * An entry of an event file: bytes to be added at its end.
 *
 * @source the layout of records and messages: TensorFlow's TFRecord, event.proto and summary.proto
 * @example appendFileSync(file, encodeEvent({ step: 1, wallTime: Date.now() / 1000, values: [{ tag: "loss", scalar: 0.3 }] }));
 */
export function encodeEvent(event: LogEvent): Uint8Array {
  const { step, wallTime, values } = checkOptions("encodeEvent", event, {
    ...({ step: true, wallTime: true, values: true } as const),
  });
  checkInteger("encodeEvent.step", step, { min: 0 });
  checkNumber("encodeEvent.wallTime", wallTime, { min: 0 });
  checkArray("encodeEvent.values", values, "an array of values such as [{ tag, scalar }]");
  const summary = new Message();
  for (const value of values) summary.message(1, valueMessage(value));
  return record(new Message().double(1, wallTime).integer(2, step).message(5, summary));
}

const VALUE = { tag: true, scalar: true, histogram: true, raster: true } as const;

function valueMessage(given: LoggedValue): Message {
  const value = checkOptions<object>("encodeEvent.values", given, VALUE, "{ tag, scalar }") as LoggedValue;
  checkText("encodeEvent.values.tag", value.tag);
  const message = new Message().text(1, value.tag);
  if ("scalar" in value) return message.float(2, number(value.scalar));
  if ("histogram" in value) {
    return message.message(
      5,
      histogramMessage(checkNumbers("encodeEvent.values.histogram", value.histogram)),
    );
  }
  if ("raster" in value) return message.message(4, rasterMessage(value.raster));
  return refuse("encodeEvent.values", "a scalar, a histogram or a raster", value);
}

/** A curve shows NaN and infinity too: they are what went wrong. */
function number(value: number): number {
  return typeof value === "number" ? value : refuse("encodeEvent.values.scalar", "a number", value);
}

/** The largest side of a picture, in pixels. */
const MOST_PIXELS = 4096;

function rasterMessage(raster: Raster): Message {
  const known = { steps: true, neurons: true, spikes: true } as const;
  const { steps, neurons, spikes } = checkOptions("encodeEvent.values.raster", raster, known);
  checkInteger("encodeEvent.values.raster.steps", steps, { min: 1, max: MOST_PIXELS });
  checkInteger("encodeEvent.values.raster.neurons", neurons, { min: 1, max: MOST_PIXELS });
  if (checkNumbers("encodeEvent.values.raster.spikes", spikes).length !== steps * neurons) {
    refuse("encodeEvent.values.raster.spikes", `${steps * neurons} numbers`, spikes);
  }
  const pixels = new Uint8Array(steps * neurons);
  for (let y = 0; y < neurons; y++) {
    for (let x = 0; x < steps; x++) pixels[y * steps + x] = spikes[x * neurons + y] === 0 ? 255 : 0;
  }
  const png = encodePng(steps, neurons, pixels);
  return new Message().integer(1, neurons).integer(2, steps).integer(3, 1).bytes(4, png);
}

/** Length, its check sum, contents, their check sum. */
function record(message: Message): Uint8Array {
  const data = message.encode();
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
