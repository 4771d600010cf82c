import type { SensorSize } from "./decoding/index.ts";
import type { EventChunk } from "./event-chunk.ts";
import type { EventReader } from "./open.ts";

/** The smallest rectangle from (0, 0) that holds all events seen. */
export class Extent implements SensorSize {
  width = 0;
  height = 0;

  add({ x, y, length }: EventChunk): void {
    let xMost = this.width - 1;
    let yMost = this.height - 1;
    for (let i = 0; i < length; i++) {
      if (x[i]! > xMost) xMost = x[i]!;
      if (y[i]! > yMost) yMost = y[i]!;
    }
    this.width = xMost + 1;
    this.height = yMost + 1;
  }
}

/**
 * The sensor of a recording that was read: the one that the file names; otherwise the smallest sensor of its format
 * that holds all events; otherwise their extent.
 */
export function sensorOf(
  { width, height, likelySensors }: Pick<EventReader, "width" | "height" | "likelySensors">,
  extent: SensorSize,
): SensorSize {
  if (width !== undefined && height !== undefined) return { width, height };
  const holds = (sensor: SensorSize) => sensor.width >= extent.width && sensor.height >= extent.height;
  return likelySensors.find(holds) ?? { width: extent.width, height: extent.height };
}
