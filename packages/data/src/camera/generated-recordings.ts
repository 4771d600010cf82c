import { ShapeError } from "@myelin/core";
import type { SensorSize } from "../event-transforms/index.ts";
import type { EventRecordings, Events } from "../events/index.ts";
import type { ImageDataset } from "../images/index.ts";

/** Recordings with the labels of images, each made from its image when it is asked for. */
export function generatedRecordings(
  { count, labels, classNames }: ImageDataset,
  name: string,
  { width, height }: SensorSize,
  make: (index: number) => Events,
): EventRecordings {
  return {
    name,
    count,
    labels,
    classNames,
    width,
    height,
    async read(index) {
      if (Number.isInteger(index) && index >= 0 && index < count) return make(index);
      throw new ShapeError(
        `${name}.read: expected a recording from 0 to ${count - 1}, got ${index}. Use an index below count.`,
      );
    },
    close: async () => undefined,
  };
}
