import type { DropoutDraw, DropoutSize, SequenceSize } from "../../src/engine/backend/index.ts";
import type { Bench, Case } from "./bench.ts";
import { dyadic, dyadicNonZero, normal, SWEEP, uniform, withValue } from "./inputs.ts";

const SIZES: readonly SequenceSize[] = [
  ...SWEEP.map((size) => ({ steps: 3, size })),
  ...SWEEP.map((steps) => ({ steps, size: 5 })),
  { steps: 16, size: 3000 },
];

/** What happens along time: sums, maxima, dropout masks, encoders. */
export function sequenceCases(): Case[] {
  return [
    ...SIZES.flatMap((size) => [...time(size), ...encoders(size)]),
    ...maximumWithNaN(),
    ...SWEEP.flatMap((width) => rows(7, width)),
    ...SWEEP.flatMap((count) => rows(count, 3)),
    ...rows(900, 130),
    ...dropoutCases(),
  ];
}

function time(size: SequenceSize): Case[] {
  const name = `[${size.steps}, ${size.size}]`;
  const length = size.steps * size.size;
  return [
    {
      name: `repeatOverTime ${name}`,
      tolerance: 0,
      run: (bench) =>
        bench.backend.time.repeat(size, { x: bench.in(dyadic(size.size)), y: bench.out("y", length) }),
    },
    {
      name: `sumOverTime ${name}`,
      tolerance: 0,
      run: (bench) =>
        bench.backend.time.sum(size, { x: bench.in(dyadic(length)), y: bench.out("y", size.size) }, 0.25),
    },
    { name: `maxOverTime ${name}`, tolerance: 0, run: (bench) => maxOverTime(bench, size, dyadic(length)) },
  ];
}

/** Every third row is padding, and holds NaN. */
function rows(count: number, width: number): Case[] {
  const name = `of ${count} rows, ${width} wide`;
  const kept = Array.from({ length: count }, (_, r) => r).filter((r) => r % 3 !== 1);
  const index = Float32Array.from(kept).reverse();
  const weights = Float32Array.from({ length: count }, (_, r) => (r % 3 === 1 ? 0 : r % 3 === 2 ? 1 : 0.5));
  const x = normal(count * width).map((value, i) => (Math.floor(i / width) % 3 === 1 ? NaN : value));
  const packed = kept.length * width;
  return [
    {
      name: `gather ${name}`,
      tolerance: 0,
      run: (bench) =>
        bench.backend.rows.gather(width, {
          x: bench.in(x),
          index: bench.in(index),
          out: bench.out("packed", packed),
        }),
    },
    {
      name: `scatter ${name}`,
      tolerance: 0,
      run: (bench) => {
        const values = bench.in(normal(packed, 2));
        const out = bench.out("y", count * width);
        bench.backend.rows.scatter(width, { x: values, index: bench.in(index), out });
      },
    },
    ...[0, -Infinity].map((other) => ({
      name: `scale ${name}, else ${other}`,
      tolerance: 0,
      run: (bench: Bench) =>
        bench.backend.rows.scale(
          width,
          { x: bench.in(x), weights: bench.in(weights), out: bench.out("y", count * width) },
          other,
        ),
    })),
  ];
}

function maxOverTime(bench: Bench, size: SequenceSize, x: Float32Array): void {
  const winner = bench.out("winner", size.size);
  bench.backend.time.max(size, { x: bench.in(x), y: bench.out("y", size.size), winner });
  const gy = bench.in(dyadic(size.size, 7));
  bench.backend.time.maxBackward(size, { gy, winner, gx: bench.out("gx", x.length) });
}

/** Only the values: which of several NaN wins is left open. */
function maximumWithNaN(): Case[] {
  const size = { steps: 5, size: 7 };
  return [0, 15, 30].map((at) => ({
    name: `maxOverTime with NaN at ${at}`,
    tolerance: 0,
    run: (bench: Bench) => {
      const winner = bench.backend.memory.allocate(size.size, "step");
      const x = bench.in(withValue(dyadic(35), at, NaN));
      bench.backend.time.max(size, { x, y: bench.out("y", size.size), winner });
    },
  }));
}

function encoders(size: SequenceSize): Case[] {
  const name = `[${size.steps}, ${size.size}]`;
  const length = size.steps * size.size;
  const beyond = (value: number) => 1.5 * value;
  return [
    {
      name: `bernoulli ${name}`,
      tolerance: 0,
      run: (bench) => {
        const { encode } = bench.backend;
        encode.bernoulli(
          size,
          { x: bench.in(uniform(size.size)), y: bench.out("y", length) },
          { key: 1234567 },
        );
        const x = bench.in(dyadic(size.size).map(beyond));
        encode.bernoulli(size, { x, y: bench.out("clamped", length) }, { key: -1 });
      },
    },
    {
      name: `latency ${name}`,
      tolerance: 0,
      run: (bench) =>
        bench.backend.encode.latency(size, {
          x: bench.in(dyadic(size.size).map(beyond)),
          y: bench.out("y", length),
        }),
    },
    {
      name: `delta ${name}`,
      tolerance: 0,
      run: (bench) => {
        const x = bench.in(dyadic(length));
        const { encode } = bench.backend;
        encode.delta(size, { x, y: bench.out("signed", length) }, { threshold: 0.25, signed: true });
        encode.delta(size, { x, y: bench.out("unsigned", length) }, { threshold: 0.25, signed: false });
      },
    },
  ];
}

function dropoutCases(): Case[] {
  const options = [0, 0.25, 0.5, 0.9, 1].flatMap((p) =>
    [true, false].map((constantOverTime) => ({ p, constantOverTime, key: 0xdeadbeef })),
  );
  const sizes: DropoutSize[] = [
    ...SWEEP.map((channels) => ({ steps: 3, batch: 2, channels, positions: 1 })),
    ...SWEEP.map((channels) => ({ steps: 2, batch: 3, channels, positions: 6 })),
    { steps: 8, batch: 8, channels: 200, positions: 1 },
  ];
  return sizes.flatMap((size) => options.map((one) => dropout(size, one)));
}

function dropout(size: DropoutSize, options: DropoutDraw): Case {
  const image = { planes: size.steps * size.batch, channels: size.channels, positions: size.positions };
  const length = image.planes * image.channels * image.positions;
  const layout = size.positions > 1 ? image : undefined;
  const kind = options.constantOverTime ? "one mask" : "a mask a step";
  return {
    name: `dropout [${size.steps}, ${size.batch}, ${size.channels}, ${size.positions}], p ${options.p}, ${kind}`,
    tolerance: 1e-6,
    run: (bench) => {
      const x = bench.in(dyadicNonZero(length), layout);
      bench.backend.dropout.apply(size, { x, y: bench.out("y", length, layout) }, options);
    },
  };
}
