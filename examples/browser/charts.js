// Drawing on canvases: a line chart and a spike raster.

const MARGIN = { left: 44, right: 10, top: 10, bottom: 24 };

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
 * Draws a raster: a row for each neuron, layers below each other, a column for each time step, a mark for each spike.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{ color: string, neurons: number, spikes: Uint8Array }[]} layers spikes [T, neurons]
 */
export function drawRaster(canvas, layers) {
  const { context, width, height } = prepare(canvas);
  const [first] = layers;
  if (!first) return;
  const steps = first.spikes.length / first.neurons;
  const column = width / steps;
  // The few output neurons get taller rows than the many hidden ones.
  const share = height / layers.length ** 2;
  let top = 0;
  layers.forEach(({ color: fill, neurons, spikes }, index) => {
    const bottom = index === layers.length - 1 ? height : height - share;
    const row = (bottom - top) / neurons;
    context.fillStyle = fill;
    spikes.forEach((spike, at) => {
      if (!spike) return;
      const step = Math.floor(at / neurons);
      context.fillRect(step * column + 1, top + (at % neurons) * row, column - 2, Math.max(row - 0.5, 0.75));
    });
    context.fillStyle = color("line");
    if (index > 0) context.fillRect(0, top, width, 1);
    top = bottom;
  });
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
