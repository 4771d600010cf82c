// Drawing on canvases: a line chart and a spike raster.

const MARGIN = { left: 44, right: 10, top: 10, bottom: 24 };

/** Spikes are events: with few time steps their marks must not fill the step. */
const MOST_MARK_WIDTH = 16;

/**
 * @typedef {object} Series
 * @property {string} color
 * @property {{ x: number, y: number }[]} points by rising x
 */

/** @param {string} name of a colour in style.css */
export function color(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/**
 * A canvas's drawing context, its bitmap as sharp as the screen and empty.
 *
 * @param {HTMLCanvasElement} canvas
 */
function prepare(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = "11px system-ui, sans-serif";
  return { context, width, height };
}

/**
 * Draws lines over a common x axis from 0.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Series[]} series
 * @param {number} [top] upper end of the y axis; by the data when left out
 */
export function drawLines(canvas, series, top) {
  const { context, width, height } = prepare(canvas);
  const points = series.flatMap((one) => one.points);
  const maxX = Math.max(1, ...points.map(({ x }) => x));
  const maxY = top ?? Math.max(0.1, ...points.map(({ y }) => y));
  const x = (/** @type {number} */ value) =>
    MARGIN.left + (value / maxX) * (width - MARGIN.left - MARGIN.right);
  const y = (/** @type {number} */ value) =>
    height - MARGIN.bottom - (value / maxY) * (height - MARGIN.top - MARGIN.bottom);

  context.fillStyle = color("muted");
  context.strokeStyle = color("line");
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    context.beginPath();
    context.moveTo(MARGIN.left, y(share * maxY));
    context.lineTo(width - MARGIN.right, y(share * maxY));
    context.stroke();
    context.fillText((share * maxY).toFixed(2), 8, y(share * maxY) + 4);
  }
  context.fillText(`step ${maxX}`, width - MARGIN.right - 60, height - 6);
  for (const { color: stroke, points: line } of series) {
    context.strokeStyle = stroke;
    context.lineWidth = 1.75;
    context.beginPath();
    for (const point of line) context.lineTo(x(point.x), y(point.y));
    context.stroke();
  }
}

/**
 * @typedef {object} RasterLayer
 * @property {string} color
 * @property {number} neurons
 * @property {Uint8Array} spikes [T, neurons]
 * @property {number} share of the height
 * @property {boolean} [numbered] writes each neuron's number beside its row
 */

/**
 * Draws a raster: a row for each neuron, layers below each other, a column for each time step, a mark for each spike.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {RasterLayer[]} layers
 */
export function drawRaster(canvas, layers) {
  const { context, width, height } = prepare(canvas);
  let top = 0;
  for (const layer of layers) {
    const area = { top, height: layer.share * height, left: MARGIN.left / 2, right: width };
    drawLayer(context, layer, area);
    top += area.height;
    context.fillStyle = color("line");
    context.fillRect(0, top, width, 1);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {RasterLayer} layer
 * @param {{ top: number, height: number, left: number, right: number }} area
 */
function drawLayer(context, { color: fill, neurons, spikes, numbered }, { top, height, left, right }) {
  const column = ((right - left) * neurons) / spikes.length;
  const row = height / neurons;
  const mark = { width: Math.min(0.7 * column, MOST_MARK_WIDTH), height: Math.max(0.7 * row, 1) };
  context.fillStyle = fill;
  spikes.forEach((spike, at) => {
    if (!spike) return;
    const x = left + (Math.floor(at / neurons) + 0.5) * column;
    const y = top + ((at % neurons) + 0.5) * row;
    context.fillRect(x - mark.width / 2, y - mark.height / 2, mark.width, mark.height);
  });
  context.fillStyle = color("muted");
  for (let n = 0; numbered && n < neurons; n++) context.fillText(String(n), 8, top + (n + 0.5) * row + 4);
}

/**
 * Draws a grey picture at one pixel a value.
 *
 * @param {HTMLCanvasElement} canvas of the picture's size
 * @param {Uint8Array} pixels
 */
export function drawPicture(canvas, pixels) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(canvas.width, canvas.height);
  pixels.forEach((value, at) => image.data.set([value, value, value, 255], 4 * at));
  context.putImageData(image, 0, 0);
}
