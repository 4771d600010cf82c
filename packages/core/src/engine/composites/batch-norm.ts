import type { BatchNormBackend, ImageSize, RequiredGroups, Storage } from "../backend/index.ts";
import { Values } from "./values.ts";

/** Batch normalisation by sums per channel and arithmetic; equations: `BatchNormBackend`. */
export function batchNorm(backend: RequiredGroups): BatchNormBackend {
  const { reduce } = backend;
  return {
    statistics(size, { x, mean, variance }) {
      Values.within(backend, (v) => {
        average(v, size, x, mean);
        const centred = v.combine("subtract", x, spread(v, size, mean));
        average(v, size, v.combine("multiply", centred, centred), variance);
      });
    },
    forward(size, { x, mean, variance, weight, bias, y }, eps) {
      Values.within(backend, (v) => {
        const slope = v.combine("divide", weight, deviation(v, variance, eps));
        const scaled = v.combine("multiply", centredOf(v, size, x, mean), spread(v, size, slope));
        v.combine("add", scaled, spread(v, size, bias), y);
      });
    },
    backward(size, { x, mean, variance, weight, gy, gx, gWeight, gBias }, { eps, batch }) {
      Values.within(backend, (v) => {
        const spreadDeviation = spread(v, size, deviation(v, variance, eps));
        const normal = v.combine("divide", centredOf(v, size, x, mean), spreadDeviation);
        reduce.sumPerChannel(size, { x: gy, out: gBias });
        reduce.sumPerChannel(size, { x: v.combine("multiply", gy, normal), out: gWeight });
        const slope = v.combine("divide", spread(v, size, weight), spreadDeviation);
        const count = size.planes * size.positions;
        const along = v.combine("multiply", normal, spread(v, size, v.affine(gWeight, 1 / count)));
        const lost = v.combine("add", spread(v, size, v.affine(gBias, 1 / count)), along);
        v.combine("multiply", batch ? v.combine("subtract", gy, lost) : gy, slope, gx);
      });
    },
    updateRunning(_channels, { running, value }, { momentum, factor }) {
      Values.within(backend, (v) => {
        v.combine("add", v.affine(running, 1 - momentum), v.affine(value, momentum * factor), running);
      });
    },
  };
}

function average(v: Values, size: ImageSize, x: Storage, out: Storage): void {
  v.backend.reduce.sumPerChannel(size, { x, out });
  v.affine(out, 1 / (size.planes * size.positions), 0, out);
}

function deviation(v: Values, variance: Storage, eps: number): Storage {
  return v.apply("sqrt", v.affine(variance, 1, eps));
}

function centredOf(v: Values, size: ImageSize, x: Storage, mean: Storage): Storage {
  return v.combine("subtract", x, spread(v, size, mean));
}

/** One value per channel as an image. */
function spread(v: Values, size: ImageSize, channels: Storage): Storage {
  const plane = v.gather(channels, size.channels * size.positions, (i) => Math.floor(i / size.positions));
  const plain = v.repeat(plane, size.planes);
  const image = v.room(plain.length);
  v.backend.layout.plainToImage(size, { plain, image });
  return image;
}
