import type { SensorSize } from "../../decoding/index.ts";

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
  /** The bits that tell several cameras apart. */
  readonly camera?: CameraBits;
}

/** Which bits say the number of a camera. */
export interface CameraBits {
  readonly shift: number;
  readonly mask: number;
  /** How many cameras there are; only the events tell if left out. */
  readonly count?: number;
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

/**
 * Two DVS128, also called Tmpdiff128: bit 15 is set for the right one (jAER, `net.sf.jaer.stereopsis.Stereopsis`, as used
 * by `DVS128StereoPair`, `DVS128StereoBoard`, `Tmpdiff128StereoPair`, `Tmpdiff128StereoBoard` and `FlyEye`).
 */
const STEREO_DVS128: AddressLayout = {
  ...DVS128,
  otherMask: 0xffff0000,
  camera: { shift: 15, mask: 1, count: 2 },
};

/**
 * Several DVS128: the number of the camera is the highest byte (jAER, `net.sf.jaer.event.MultiCameraEvent`, as used by
 * `MultiDVS128CameraChip`). Bit 31 marks special events and is none of the number.
 */
const MULTI_DVS128: AddressLayout = { ...DVS128, otherMask: 0x80ff8000, camera: { shift: 24, mask: 0x7f } };

/**
 * Several DAVIS: the number of the camera is the lowest four bits of polarity events (jAER,
 * `net.sf.jaer.event.MultiCameraApsDvsEvent`, as used by `MultiDavisCameraChip` and its kin).
 */
const MULTI_DAVIS_BITS: CameraBits = { shift: 0, mask: 0xf };

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
  if (namesSeveralCameras(name)) return layoutOfSeveral(lowered);
  return CAMERAS.find(([pattern]) => pattern.test(lowered))?.[1];
}

/** Whether a text names a pair of cameras, or more. */
export function namesSeveralCameras(name: string): boolean {
  return /stereo|pair|multi|flyeye/i.test(name);
}

/**
 * jAER's pair of DAVIS is not among them: `Davis240CStereoPair` tells the cameras apart by bit 15, which is a bit of x.
 */
function layoutOfSeveral(lowered: string): AddressLayout | undefined {
  const one = CAMERAS.find(([pattern]) => pattern.test(lowered))?.[1];
  if (!lowered.includes("multi")) {
    return one === DVS128 || lowered.includes("flyeye") ? STEREO_DVS128 : undefined;
  }
  if (one === DVS128) return MULTI_DVS128;
  return /davis/.test(lowered) ? { ...DAVIS, ...one, camera: MULTI_DAVIS_BITS } : undefined;
}

function davis(width: number, height: number): AddressLayout {
  return { ...DAVIS, sensors: [{ width, height }] };
}
