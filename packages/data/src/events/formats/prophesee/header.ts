import { readTextHeader, statedSensor, type ByteReader, type SensorSize } from "../../decoding/index.ts";

/** The header of a Prophesee file. */
export interface PropheseeHeader {
  readonly lines: readonly string[];
  /** Values by their key in lower case: of "% key value" lines and of the parts of "% format EVT3;height=720". */
  readonly values: ReadonlyMap<string, string>;
}

/** Reads the lines with `%`, up to `% end` where there is one. */
export async function readPropheseeHeader(bytes: ByteReader): Promise<PropheseeHeader> {
  const lines = await readTextHeader(bytes, {
    mark: "%",
    isLast: (line) => line.slice(1).trim().toLowerCase() === "end",
  });
  return { lines, values: valuesOf(lines) };
}

/** The values of header lines. */
export function valuesOf(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of lines) {
    const text = line.replace(/^%/, "").trim();
    const gap = text.search(/\s/);
    if (gap < 0) continue;
    const key = text.slice(0, gap);
    const [first, ...parts] = text.slice(gap).trim().split(";");
    values.set(key.toLowerCase(), first!);
    for (const part of parts) {
      const [name, setting] = part.split("=");
      if (name !== undefined && setting !== undefined) values.set(name.trim().toLowerCase(), setting.trim());
    }
  }
  return values;
}

/**
 * The sensor that a header names, by its size or by the generation of the camera.
 *
 * @throws FormatError if the size is none
 */
export function sensorOf(bytes: ByteReader, { values }: PropheseeHeader): SensorSize | undefined {
  const [width, height] = values.get("geometry")?.split("x") ?? [values.get("width"), values.get("height")];
  if (width !== undefined && height !== undefined) {
    return statedSensor(bytes, 0, { width: Number(width), height: Number(height) });
  }
  const camera = ["sensor_name", "sensor_generation", "plugin_name"].map((key) => values.get(key)).join(" ");
  return CAMERAS.find(([pattern]) => pattern.test(camera))?.[1];
}

/** Cameras by parts of their names. */
const CAMERAS: readonly (readonly [RegExp, SensorSize])[] = [
  [/genx320/i, { width: 320, height: 320 }],
  [/gen4|imx636|imx646|\b4\.[12]/i, { width: 1280, height: 720 }],
  [/gen3|\b3\.[01]/i, { width: 640, height: 480 }],
];
