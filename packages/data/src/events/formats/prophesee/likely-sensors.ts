import type { SensorSize } from "../../decoding/index.ts";

/** Sensors of files whose header names none: those of the third and fourth generation. */
export const LIKELY_SENSORS: readonly SensorSize[] = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
];
