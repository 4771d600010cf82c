// Patches of images as rows, for convolutions with delays. Images are channels last; a row is
// (channel, place of the kernel).
import { ChannelFrame } from "./frame";

/** Copies (or, with `isBackward`, adds up) the channels of one place of one patch; `pixel` is 0 outside the image. */
function movePlace(g: ChannelFrame, pixel: usize, row: usize, isBackward: bool): void {
  const step = (<usize>(g.kernelHeight * g.kernelWidth)) << 2;
  for (let c = 0; c < g.channels; c++) {
    const at = pixel + ((<usize>c) << 2);
    if (!isBackward) store<f32>(row, pixel ? load<f32>(at) : 0);
    else if (pixel) store<f32>(at, load<f32>(at) + load<f32>(row));
    row += step;
  }
}

function movePlane(g: ChannelFrame, image: usize, rows: usize, isBackward: bool): void {
  const places = g.kernelHeight * g.kernelWidth;
  for (let pixel = 0; pixel < g.outHeight * g.outWidth; pixel++) {
    const top = (pixel / g.outWidth) * g.stride - g.padding;
    const left = (pixel % g.outWidth) * g.stride - g.padding;
    for (let place = 0; place < places; place++) {
      const y = top + place / g.kernelWidth;
      const x = left + (place % g.kernelWidth);
      const isInside = <u32>y < <u32>g.inHeight && <u32>x < <u32>g.inWidth;
      const from = isInside ? image + ((<usize>((y * g.inWidth + x) * g.channels)) << 2) : 0;
      movePlace(g, from, rows + ((<usize>place) << 2), isBackward);
    }
    rows += (<usize>(places * g.channels)) << 2;
  }
}

/** Numbers of a plane of images, and of its rows. */
function imageSize(g: ChannelFrame): i32 {
  return g.inHeight * g.inWidth * g.channels;
}

function rowsSize(g: ChannelFrame): i32 {
  return g.outHeight * g.outWidth * g.channels * g.kernelHeight * g.kernelWidth;
}

/** rows = patches of x, planes begin..end. */
export function delayPatches(frame: usize, x: usize, rows: usize, begin: i32, end: i32): void {
  const g = changetype<ChannelFrame>(frame);
  for (let plane = begin; plane < end; plane++) {
    const image = x + ((<usize>(plane * imageSize(g))) << 2);
    movePlane(g, image, rows + ((<usize>(plane * rowsSize(g))) << 2), false);
  }
}

/** gx = sum of gRows over all patches that a pixel is in, planes begin..end. */
export function delayPatchesBackward(frame: usize, gRows: usize, gx: usize, begin: i32, end: i32): void {
  const g = changetype<ChannelFrame>(frame);
  for (let plane = begin; plane < end; plane++) {
    const image = gx + ((<usize>(plane * imageSize(g))) << 2);
    memory.fill(image, 0, (<usize>imageSize(g)) << 2);
    movePlane(g, image, gRows + ((<usize>(plane * rowsSize(g))) << 2), true);
  }
}
