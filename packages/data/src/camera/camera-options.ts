import { type Bounds, checkInteger, checkNumber, checkOptions, withDefaults } from "@myelin/core/checks";

/** The properties of an event camera's pixels. */
export interface CameraOptions {
  /** The rise of the logarithm of intensity that makes an ON event; 0.2 if left out. */
  readonly thresholdOn?: number | undefined;
  /** The fall that makes an OFF event; 0.2 if left out. */
  readonly thresholdOff?: number | undefined;
  /** Standard deviation of the thresholds from pixel to pixel, as a part of the threshold; 0.1 if left out. */
  readonly mismatch?: number | undefined;
  /** How long a pixel is blind after an event, whole microseconds; 500 if left out. */
  readonly refractoryUs?: number | undefined;
  /** ON events per second of a pixel that sees no change, from the leak of its memory; 0.1 if left out. */
  readonly leakRateHz?: number | undefined;
  /** Noise events per second of a dark pixel, ON and OFF alike; a quarter of that at full brightness; 1 if left out. */
  readonly shotNoiseHz?: number | undefined;
  /** Added to the intensity (0 .. 1) before its logarithm: how dark black is; 0.1 if left out. */
  readonly darkLevel?: number | undefined;
}

/** A camera without mismatch, refractory time and noise. */
export const IDEAL_CAMERA = { mismatch: 0, refractoryUs: 0, leakRateHz: 0, shotNoiseHz: 0 } as const;

/** {@link CameraOptions} with every value filled in. */
export type CameraSettings = { readonly [Option in keyof CameraOptions]-?: number };

const DEFAULTS: CameraSettings = {
  thresholdOn: 0.2,
  thresholdOff: 0.2,
  mismatch: 0.1,
  refractoryUs: 500,
  leakRateHz: 0.1,
  shotNoiseHz: 1,
  darkLevel: 0.1,
};

const KNOWN = {
  thresholdOn: true,
  thresholdOff: true,
  mismatch: true,
  refractoryUs: true,
  leakRateHz: true,
  shotNoiseHz: true,
  darkLevel: true,
} as const;

/** Rates are limited so that a recording cannot be noise without end. */
const MAX_RATE_HZ = 100_000;

const BOUNDS: Readonly<Record<keyof CameraSettings, Bounds & { readonly hint: string }>> = {
  thresholdOn: { min: 0.005, hint: "0.2 means that intensity grows by 22 %." },
  thresholdOff: { min: 0.005, hint: "0.2 means that intensity falls by 18 %." },
  mismatch: { min: 0, max: 1, hint: "0.1 is a tenth of the threshold." },
  refractoryUs: { min: 0, hint: "It is in microseconds." },
  leakRateHz: { min: 0, max: MAX_RATE_HZ, hint: "It is in events per second and pixel." },
  shotNoiseHz: { min: 0, max: MAX_RATE_HZ, hint: "It is in events per second and pixel." },
  darkLevel: { above: 0, max: 1, hint: "0.1 limits the contrast of white on black to 11." },
};

/**
 * Fills in what is left out and checks the rest.
 *
 * @throws MyelinError that names the option
 */
export function cameraSettings(options: CameraOptions): CameraSettings {
  const settings = withDefaults(DEFAULTS, checkOptions("EventCamera", options, KNOWN));
  for (const [option, { hint, ...bounds }] of Object.entries(BOUNDS)) {
    const check = option === "refractoryUs" ? checkInteger : checkNumber;
    check(`EventCamera.${option}`, settings[option as keyof CameraSettings], bounds, hint);
  }
  return settings;
}
