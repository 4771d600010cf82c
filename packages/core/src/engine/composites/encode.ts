import type { DropoutBackend, EncodeBackend, RequiredGroups } from "../backend/index.ts";
import { RANDOM_RANGE, randomBits } from "../random.ts";
import { Values } from "./values.ts";

/** Encoders by comparisons, with random numbers that the host writes; equations: `EncodeBackend`. */
export function encode(backend: RequiredGroups): EncodeBackend {
  const within = (work: (v: Values) => void): void => Values.within(backend, work);
  return {
    bernoulli: ({ steps, size }, { x, y }, { key, image }) =>
      within((v) => {
        const limit = v.repeat(image ? v.plain(x, image) : x, steps);
        const drawn = v.of(steps * size, (i) => randomBits(key, i) / RANDOM_RANGE);
        const plain = v.compare(drawn, "less", limit);
        const planes = { ...image, planes: steps * (image?.planes ?? 0) };
        if (image) backend.layout.plainToImage({ ...image, ...planes }, { plain, image: y });
        else backend.elementwise.copy(y.length, { x: plain, out: y });
      }),
    latency: ({ steps, size }, { x, y }) =>
      within((v) => {
        const isOn = v.repeat(v.compare(x, "greater", 0), steps);
        const exact = v.repeat(v.affine(v.clamp(x, 0, 1), 1 - steps, steps - 0.5), steps);
        const step = v.of(steps * size, (i) => Math.floor(i / size));
        const isLate = v.compare(step, "lessOrEqual", exact);
        const isEarly = v.compare(v.affine(step, 1, 1), "greater", exact);
        v.combine("multiply", v.combine("multiply", isLate, isEarly), isOn, y);
      }),
    delta: ({ steps, size }, { x, y }, { threshold, signed }) =>
      within((v) => {
        const length = (steps - 1) * size;
        const before = v.join([v.filled(size, 0), v.part(x, 0, length)]);
        const change = v.combine("subtract", x, before);
        const up = v.compare(change, "greaterOrEqual", threshold);
        const down = v.affine(v.compare(change, "lessOrEqual", -threshold), signed ? -1 : 0);
        // A change cannot be both unless the threshold is not positive; then upwards wins.
        v.combine("add", up, v.combine("multiply", down, v.affine(up, -1, 1)), y);
      }),
  };
}

/** Dropout by a mask that the host writes; see `DropoutBackend`. */
export function dropout(backend: RequiredGroups): DropoutBackend {
  return {
    apply: ({ steps, batch, channels, positions }, { x, y }, { p, constantOverTime, key }) =>
      Values.within(backend, (v) => {
        const step = batch * channels * positions;
        const factor = (i: number): number => (randomBits(key, i) >= p * RANDOM_RANGE ? 1 / (1 - p) : 0);
        const plain = v.of(steps * step, (i) => factor(constantOverTime ? i % step : i));
        const mask = v.room(plain.length);
        backend.layout.plainToImage({ planes: steps * batch, channels, positions }, { plain, image: mask });
        v.combine("multiply", x, mask, y);
      }),
  };
}
