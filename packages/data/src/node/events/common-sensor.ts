import { FormatError } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { Extent, sensorOf, type CameraOption, type SensorSize } from "../../events/index.ts";
import { openEventFile } from "./event-file.ts";
import type { ClassFile } from "../labelled/index.ts";

/**
 * The sensor of all recordings: the one that their headers name. If none does, one guess for all, which is said: the
 * smallest of their formats that holds every event, or as large as the events need. All recordings are then read once more.
 *
 * @param camera which camera of recordings of several, as in `openEvents`
 * @throws FormatError if headers name different sensors
 */
export async function commonSensor(
  folder: string,
  files: readonly ClassFile[],
  camera: CameraOption | undefined,
): Promise<SensorSize> {
  let named: { size: SensorSize; path: string } | undefined;
  for (const { path } of files) {
    const { width, height, close } = await openEventFile(path, { camera });
    await close();
    if (width === undefined || height === undefined) continue;
    named ??= { size: { width, height }, path };
    if (named.size.width !== width || named.size.height !== height) {
      throw disagree(folder, named, { size: { width, height }, path });
    }
  }
  return named?.size ?? guess(folder, files, camera);
}

async function guess(
  folder: string,
  files: readonly ClassFile[],
  camera: CameraOption | undefined,
): Promise<SensorSize> {
  const extent = new Extent();
  const likely: SensorSize[] = [];
  for (const { path } of files) {
    const reader = await openEventFile(path, { camera });
    likely.push(...reader.likelySensors);
    for await (const chunk of reader.chunks()) extent.add(chunk);
  }
  likely.sort((a, b) => a.width * a.height - b.width * b.height);
  const size = sensorOf({ width: undefined, height: undefined, likelySensors: likely }, extent);
  warn(
    `${folder}: expected headers that name the sensor, got none; taken to be ${size.width} x ${size.height}, ` +
      `which holds the events of all recordings. State it with sensor: [width, height].`,
  );
  return size;
}

interface Named {
  readonly size: SensorSize;
  readonly path: string;
}

function disagree(folder: string, first: Named, other: Named): FormatError {
  const text = ({ size, path }: Named) => `${size.width} x ${size.height} in ${path}`;
  return new FormatError(
    `${folder}: expected recordings of one sensor, got ${text(first)} and ${text(other)}. ` +
      `State the sensor with sensor: [width, height], or keep them apart.`,
  );
}
