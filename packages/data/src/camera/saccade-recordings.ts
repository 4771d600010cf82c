import { Random } from "@myelin/core";
import { checkBoolean, checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import type { SensorSize } from "../event-transforms/index.ts";
import type { EventRecordings, Events } from "../events/index.ts";
import { checkImages, type ImageDataset } from "../images/index.ts";
import { streamKey } from "../random.ts";
import { cameraSettings, type CameraOptions } from "./camera-options.ts";
import { EventCamera } from "./event-camera.ts";
import { generatedRecordings } from "./generated-recordings.ts";
import { paint, pictureOf, type Picture } from "./picture.ts";
import { SACCADE_US, SACCADES, saccadePosition } from "./saccades.ts";

/** Options of {@link saccadeRecordings}. */
export interface SaccadeOptions {
  readonly camera?: CameraOptions | undefined;
  /** Half the way of the image along x and y, pixels; 2.5 if left out. */
  readonly amplitude?: number | undefined;
  /** Dark pixels around the image on each side; 3 if left out, so that 28 x 28 becomes N-MNIST's 34 x 34. */
  readonly margin?: number | undefined;
  /**
   * Shows dark on light what is light on dark; false if left out. N-MNIST's recordings have the polarities of dark
   * digits: OFF before them as they move, ON behind them.
   */
  readonly invert?: boolean | undefined;
  /** 0 if left out. */
  readonly seed?: number | undefined;
}

/** Time between two frames that the camera sees: the image moves by at most half a pixel for the default amplitude. */
const FRAME_US = 5000;

/** Thresholds and noise with which MNIST gives as many events as N-MNIST has. */
const SACCADE_CAMERA: CameraOptions = {
  thresholdOn: 0.35,
  thresholdOff: 0.35,
  mismatch: 0.15,
  shotNoiseHz: 0.5,
};

/**
 * The images of a data set as an event camera sees them while it makes the three saccades of N-MNIST, 315 ms each. A
 * recording is made when it is asked for; it depends on the image, its place and the seed alone.
 *
 * @throws MyelinError for options out of range
 * @example const train = await eventDataset(saccadeRecordings(mnist, { seed: 1 }), { framing });
 */
export function saccadeRecordings(dataset: ImageDataset, options: SaccadeOptions = {}): EventRecordings {
  checkImages("saccadeRecordings", dataset);
  checkSaccades("saccadeRecordings", options);
  const { amplitude = 2.5, margin = 3, invert = false, seed = 0 } = options;
  const camera = { ...SACCADE_CAMERA, ...options.camera };
  const size = { width: dataset.width + 2 * margin, height: dataset.height + 2 * margin };
  return generatedRecordings(dataset, `${dataset.name}-events`, size, (index) =>
    recordSaccades(pictureOf(dataset, index), size, {
      camera,
      amplitude,
      invert,
      key: streamKey(seed, index),
    }),
  );
}

const KNOWN = { camera: true, amplitude: true, margin: true, invert: true, seed: true } as const;

/** @throws MyelinError for options out of range */
export function checkSaccades(owner: string, options: SaccadeOptions): void {
  checkOptions(owner, options, KNOWN);
  const { amplitude = 2.5, margin = 3, invert = false, seed = 0 } = options;
  checkBoolean(`${owner}.invert`, invert);
  checkInteger(`${owner}.seed`, seed, {});
  checkNumber(`${owner}.amplitude`, amplitude, { above: 0, max: 100 }, "2.5 pixels are N-MNIST's.");
  checkInteger(`${owner}.margin`, margin, { min: 0, max: 100 }, "3 pixels are N-MNIST's.");
  cameraSettings(options.camera ?? {});
}

/** How one picture is shown. */
interface Showing {
  readonly camera: CameraOptions;
  readonly amplitude: number;
  readonly invert: boolean;
  readonly key: number;
}

function recordSaccades(
  picture: Picture,
  size: SensorSize,
  { camera, amplitude, invert, key }: Showing,
): Events {
  const eventCamera = new EventCamera(size, camera, new Random(key));
  const canvas = new Float32Array(size.width * size.height);
  for (let time = 0; time <= SACCADES * SACCADE_US; time += FRAME_US) {
    const [x, y] = saccadePosition(time, amplitude);
    canvas.fill(0);
    paint(canvas, size, picture, { x, y });
    eventCamera.see(invert ? canvas.map((intensity) => 1 - intensity) : canvas, time);
  }
  return eventCamera.events();
}
