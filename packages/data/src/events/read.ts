import { FormatError } from "@myelin/core";
import { overBudget, unpackingBudget } from "../budget.ts";
import type { ByteSource } from "./decoding/index.ts";
import type { EventChunk, Events } from "./event-chunk.ts";
import { Extent, sensorOf } from "./extent.ts";
import { openEvents, type EventReader, type OpenEventsOptions } from "./open.ts";

/**
 * Reads a whole recording into memory. `width` and `height` are those of the sensor that the file names;
 * otherwise of the smallest sensor of its format that holds all events; otherwise their extent.
 *
 * @throws FormatError if no format fits or the file is damaged
 * @example const { length, t, x, y, p } = await readEvents(new Uint8Array(await file.arrayBuffer()));
 */
export async function readEvents(source: ByteSource, options: OpenEventsOptions = {}): Promise<Events> {
  return collectEvents(await openEvents(source, options));
}

/** All events of a reader that was not read from yet, in memory. */
export async function collectEvents(reader: EventReader): Promise<Events> {
  const growing = new GrowingEvents();
  const extent = new Extent();
  for await (const chunk of reader.chunks()) {
    growing.append(chunk);
    checkBudget(growing, reader);
    extent.add(chunk);
  }
  return { ...growing.whole(), ...sensorOf(reader, extent) };
}

/** Bytes of an event in memory. */
const EVENT_BYTES = 13;

/** A file that unpacks to far more than recordings do is read piece by piece, or not at all. */
function checkBudget({ length }: GrowingEvents, { bytesRead, format }: EventReader): void {
  const budget = unpackingBudget(bytesRead);
  const taken = length * EVENT_BYTES;
  if (taken <= budget) return;
  const { expected, got } = overBudget("events", taken, budget);
  throw new FormatError(
    `readEvents: ${format}: expected ${expected}, got ${got} within ${bytesRead} bytes of the file. ` +
      `Read it piece by piece with openEvents.`,
  );
}

/** Arrays that double when they are full. */
class GrowingEvents {
  #length = 0;
  #t = new Float64Array(0);
  #x = new Uint16Array(0);
  #y = new Uint16Array(0);
  #p = new Uint8Array(0);
  #camera: Uint8Array | undefined;

  get length(): number {
    return this.#length;
  }

  append(chunk: EventChunk): void {
    const end = this.#length + chunk.length;
    if (chunk.camera) this.#camera ??= new Uint8Array(this.#t.length);
    if (end > this.#t.length) this.#grow(Math.max(end, 2 * this.#t.length));
    this.#t.set(chunk.t, this.#length);
    this.#x.set(chunk.x, this.#length);
    this.#y.set(chunk.y, this.#length);
    this.#p.set(chunk.p, this.#length);
    if (chunk.camera) this.#camera?.set(chunk.camera, this.#length);
    this.#length = end;
  }

  whole(): EventChunk {
    const length = this.#length;
    return {
      length,
      t: this.#t.subarray(0, length),
      x: this.#x.subarray(0, length),
      y: this.#y.subarray(0, length),
      p: this.#p.subarray(0, length),
      ...(this.#camera && { camera: this.#camera.subarray(0, length) }),
    };
  }

  #grow(size: number): void {
    const { t, x, y, p, camera } = this.whole();
    this.#t = new Float64Array(size);
    this.#x = new Uint16Array(size);
    this.#y = new Uint16Array(size);
    this.#p = new Uint8Array(size);
    this.#t.set(t);
    this.#x.set(x);
    this.#y.set(y);
    this.#p.set(p);
    if (!camera) return;
    this.#camera = new Uint8Array(size);
    this.#camera.set(camera);
  }
}
