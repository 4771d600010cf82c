// Packs blocks of rows of A into panels [depth][6] for the dense products. The four sources of
// rows make linear layers and all three products of a convolution one and the same matrix product.

/** A[m][k] = a[m rowStride + k colStride]. */
const STRIDED: i32 = 0;
/** Row m is an output pixel; k = (ky, kx, c) walks its patch of the input image. */
const PATCHES: i32 = 1;
/** Row m = (ky, kx, c); k is an output pixel: the transpose of PATCHES. */
const PATCHES_TRANSPOSED: i32 = 2;
/** Row m is an input pixel; k = (ky, kx, c) walks the output pixels that it contributed to. */
const CONTRIBUTIONS: i32 = 3;

const TILE_ROWS: i32 = 6;

/**
 * The numbers behind `geometry`, each an i32. STRIDED uses the first two alone. Images are
 * channels last: `channels` of `stride` channels a pixel are used, from `offset` on.
 */
class Geometry {
  rowStride: i32;
  colStride: i32;
  inHeight: i32;
  inWidth: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  stride: i32;
  padding: i32;
  channels: i32;
  pixelStride: i32;
  channelOffset: i32;
}

/** Packs rows m0..m1, columns k0..k0 + depth, zero-padded to a multiple of 6 rows. */
export function packRows(
  source: i32,
  a: usize,
  geometry: usize,
  m0: i32,
  m1: i32,
  k0: i32,
  depth: i32,
  out: usize,
): void {
  const g = changetype<Geometry>(geometry);
  for (let m = m0; m < m1; m += TILE_ROWS) {
    for (let i = 0; i < TILE_ROWS; i++) {
      const to = out + ((<usize>i) << 2);
      if (m + i >= m1) packZeros(depth, to);
      else if (source == STRIDED) packStrided(g, a, m + i, k0, depth, to);
      else if (source == PATCHES) packPatch(g, a, m + i, k0, depth, to);
      else if (source == CONTRIBUTIONS) packContributions(g, a, m + i, k0, depth, to);
      else packPatchColumn(g, a, m + i, k0, depth, to);
    }
    out += (<usize>(depth * TILE_ROWS)) << 2;
  }
}

function packZeros(depth: i32, to: usize): void {
  for (let k = 0; k < depth; k++) {
    store<f32>(to, 0);
    to += 4 * TILE_ROWS;
  }
}

function packStrided(g: Geometry, a: usize, m: i32, k0: i32, depth: i32, to: usize): void {
  const step = (<usize>g.colStride) << 2;
  let from = a + ((<usize>(m * g.rowStride + k0 * g.colStride)) << 2);
  for (let k = 0; k < depth; k++) {
    store<f32>(to, load<f32>(from));
    from += step;
    to += 4 * TILE_ROWS;
  }
}

/** Copies `count` channels of one pixel, or zeros when `from` is 0, and returns the next place. */
function packRun(from: usize, count: i32, to: usize): usize {
  if (from) {
    for (let i = 0; i < count; i++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += 4 * TILE_ROWS;
    }
  } else {
    for (let i = 0; i < count; i++) {
      store<f32>(to, 0);
      to += 4 * TILE_ROWS;
    }
  }
  return to;
}

function packPatch(g: Geometry, a: usize, m: i32, k0: i32, depth: i32, to: usize): void {
  const ox = m % g.outWidth;
  const rest = m / g.outWidth;
  const oy = rest % g.outHeight;
  const plane = rest / g.outHeight;
  let k = k0;
  while (k < k0 + depth) {
    const place = k / g.channels;
    const c = k - place * g.channels;
    const run = min(g.channels - c, k0 + depth - k);
    const y = oy * g.stride - g.padding + place / g.kernelWidth;
    const x = ox * g.stride - g.padding + (place % g.kernelWidth);
    to = packRun(pixelAt(g, a, plane, y, x, g.inHeight, g.inWidth, c), run, to);
    k += run;
  }
}

function packContributions(g: Geometry, a: usize, m: i32, k0: i32, depth: i32, to: usize): void {
  const ix = m % g.inWidth;
  const rest = m / g.inWidth;
  const iy = rest % g.inHeight;
  const plane = rest / g.inHeight;
  let k = k0;
  while (k < k0 + depth) {
    const place = k / g.channels;
    const c = k - place * g.channels;
    const run = min(g.channels - c, k0 + depth - k);
    const y = iy + g.padding - place / g.kernelWidth;
    const x = ix + g.padding - (place % g.kernelWidth);
    let from: usize = 0;
    if (y % g.stride == 0 && x % g.stride == 0) {
      from = pixelAt(g, a, plane, y / g.stride, x / g.stride, g.outHeight, g.outWidth, c);
    }
    to = packRun(from, run, to);
    k += run;
  }
}

function packPatchColumn(g: Geometry, a: usize, m: i32, k0: i32, depth: i32, to: usize): void {
  const place = m / g.channels;
  const c = m - place * g.channels;
  const dy = place / g.kernelWidth - g.padding;
  const dx = (place % g.kernelWidth) - g.padding;
  let ox = k0 % g.outWidth;
  const rest = k0 / g.outWidth;
  let oy = rest % g.outHeight;
  let plane = rest / g.outHeight;
  for (let k = 0; k < depth; k++) {
    const from = pixelAt(g, a, plane, oy * g.stride + dy, ox * g.stride + dx, g.inHeight, g.inWidth, c);
    store<f32>(to, from ? load<f32>(from) : 0);
    to += 4 * TILE_ROWS;
    if (++ox == g.outWidth) {
      ox = 0;
      if (++oy == g.outHeight) {
        oy = 0;
        plane++;
      }
    }
  }
}

/** Address of channel c of a pixel, or 0 outside the image. */
function pixelAt(g: Geometry, a: usize, plane: i32, y: i32, x: i32, height: i32, width: i32, c: i32): usize {
  if (<u32>y >= <u32>height || <u32>x >= <u32>width) return 0;
  return a + ((<usize>(((plane * height + y) * width + x) * g.pixelStride + g.channelOffset + c)) << 2);
}
