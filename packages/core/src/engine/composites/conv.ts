import {
  type ConvBackend,
  convInput,
  type ConvSize,
  type ImageSize,
  type LinearSize,
  patchLength,
  type RequiredGroups,
  type Storage,
} from "../backend/index.ts";
import { Values } from "./values.ts";
import { inputAt, outputAt, tapsOf } from "./windows.ts";

/** Convolutions as matrix products over patches. */
export function conv(backend: RequiredGroups): ConvBackend {
  const { linear, layout } = backend;
  return {
    forward: (size, { x, weight, bias, y }) =>
      Values.within(backend, (v) => {
        const product = productOf(size);
        const parts = groupsOf(size).map((group) => {
          const [w, b] = [groupPart(v, size, weight, group), bias && groupPart(v, size, bias, group)];
          const part = v.room(product.rows * product.outputs);
          linear.forward(product, { x: patchesOf(v, size, x, group), weight: w, bias: b, y: part });
          return part;
        });
        const plain = v.gather(v.join(parts), y.length, (i) => {
          const { group, row, channel } = outputPlace(size, i);
          return (group * product.rows + row) * product.outputs + channel;
        });
        layout.plainToImage(outputImage(size), { plain, image: y });
      }),
    usefulInputGradient: (size, { gy, weight, gx }) =>
      Values.within(backend, (v) => {
        const { rows, inputs, outputs } = productOf(size);
        const parts = groupsOf(size).map((group) => {
          const w = groupPart(v, size, weight, group);
          const turned = v.gather(w, w.length, (i) => (i % outputs) * inputs + Math.floor(i / outputs));
          const part = v.room(rows * inputs);
          const buffers = { x: gradientRows(v, size, gy, group), weight: turned, y: part };
          linear.forward({ rows, inputs: outputs, outputs: inputs }, buffers);
          return part;
        });
        overlapAdd(v, size, v.join(parts), gx);
      }),
    weightGradient: (size, { gy, x, gWeight }) =>
      Values.within(backend, (v) => {
        const parts = groupsOf(size).map((group) => {
          const part = v.room(gWeight.length / size.groups);
          const buffers = {
            gy: gradientRows(v, size, gy, group),
            x: patchesOf(v, size, x, group),
            gWeight: part,
          };
          linear.weightGradient(productOf(size), buffers);
          return part;
        });
        v.join(parts, gWeight);
      }),
  };
}

/** The patches that a group looks at as rows [planes, positions, channels, taps]. */
export function patchesOf(v: Values, size: ConvSize, x: Storage, group: number, out?: Storage): Storage {
  const { planes, inChannels } = size;
  const [channels, taps, positions] = [
    inChannels / size.groups,
    tapsOf(size),
    size.outHeight * size.outWidth,
  ];
  const inputs = size.inHeight * size.inWidth;
  return v.gather(
    v.plain(x, inputImage(size)),
    planes * positions * channels * taps,
    (i) => {
      const at = inputAt(size, Math.floor(i / (taps * channels)) % positions, i % taps);
      const plane = Math.floor(i / (taps * channels * positions)) * inChannels;
      return at < 0 ? -1 : (plane + group * channels + (Math.floor(i / taps) % channels)) * inputs + at;
    },
    0,
    out,
  );
}

/** Rows of gradients [groups, planes, positions, channels, taps] added up where patches overlap, as an image. */
export function overlapAdd(v: Values, size: ConvSize, gRows: Storage, gx: Storage): void {
  const [channels, taps, positions] = [
    size.inChannels / size.groups,
    tapsOf(size),
    size.outHeight * size.outWidth,
  ];
  const [inputs, count] = [size.inHeight * size.inWidth, convInput(size)];
  const terms = v.gather(gRows, taps * count, (i) => {
    const [tap, at] = [Math.floor(i / count), i % count];
    const output = outputAt(size, at % inputs, tap);
    const channel = Math.floor(at / inputs) % size.inChannels;
    const plane = Math.floor(at / (inputs * size.inChannels)) + Math.floor(channel / channels) * size.planes;
    return output < 0 ? -1 : ((plane * positions + output) * channels + (channel % channels)) * taps + tap;
  });
  v.backend.layout.plainToImage(inputImage(size), { plain: v.sum(terms, taps), image: gx });
}

function gradientRows(v: Values, size: ConvSize, gy: Storage, group: number): Storage {
  const [outputs, positions] = [size.outChannels / size.groups, size.outHeight * size.outWidth];
  return v.gather(v.plain(gy, outputImage(size)), gy.length / size.groups, (i) => {
    const [row, channel] = [Math.floor(i / outputs), group * outputs + (i % outputs)];
    return (Math.floor(row / positions) * size.outChannels + channel) * positions + (row % positions);
  });
}

/** Where a value of the output stands as row and channel of a group. */
function outputPlace(size: ConvSize, i: number): Readonly<Record<"group" | "row" | "channel", number>> {
  const [outputs, positions] = [size.outChannels / size.groups, size.outHeight * size.outWidth];
  const channel = Math.floor(i / positions) % size.outChannels;
  const row = Math.floor(i / (positions * size.outChannels)) * positions + (i % positions);
  return { group: Math.floor(channel / outputs), row, channel: channel % outputs };
}

function groupPart(v: Values, { groups }: ConvSize, x: Storage, group: number): Storage {
  return groups === 1 ? x : v.part(x, (group * x.length) / groups, x.length / groups);
}

function groupsOf({ groups }: ConvSize): number[] {
  return Array.from({ length: groups }, (_, group) => group);
}

function productOf(size: ConvSize): LinearSize {
  const rows = size.planes * size.outHeight * size.outWidth;
  return { rows, inputs: patchLength(size), outputs: size.outChannels / size.groups };
}

function inputImage({ planes, inChannels, inHeight, inWidth }: ConvSize): ImageSize {
  return { planes, channels: inChannels, positions: inHeight * inWidth };
}

function outputImage({ planes, outChannels, outHeight, outWidth }: ConvSize): ImageSize {
  return { planes, channels: outChannels, positions: outHeight * outWidth };
}
