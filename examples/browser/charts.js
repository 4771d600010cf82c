// Drawing on canvases: a line chart and a spike raster.

const MARGIN = { left: 44, right: 10, top: 10, bottom: 24 };

/** Room for the numbers beside a raster; style.css moves the pictures above it by as much. */
const RASTER_MARGIN = 24;

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
  const maxY = top ?? Math.max(0.01, ...points.map(({ y }) => y));
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
    context.fillText((share * maxY).toFixed(maxY < 0.5 ? 3 : 2), 8, y(share * maxY) + 4);
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
 * @property {Uint8Array} spikes [steps, count, neurons]
 * @property {number} rows how many of the neurons are drawn, the first ones
 * @property {number} share of the height
 * @property {number} [numbered] how many neighbouring rows have a common number beside them
 */

/**
 * Draws a raster of samples one after the other: a row for each neuron, layers below each other, a column for each time
 * step, a mark for each spike.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{ steps: number, count: number }} size
 * @param {RasterLayer[]} layers
 */
export function drawRaster(canvas, size, layers) {
  const { context, width, height } = prepare(canvas);
  const line = color("line");
  let top = 0;
  for (const layer of layers) {
    const area = { top, height: layer.share * height, left: RASTER_MARGIN, width: width - RASTER_MARGIN };
    drawLayer(context, size, layer, area);
    top += area.height;
    context.fillStyle = line;
    context.fillRect(0, top, width, 1);
  }
  for (let sample = 0; sample < size.count; sample++) {
    context.fillRect(RASTER_MARGIN + (sample * (width - RASTER_MARGIN)) / size.count, 0, 1, height);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ steps: number, count: number }} size
 * @param {RasterLayer} layer
 * @param {{ top: number, height: number, left: number, width: number }} area
 */
function drawLayer(context, { steps, count }, { color: fill, spikes, rows, numbered }, area) {
  const neurons = spikes.length / (steps * count);
  const column = area.width / (steps * count);
  const row = area.height / rows;
  context.fillStyle = fill;
  spikes.forEach((spike, at) => {
    const neuron = at % neurons;
    if (!spike || neuron >= rows) return;
    const sample = Math.floor(at / neurons) % count;
    const step = Math.floor(at / (neurons * count));
    const x = area.left + (sample * steps + step + 0.2) * column;
    context.fillRect(x, area.top + (neuron + 0.15) * row, 0.6 * column, Math.max(0.7 * row, 1));
  });
  if (!numbered) return;
  context.fillStyle = color("muted");
  for (let number = 0; number < rows / numbered; number++) {
    context.fillText(String(number), 8, area.top + (number + 0.5) * numbered * row + 4);
  }
}

/**
 * Draws square grey pictures side by side at one pixel a value.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} pixels [count, height, width]
 * @param {number} count
 */
export function drawPictures(canvas, pixels, count) {
  const side = Math.sqrt(pixels.length / count);
  canvas.width = count * side;
  canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(canvas.width, canvas.height);
  pixels.forEach((value, at) => {
    const picture = Math.floor(at / side ** 2);
    const y = Math.floor(at / side) % side;
    image.data.set([value, value, value, 255], 4 * (y * canvas.width + picture * side + (at % side)));
  });
  context.putImageData(image, 0, 0);
}
