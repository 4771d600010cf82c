import type { ImageSize, Relation } from "../../src/engine/backend/index.ts";
import type { Bench, Case } from "./bench.ts";
import { dyadic, normal, sparse, SWEEP, uniform, withValue } from "./inputs.ts";

const RELATIONS: readonly Relation[] = [
  "less",
  "lessOrEqual",
  "equal",
  "notEqual",
  "greaterOrEqual",
  "greater",
];
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
    exact("fill", (bench) => bench.backend.elementwise.fill(n, { out: bench.out("out", n) }, 2.5)),
    exact("copy", (bench) => bench.backend.elementwise.copy(n, { x: bench.in(a), out: bench.out("out", n) })),
    exact("add", (bench) =>
      bench.backend.elementwise.add(n, { a: bench.in(a), b: bench.in(b), out: bench.out("out", n) }),
    ),
    exact("add in place", (bench) => {
      const sum = bench.inOut("sum", a);
      bench.backend.elementwise.add(n, { a: sum, b: bench.in(b), out: sum });
    }),
    exact("scale", (bench) =>
      bench.backend.elementwise.scale(n, { x: bench.in(a), out: bench.out("out", n) }, -0.75),
    ),
    exact("scaleBy", (bench) => {
      const factor = bench.in(Float32Array.of(0.375));
      bench.backend.elementwise.scaleBy(n, { x: bench.in(a), factor, out: bench.out("out", n) });
    }),
    exact("multiply", (bench) =>
      bench.backend.elementwise.multiply(n, { a: bench.in(a), b: bench.in(b), out: bench.out("out", n) }),
    ),
    exact("subtract", (bench) => {
      bench.backend.elementwise.subtract(n, { a: bench.in(a), b: bench.in(b), out: bench.out("out", n) });
    }),
    exact("shift", (bench) =>
      bench.backend.elementwise.shift(n, { x: bench.in(a), out: bench.out("out", n) }, -0.375),
    ),
    exact("clamp in place", (bench) => {
      const x = bench.inOut("clamped", a);
      bench.backend.elementwise.clamp(n, { x, out: x }, { least: -0.5, most: 0.75 });
    }),
    ...RELATIONS.map((relation) =>
      exact(`compare ${relation}`, (bench) => {
        const buffers = {
          a: bench.in(sparse(n, 0.3)),
          b: bench.in(sparse(n, 0.3, 2)),
          out: bench.out("out", n),
        };
        bench.backend.elementwise.compare(n, buffers, relation);
      }),
    ),
    {
      name: `functions of ${n}`,
      tolerance: 1e-6,
      run: (bench) => {
        const { elementwise } = bench.backend;
        const [x, y] = [bench.in(normal(n, 1)), bench.in(normal(n, 2))];
        elementwise.divide(n, { a: x, b: y, out: bench.out("quotient", n) });
        elementwise.exp(n, { x, out: bench.out("exp", n) });
        elementwise.tanh(n, { x, out: bench.out("tanh", n) });
        elementwise.sqrt(n, { x: bench.in(uniform(n, 3)), out: bench.out("sqrt", n) });
      },
    },
    exact("map", (bench) => {
      bench.backend.host?.map(n, { x: bench.in(a), out: bench.out("out", n) }, (x) => x * x - 1);
    }),
    exact("relu", (bench) => bench.backend.elementwise.relu(n, { x: bench.in(a), out: bench.out("out", n) })),
    exact("reluBackward", (bench) => {
      bench.backend.elementwise.reluBackward(n, { y: bench.in(a), gy: bench.in(b), gx: bench.out("gx", n) });
    }),
    exact("isNonZero", (bench) => {
      bench.backend.elementwise.isNonZero(n, { x: bench.in(sparse(n, 0.3)), out: bench.out("out", n) });
    }),
    exact("ranges", (bench) => moveRanges(bench, a, b)),
    exact("sum", (bench) => bench.backend.reduce.sum(n, { x: bench.in(a), out: bench.out("sum", 1) })),
    exact("sumOfSquares", (bench) => {
      bench.backend.reduce.sumOfSquares(n, { x: bench.in(a), out: bench.out("sum", 2) });
    }),
    exact("countNonZero", (bench) => {
      bench.backend.reduce.countNonZero(n, { x: bench.in(sparse(n, 0.3)), out: bench.out("count", 2) });
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
    const found = bench.backend.reduce.findOutside(x.length, { x: bench.in(x) }, { min: -4, max: 4, whole });
    bench.note(`${what}, whole: ${whole}`, found?.index ?? -1);
  }
}

/** Fills, copies and adds parts at any offset; what lies around them stays. */
function moveRanges(bench: Bench, a: Float32Array, b: Float32Array): void {
  const { elementwise } = bench.backend;
  const { length } = a;
  const before = new Float32Array(length + 8).fill(-4);
  const [x, y] = [Float32Array.of(7, ...a, 7), Float32Array.of(7, 7, 7, ...b)];
  elementwise.fillRange({ length, from: 0, to: 5 }, { out: bench.inOut("filled", before) }, 3);
  elementwise.copyRange({ length, from: 1, to: 5 }, { x: bench.in(x), out: bench.inOut("copied", before) });
  elementwise.addRange({ length, from: 3, to: 2 }, { x: bench.in(y), out: bench.inOut("added", before) });
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
      run: (bench) =>
        bench.backend.layout.imageToPlain(size, {
          image: bench.in(data, size),
          plain: bench.out("rows", length),
        }),
    },
    {
      name: `plainToImage ${name}`,
      tolerance: 0,
      run: (bench) =>
        bench.backend.layout.plainToImage(size, {
          plain: bench.in(data),
          image: bench.out("image", length, size),
        }),
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
        run: (bench) => {
          const { reduce } = bench.backend;
          reduce.sumOfSquares(x.length, { x: bench.in(x), out: bench.out("sum of squares", 2) });
          reduce.countNonZero(x.length, { x: bench.in(x), out: bench.out("count", 2) });
        },
      },
      {
        name: `arithmetic with a value of ${value}`,
        tolerance: 0,
        run: (bench) => {
          const { elementwise } = bench.backend;
          elementwise.add(37, { a: bench.in(x), b: bench.in(dyadic(37, 2)), out: bench.out("sum", 37) });
          elementwise.scale(37, { x: bench.in(x), out: bench.out("scaled", 37) }, 0.5);
          elementwise.multiply(37, { a: bench.in(x), b: bench.in(x), out: bench.out("product", 37) });
          elementwise.shift(37, { x: bench.in(x), out: bench.out("shifted", 37) }, 1);
          elementwise.clamp(37, { x: bench.in(x), out: bench.out("clamped", 37) }, { least: -1, most: 1 });
          for (const relation of RELATIONS) {
            const buffers = { a: bench.in(x), b: bench.in(x), out: bench.out(relation, 37) };
            elementwise.compare(37, buffers, relation);
          }
        },
      },
    ];
  });
}
