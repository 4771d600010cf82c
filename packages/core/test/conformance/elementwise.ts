import type { ImageSize } from "../../src/engine/backend.ts";
import type { Bench, Case } from "./bench.ts";
import { dyadic, sparse, SWEEP, withValue } from "./inputs.ts";

const SIZES = [0, ...SWEEP, 1000, 40_000];

/** Filling, copying, arithmetic, layouts and sums. */
export function elementwiseCases(): Case[] {
  return [...SIZES.flatMap(arithmetic), ...imageSizes().flatMap(layouts), ...specialValues()];
}

function arithmetic(n: number): Case[] {
  const a = dyadic(n, 1);
  const b = dyadic(n, 2);
  const exact = (name: string, run: (bench: Bench) => void | Promise<void>): Case => {
    return { name: `${name} of ${n}`, tolerance: 0, run };
  };
  return [
    exact("fill", (bench) => bench.backend.fill(bench.out("out", n), 2.5)),
    exact("copy", (bench) => bench.backend.copy(bench.in(a), bench.out("out", n))),
    exact("add", (bench) => bench.backend.add(bench.in(a), bench.in(b), bench.out("out", n))),
    exact("add in place", (bench) => {
      const sum = bench.inOut("sum", a);
      bench.backend.add(sum, bench.in(b), sum);
    }),
    exact("scale", (bench) => bench.backend.scale(bench.in(a), -0.75, bench.out("out", n))),
    exact("scaleBy", (bench) => {
      bench.backend.scaleBy(bench.in(a), bench.in(Float32Array.of(0.375)), bench.out("out", n));
    }),
    exact("multiply", (bench) => bench.backend.multiply(bench.in(a), bench.in(b), bench.out("out", n))),
    exact("map", (bench) => bench.backend.map(bench.in(a), (x) => x * x - 1, bench.out("out", n))),
    exact("add of views", (bench) => addViews(bench, a, b)),
    exact("sum", (bench) => bench.backend.sum(bench.in(a), bench.out("sum", 1))),
    exact("sumOfSquares", async (bench) => {
      bench.note("sum", await bench.backend.sumOfSquares(bench.in(a)));
    }),
    exact("countNonZero", async (bench) => {
      bench.note("count", await bench.backend.countNonZero(bench.in(sparse(n, 0.3))));
    }),
    exact("findOutside", (bench) => {
      for (const at of [0, n - 1]) {
        for (const value of [NaN, -Infinity, 4.5, 3]) {
          noteOutside(bench, `${value} at ${at}`, withValue(a.map(Math.trunc), at, value));
        }
      }
      noteOutside(bench, "fractions", a);
    }),
  ];
}

/** The first value that is not a whole number of -4 to 4, and the first that is not one in this range. */
function noteOutside(bench: Bench, what: string, x: Float32Array): void {
  for (const whole of [true, false]) {
    const found = bench.backend.findOutside(bench.in(x), { min: -4, max: 4, whole });
    bench.note(`${what}, whole: ${whole}`, found?.index ?? -1);
  }
}

/** Reads and writes parts that begin at odd places. */
function addViews(bench: Bench, a: Float32Array, b: Float32Array): void {
  const { backend } = bench;
  const n = a.length;
  const padded = (data: Float32Array, before: number) => {
    const longer = new Float32Array(n + 8);
    longer.set(data, before);
    return backend.view(bench.in(longer), before, n);
  };
  const out = bench.inOut("out", new Float32Array(n + 8));
  backend.add(padded(a, 1), padded(b, 3), backend.view(out, 5, n));
}

function imageSizes(): ImageSize[] {
  const channels = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33].map((c) => ({
    planes: 3,
    channels: c,
    positions: 7,
  }));
  const positions = [1, 4, 9, 35, 64].map((p) => ({ planes: 2, channels: 5, positions: p }));
  return [...channels, ...positions, { planes: 1, channels: 1, positions: 1 }];
}

/** Images go in and come out in logical order, and become rows in that order. */
function layouts(size: ImageSize): Case[] {
  const name = `[${size.planes}, ${size.channels}, ${size.positions}]`;
  const length = size.planes * size.channels * size.positions;
  const data = dyadic(length);
  return [
    {
      name: `image ${name} written and read`,
      tolerance: 0,
      run: (bench) => void bench.inOut("image", data, size),
    },
    {
      name: `imageToPlain ${name}`,
      tolerance: 0,
      run: (bench) => bench.backend.imageToPlain(size, bench.in(data, size), bench.out("rows", length)),
    },
    {
      name: `plainToImage ${name}`,
      tolerance: 0,
      run: (bench) => bench.backend.plainToImage(size, bench.in(data), bench.out("image", length, size)),
    },
  ];
}

function specialValues(): Case[] {
  return [NaN, Infinity, -Infinity, -0, 1e-40].flatMap((value): Case[] => {
    const x = withValue(dyadic(37), 18, value);
    return [
      {
        name: `sums with a value of ${value}`,
        tolerance: 1e-6,
        run: async (bench) => {
          bench.note("sum of squares", await bench.backend.sumOfSquares(bench.in(x)));
          bench.note("count", await bench.backend.countNonZero(bench.in(x)));
        },
      },
      {
        name: `arithmetic with a value of ${value}`,
        tolerance: 0,
        run: (bench) => {
          bench.backend.add(bench.in(x), bench.in(dyadic(37, 2)), bench.out("sum", 37));
          bench.backend.scale(bench.in(x), 0.5, bench.out("scaled", 37));
          bench.backend.multiply(bench.in(x), bench.in(x), bench.out("product", 37));
        },
      },
    ];
  });
}
