import type { SensorSize } from "../decoding/index.ts";

/** Which bits of an address say what. */
export interface AddressLayout {
  /** The sensors that this layout belongs to, smallest first. */
  readonly sensors: readonly SensorSize[];
  readonly xShift: number;
  readonly xMask: number;
  readonly yShift: number;
  readonly yMask: number;
  readonly pShift: number;
  /** Addresses with any of these bits are no polarity events. */
  readonly otherMask: number;
}

/** DVS128 and its predecessors: y in bits 14..8, x in 7..1, polarity in 0; bit 15 marks external events. */
export const DVS128: AddressLayout = {
  sensors: [{ width: 128, height: 128 }],
  xShift: 1,
  xMask: 0x7f,
  yShift: 8,
  yMask: 0x7f,
  pShift: 0,
  otherMask: 0xffff8000,
};

/**
 * DAVIS: y in bits 30..22, x in 21..12, polarity in 11. Bit 31 marks samples of frames and of the inertial sensor, bit
 * 10 external events.
 */
export const DAVIS: AddressLayout = {
  sensors: [
    { width: 240, height: 180 },
    { width: 346, height: 260 },
    { width: 640, height: 480 },
  ],
  xShift: 12,
  xMask: 0x3ff,
  yShift: 22,
  yMask: 0x1ff,
  pShift: 11,
  otherMask: 0x80000400,
};

/**
 * AER-EAR cochlea, read with the bits of DVS128: x = 2 * channel + ear, y = neuron 0..3 of the channel, p = filter.
 * Addresses beyond ten bits are samples of the converters.
 */
export const COCHLEA: AddressLayout = {
  ...DVS128,
  sensors: [{ width: 128, height: 4 }],
  otherMask: 0xfffffc00,
};

/** Names of cameras, as they stand in headers, in lower case; the first that fits counts. */
const CAMERAS: readonly (readonly [RegExp, AddressLayout])[] = [
  [/davis\w*346/, davis(346, 260)],
  [/davis\w*240|sbret/, davis(240, 180)],
  [/davis\w*640/, davis(640, 480)],
  [/davis\w*208/, davis(208, 192)],
  [/davis\w*128/, davis(128, 128)],
  [/davis/, DAVIS],
  [/dvs128|tmpdiff128/, DVS128],
  [/cochlea/, COCHLEA],
];

/** The layout of the camera that a text names, if it is known. */
export function layoutOfCamera(name: string): AddressLayout | undefined {
  const lowered = name.toLowerCase();
  return CAMERAS.find(([pattern]) => pattern.test(lowered))?.[1];
}

function davis(width: number, height: number): AddressLayout {
  return { ...DAVIS, sensors: [{ width, height }] };
}
