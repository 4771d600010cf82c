// Buttons and pictures. What hears and sees is in sound.js and motion.js.
import { createEngine } from "@myelin/core";
import { hear } from "./sound.js";
import { watch } from "./motion.js";

/** @template {HTMLElement} [E=HTMLElement] @param {string} id @returns {E} */
function part(id) {
  return /** @type {E} */ (document.getElementById(id));
}

/** @param {string} id */
function brush(id) {
  const canvas = /** @type {HTMLCanvasElement} */ (part(id));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return { context, width: canvas.width, height: canvas.height };
}

/** A mean that follows slowly. @param {string} id */
function meter(id) {
  let mean = NaN;
  return (/** @type {number} */ value) => {
    mean = Number.isNaN(mean) ? value : 0.95 * mean + 0.05 * value;
    part(id).textContent = mean.toFixed(2);
  };
}

/** Draws values as bars. @param {string} id @param {ArrayLike<number>} values @param {number} full */
function drawBars(id, values, full) {
  const { context, width, height } = brush(id);
  const wide = width / values.length;
  context.clearRect(0, 0, width, height);
  for (let i = 0; i < values.length; i++) {
    const high = Math.min(1, Math.max(0, values[i] ?? 0) / full) * height;
    context.fillStyle = `hsl(${(300 * i) / values.length} 80% 60%)`;
    context.fillRect(i * wide, height - high, wide - 1, high);
  }
}

/** A raster that moves to the left: one column a step. @param {string} id @param {number} rows */
function raster(id, rows) {
  const { context, width, height } = brush(id);
  const high = height / rows;
  return (/** @type {ArrayLike<number>} */ spikes) => {
    context.drawImage(context.canvas, -1, 0);
    context.clearRect(width - 1, 0, 1, height);
    context.fillStyle = "#fff";
    for (let row = 0; row < rows; row++) {
      if (spikes[row]) context.fillRect(width - 1, row * high, 1, Math.max(1, high));
    }
  };
}

/** Events on their pixels, red ON and blue OFF. @param {string} id */
function eventPicture(id) {
  const { context, width, height } = brush(id);
  const picture = context.createImageData(width, height);
  return (/** @type {import("@myelin/data/browser").Events} */ { x, y, p, length }) => {
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = 0.7 * (picture.data[i] ?? 0);
    for (let i = 0; i < length; i++) {
      const at = 4 * ((y[i] ?? 0) * width + (x[i] ?? 0));
      picture.data[at + (p[i] === 1 ? 0 : 2)] = 255;
      picture.data[at + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
  };
}

/**
 * Starts something once when its button is pressed, and says what became of it.
 *
 * @param {string} button @param {string} status @param {string} doing @param {() => Promise<void>} start
 */
function onPress(button, status, doing, start) {
  const run = async () => {
    /** @type {HTMLButtonElement} */ (part(button)).disabled = true;
    part(status).textContent = "asking …";
    try {
      await start();
      part(status).textContent = doing;
    } catch (error) {
      part(status).textContent = error instanceof Error ? error.message : String(error);
      /** @type {HTMLButtonElement} */ (part(button)).disabled = false;
    }
  };
  part(button).addEventListener("click", () => void run());
}

const engine = createEngine({ wasm: { threads: 1 } });

onPress("listen", "hearing", "listening", async () => {
  await engine;
  const media = await navigator.mediaDevices.getUserMedia({ audio: true });
  const draw = raster("cochlea", 70);
  const time = meter("sound-ms");
  await hear(media, ({ step, spikes, bands, loudest, milliseconds }) => {
    draw(spikes);
    drawBars("bands", bands, 1);
    time(milliseconds);
    part("sound-steps").textContent = String(step);
    part("band").textContent = loudest;
  });
});

onPress("watch", "seeing", "watching", async () => {
  await engine;
  const media = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } });
  const draw = eventPicture("events");
  const time = meter("frame-ms");
  let count = 0;
  await watch(media, ({ frame, events, directions, motion, milliseconds }) => {
    count += events.length;
    draw(events);
    drawBars("directions", directions, 1);
    time(milliseconds);
    part("frames").textContent = String(frame);
    part("event-count").textContent = String(count);
    part("motion").textContent = motion;
  });
});
