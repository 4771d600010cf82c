// From a webcam to the direction of motion: an event camera, and a network with delays on its events, frame by frame.
import {
  AvgPool2d,
  DelayLinear,
  Flatten,
  LeakyIntegrator,
  LIF,
  Linear,
  Random,
  Sequential,
} from "@myelin/core";
import { EventCamera, IDEAL_CAMERA } from "@myelin/data/browser";

const WIDTH = 64;
const HEIGHT = 48;
/** Pixels of a cell; a cell that sees enough events fires. */
const CELL = 8;
const COLUMNS = WIDTH / CELL;
const ROWS = HEIGHT / CELL;
/** Frames that motion from one column of cells to the next takes. */
const FRAMES = 2;

/** Cells, summed over rows: [2, H, W] to a current for each column. */
function columns() {
  const sum = new Linear(2 * ROWS * COLUMNS, COLUMNS, { bias: false });
  sum.weight.set(
    Float32Array.from({ length: sum.weight.size }, (_, i) => {
      const [column, cell] = [Math.floor(i / (2 * ROWS * COLUMNS)), i % COLUMNS];
      return column === cell ? 1 : 0;
    }),
  );
  return sum;
}

/**
 * A neuron for each direction and each pair of neighbouring columns: it fires when one column was active `FRAMES` steps
 * before the other, as the first one's spike waits for the second's.
 */
function pairs() {
  const count = COLUMNS - 1;
  const layer = new DelayLinear(COLUMNS, 2 * count, {
    maxDelay: 2 * FRAMES + 1,
    keepLength: true,
    learn: false,
  });
  const weight = new Float32Array(layer.weight.size);
  const position = new Float32Array(layer.position.size);
  for (let direction = 0; direction < 2; direction++) {
    for (let pair = 0; pair < count; pair++) {
      const row = (direction * count + pair) * COLUMNS;
      const [first, second] = direction === 1 ? [pair, pair + 1] : [pair + 1, pair];
      weight[row + first] = weight[row + second] = 1;
      // A delay of d steps is the position FRAMES - d.
      position[row + first] = 0;
      position[row + second] = FRAMES;
    }
  }
  layer.weight.set(weight);
  layer.position.set(position);
  return layer;
}

/** The neurons of each direction, added up. */
function votes() {
  const count = COLUMNS - 1;
  const sum = new Linear(2 * count, 2, { bias: false });
  sum.weight.set(
    Float32Array.from({ length: sum.weight.size }, (_, i) =>
      Math.floor(i / (2 * count)) === Math.floor((i % (2 * count)) / count) ? 1 : 0,
    ),
  );
  return sum;
}

function motionNetwork() {
  return new Sequential({
    pool: new AvgPool2d({ kernelSize: CELL }),
    flatten: new Flatten(),
    columns: columns(),
    active: new LIF({ tau: 1, vThreshold: 0.1 }),
    pairs: pairs(),
    both: new LIF({ tau: 1, vThreshold: 1.5 }),
    votes: votes(),
    lately: new LeakyIntegrator({ tau: 8 }),
  }).eval();
}

/**
 * @typedef {object} Seen
 * @property {number} frame
 * @property {import("@myelin/data/browser").Events} events since the frame before
 * @property {Float32Array} directions how much motion there was lately, to the left and to the right
 * @property {string} motion
 * @property {number} milliseconds that events and network took
 */

/**
 * Watches until the page goes.
 *
 * @param {MediaStream} media
 * @param {(seen: Seen) => void} show
 */
export async function watch(media, show) {
  const video = Object.assign(document.createElement("video"), {
    srcObject: media,
    muted: true,
    playsInline: true,
  });
  await video.play();
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = /** @type {CanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  const camera = new EventCamera({ width: WIDTH, height: HEIGHT }, IDEAL_CAMERA, new Random(1));
  const stream = motionNetwork().stream({ input: [2, HEIGHT, WIDTH] });
  const grey = new Float32Array(WIDTH * HEIGHT);
  const counts = new Float32Array(2 * WIDTH * HEIGHT);
  let frame = 0;
  const look = async () => {
    context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
    for (let i = 0; i < grey.length; i++) {
      grey[i] = luma(data, 4 * i);
    }
    const begin = performance.now();
    camera.see(grey, begin * 1000);
    const events = camera.take();
    counts.fill(0);
    for (let i = 0; i < events.length; i++) {
      counts[placeOf(events, i)] = 1;
    }
    const directions = await stream.step(counts).data();
    const milliseconds = performance.now() - begin;
    const [left = 0, right = 0] = directions;
    const motion = Math.max(left, right) < 0.01 ? "none" : left > right ? "left" : "right";
    show({ frame: ++frame, events, directions, motion, milliseconds });
    video.requestVideoFrameCallback(() => void look());
  };
  video.requestVideoFrameCallback(() => void look());
}

/** The brightness of a pixel, 0 .. 1. @param {Uint8ClampedArray} data @param {number} at */
function luma(data, at) {
  return (0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0)) / 255;
}

/** Where an event counts in [2, H, W], OFF before ON. @param {import("@myelin/data/browser").Events} events @param {number} i */
function placeOf({ x, y, p }, i) {
  return ((p[i] ?? 0) * HEIGHT + (y[i] ?? 0)) * WIDTH + (x[i] ?? 0);
}
