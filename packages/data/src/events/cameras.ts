import { FormatError, ShapeError } from "@myelin/core";
import { describeValue } from "@myelin/core/checks";
import { dropOutside, keepEvents } from "./check-events.ts";
import type { CameraSet, EventBuffer, OpenRecording, SensorSize, SkipCounts } from "./decoding/index.ts";
import type { EventChunk } from "./event-chunk.ts";

/** A camera of a recording of several: its number, from 0, or all of them side by side. */
export type CameraOption = number | "all";

/** Columns have 16 bits. */
const MAX_WIDTH = 0x10000;
/** No known recording has more cameras than this. */
const MOST_CAMERAS = 16;

const ONE_CAMERA: CameraSet = { sensors: [undefined], more: false };

/** @throws ShapeError unless `camera` is a whole number from 0 on, "all" or undefined */
export function checkCamera(owner: string, camera: CameraOption | undefined): void {
  if (camera === undefined || camera === "all" || (Number.isInteger(camera) && camera >= 0)) return;
  throw new ShapeError(
    `${owner}: expected the number of a camera, from 0, or "all", got ${describeValue(camera)}. ` +
      `Leave it out for recordings of one camera.`,
  );
}

/** The sensor that holds those of all cameras, as far as they are known. */
export function largestSensor(sensors: readonly (SensorSize | undefined)[]): SensorSize | undefined {
  const known = sensors.filter((sensor) => sensor !== undefined);
  if (known.length === 0) return undefined;
  return {
    width: Math.max(...known.map(({ width }) => width)),
    height: Math.max(...known.map(({ height }) => height)),
  };
}

/** How the events of several cameras are read. */
export interface ChoiceOptions {
  readonly camera: CameraOption | undefined;
  /** The sensor of what comes out, as the user states it. */
  readonly stated: SensorSize | undefined;
}

/** Takes the events of the chosen cameras: of the only one, of one of several, or of all, side by side. */
export class ChosenCameras {
  /** How many events each camera has so far, wherever they lie. */
  readonly events: number[];
  /** The sensor of what comes out; undefined if neither user, file nor format says. */
  readonly sensor: SensorSize | undefined;
  readonly likelySensors: readonly SensorSize[];
  readonly #file: string;
  readonly #camera: CameraOption | undefined;
  readonly #set: CameraSet;
  /** The sensor of one camera. */
  readonly #own: SensorSize | undefined;
  /** How many cameras there is place for. */
  readonly #places: number;
  /** Whether there were events that have no place beside the others. */
  #hasNoPlace = false;

  /** @throws FormatError if the recording cannot have the camera */
  constructor(file: string, recording: OpenRecording, { camera, stated }: ChoiceOptions) {
    this.#file = file;
    this.#camera = camera;
    this.#set = recording.cameras ?? ONE_CAMERA;
    const count = this.#set.sensors.length;
    this.events = new Array<number>(Math.max(1, count)).fill(0);
    if (!this.#set.more) this.#checkNumber();
    this.#own =
      (typeof camera === "number" ? this.#set.sensors[camera] : undefined) ??
      recording.sensor ??
      (camera === "all" ? partOf(stated, count) : undefined);
    this.sensor = stated ?? (camera === "all" ? sideBySide(this.#own, count) : this.#own);
    this.#places = stated || count === 0 ? Infinity : count;
    this.likelySensors =
      camera === "all" && count === 0 && this.#own ? rowsOf(this.#own) : (recording.likelySensors ?? []);
  }

  /** Counts the events in `buffer` and leaves those that are chosen. */
  take(buffer: EventBuffer, skipped: SkipCounts): void {
    this.#count(buffer);
    const { camera } = buffer;
    if (this.#camera === "all") this.#putSideBySide(buffer, skipped);
    else if (this.#camera !== undefined) {
      skipped.otherCameras += keepEvents(buffer, (i) => (camera?.[i] ?? 0) === this.#camera);
    } else if (this.#isOfSeveral()) buffer.length = 0;
  }

  /** The events of `buffer`, with their cameras if all are read. */
  chunk(buffer: EventBuffer): EventChunk {
    const chunk = buffer.chunk();
    if (this.#camera !== "all") return chunk;
    return { ...chunk, camera: buffer.withCameras().subarray(0, chunk.length) };
  }

  /**
   * Called at the end, when all events are counted.
   *
   * @throws FormatError if there are several cameras and none was chosen, or the choice does not fit them
   */
  finish(): void {
    if (this.#camera === undefined && this.#isOfSeveral()) throw this.#noChoice();
    if (this.#hasNoPlace) throw this.#noPlace();
    this.#checkNumber();
  }

  #count({ camera, length }: EventBuffer): void {
    const { events } = this;
    if (!camera) {
      events[0]! += length;
      return;
    }
    for (let i = 0; i < length; i++) {
      while (camera[i]! >= events.length) events.push(0);
      events[camera[i]!]!++;
    }
  }

  #isOfSeveral(): boolean {
    return this.events.filter((count) => count > 0).length > 1;
  }

  #putSideBySide(buffer: EventBuffer, skipped: SkipCounts): void {
    const { camera, x } = buffer;
    if (!camera) return;
    const own = this.#own;
    const count = this.events.length;
    if (!own || count > this.#places || count * own.width > MAX_WIDTH) {
      this.#hasNoPlace = true;
      buffer.length = 0;
      return;
    }
    skipped.outsideSensor += dropOutside(buffer, own);
    for (let i = 0; i < buffer.length; i++) x[i]! += camera[i]! * own.width;
  }

  #checkNumber(): void {
    const camera = this.#camera;
    if (typeof camera !== "number" || camera < this.events.length) return;
    const last = this.events.length - 1;
    throw new FormatError(
      `openEvents: ${this.#file}: expected camera ${last === 0 ? "0" : `0 to ${last}`}, got ${camera}. ` +
        `The recording has ${last === 0 ? "one camera" : `${last + 1} cameras`}.`,
    );
  }

  #noChoice(): FormatError {
    return new FormatError(
      `openEvents: ${this.#file}: expected the choice of a camera, got none for ${this.#counts()}. ` +
        `Read one with camera: ${this.events.findIndex((count) => count > 0)}, or all side by side with ` +
        `camera: "all" (--camera on the command line).`,
    );
  }

  #noPlace(): FormatError {
    return new FormatError(
      `openEvents: ${this.#file}: expected a header that says how many cameras there are and how wide each is, got ` +
        `${this.#counts()}. Read one with camera: 0, or state the sensor of all side by side.`,
    );
  }

  #counts(): string {
    const cameras = this.events.map((count, camera) => `camera ${camera}: ${count}`);
    return `events of ${this.events.length} cameras (${cameras.join(", ")})`;
  }
}

function sideBySide(own: SensorSize | undefined, count: number): SensorSize | undefined {
  return own && count > 0 ? { width: count * own.width, height: own.height } : undefined;
}

/** The sensor of one of `count` cameras. */
function partOf(all: SensorSize | undefined, count: number): SensorSize | undefined {
  if (!all || count === 0 || all.width % count !== 0) return undefined;
  return { width: all.width / count, height: all.height };
}

/** One, two, three ... cameras side by side, where only the events tell how many there are. */
function rowsOf(own: SensorSize): SensorSize[] {
  return Array.from({ length: MOST_CAMERAS }, (_, i) => ({ ...own, width: (i + 1) * own.width }));
}
