// Patches of images as rows, for convolutions with delays. Images are channels last; a row is
// (channel, place of the kernel).
import { Window } from "../lib/window";

/** Copies (or, with `isBackward`, adds up) the channels of one place of one patch; `pixel` is 0 outside the image. */
function movePlace(window: Window, pixel: usize, row: usize, isBackward: bool): void {
  const step = (<usize>(window.kernelHeight * window.kernelWidth)) << 2;
  for (let c = 0; c < window.channels; c++) {
    const at = pixel + ((<usize>c) << 2);
    if (!isBackward) store<f32>(row, pixel ? load<f32>(at) : 0);
    else if (pixel) store<f32>(at, load<f32>(at) + load<f32>(row));
    row += step;
  }
}

function movePlane(window: Window, image: usize, rows: usize, isBackward: bool): void {
  const places = window.kernelHeight * window.kernelWidth;
  for (let pixel = 0; pixel < window.outHeight * window.outWidth; pixel++) {
    const top = (pixel / window.outWidth) * window.stride - window.padding;
    const left = (pixel % window.outWidth) * window.stride - window.padding;
    for (let place = 0; place < places; place++) {
      const y = top + place / window.kernelWidth;
      const x = left + (place % window.kernelWidth);
      const isInside = <u32>y < <u32>window.inHeight && <u32>x < <u32>window.inWidth;
      const from = isInside ? image + ((<usize>((y * window.inWidth + x) * window.channels)) << 2) : 0;
      movePlace(window, from, rows + ((<usize>place) << 2), isBackward);
    }
    rows += (<usize>(places * window.channels)) << 2;
  }
}

/** Numbers of a plane of images, and of its rows. */
function imageSize(window: Window): i32 {
  return window.inHeight * window.inWidth * window.channels;
}

function rowsSize(window: Window): i32 {
  return window.outHeight * window.outWidth * window.channels * window.kernelHeight * window.kernelWidth;
}

/** rows = patches of x, planes begin..end. */
export function delayPatches(window: Window, x: usize, rows: usize, begin: i32, end: i32): void {
  for (let plane = begin; plane < end; plane++) {
    const image = x + ((<usize>(plane * imageSize(window))) << 2);
    movePlane(window, image, rows + ((<usize>(plane * rowsSize(window))) << 2), false);
  }
}

/** gx = sum of gRows over all patches that a pixel is in, planes begin..end. */
export function delayPatchesBackward(window: Window, gRows: usize, gx: usize, begin: i32, end: i32): void {
  for (let plane = begin; plane < end; plane++) {
    const image = gx + ((<usize>(plane * imageSize(window))) << 2);
    memory.fill(image, 0, (<usize>imageSize(window)) << 2);
    movePlane(window, image, gRows + ((<usize>(plane * rowsSize(window))) << 2), true);
  }
}
