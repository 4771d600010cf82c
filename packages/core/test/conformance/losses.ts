import type { AdamUpdate, SgdUpdate } from "../../src/engine/backend/index.ts";
import { type Bench, type Case, ROUNDED } from "./bench.ts";
import { dyadic, labels, mixtures, normal, SHORT_SWEEP, SWEEP, uniform, withValue } from "./inputs.ts";

/** Losses and optimisers. */
export function lossCases(): Case[] {
  return [
    ...SHORT_SWEEP.flatMap((rows) => classification(rows, 10)),
    ...SHORT_SWEEP.flatMap((classes) => classification(6, classes)),
    ...SWEEP.flatMap(squares),
    ...[2, 4, 8, 16].flatMap((size) => SHORT_SWEEP.map((groups) => voting(5, groups, size, 0))),
    ...[1, 3, 10].map((size) => voting(7, 10, size, 1e-6)),
    ...extremes(),
    ...SWEEP.flatMap(optimisers),
  ];
}

function classification(rows: number, classes: number): Case[] {
  const length = rows * classes;
  const name = `[${rows}, ${classes}]`;
  return [
    {
      name: `softmax ${name}`,
      tolerance: ROUNDED,
      run: (bench) => {
        const y = bench.in(uniform(length, 2));
        const { loss } = bench.backend;
        const size = { rows, classes };
        loss.softmax(size, { x: bench.in(normal(length)), y: bench.out("y", length) });
        loss.softmaxBackward(size, { y, gy: bench.in(normal(length, 3)), gx: bench.out("gx", length) });
      },
    },
    ...[0, 0.1].map((smoothing) => ({
      name: `crossEntropy ${name}, smoothing ${smoothing}`,
      tolerance: ROUNDED,
      run: (bench: Bench) => crossEntropy(bench, rows, classes, smoothing, normal(length)),
    })),
    {
      name: `crossEntropy ${name}, weighted rows`,
      tolerance: ROUNDED,
      run: (bench) =>
        crossEntropy(bench, rows, classes, 0.1, withValue(normal(length), 0, NaN), rowWeights(rows)),
    },
    {
      name: `weighClasses ${name}`,
      tolerance: ROUNDED,
      run: (bench) => {
        const [targets, weights] = [bench.in(mixtures(rows, classes)), bench.in(uniform(classes, 3))];
        for (const byWeight of [true, false]) {
          const size = { batch: rows, classes, smoothing: 0.1, byWeight };
          const [weighted, samples] = [bench.out(`q ${byWeight}`, length), bench.out(`v ${byWeight}`, rows)];
          bench.backend.loss.weighClasses(size, { targets, weights, weighted, samples });
        }
      },
    },
    {
      name: `oneHot ${name}`,
      tolerance: 0,
      run: (bench) =>
        bench.backend.loss.oneHot(
          { rows, classes },
          { labels: bench.in(labels(rows, classes)), out: bench.out("y", length) },
        ),
    },
  ];
}

/** A target serves every time step: there are as many as samples, and fewer than rows where that divides. */
function crossEntropy(
  bench: Bench,
  rows: number,
  classes: number,
  smoothing: number,
  x: Float32Array,
  weights?: Float32Array,
): void {
  const samples = rows % 2 === 0 ? rows / 2 : rows;
  const targets = bench.in(mixtures(samples, classes));
  const [loss, gradient] = [bench.out("loss", 1), bench.out("gradient", x.length)];
  const given = { logits: bench.in(x), targets, rowWeights: weights && bench.in(weights) };
  bench.backend.loss.crossEntropy({ rows, classes }, { ...given, loss, gradient }, smoothing);
}

/** Weights of rows, the first of which does not count. */
function rowWeights(rows: number): Float32Array {
  return withValue(uniform(rows, 7), 0, 0);
}

function squares(n: number): Case[] {
  const rows = n % 3 === 0 ? 3 : n;
  return [null, rowWeights(rows)].map((weights) => ({
    name: `meanSquaredError of ${n}${weights ? ", weighted rows" : ""}`,
    tolerance: 1e-5,
    run: (bench) => {
      const [x, target] = [bench.in(withValue(normal(n, 1), 0, weights ? NaN : 1)), bench.in(normal(n, 2))];
      const given = { x, target, rowWeights: weights ? bench.in(weights) : undefined };
      const [loss, gradient] = [bench.out("loss", 1), bench.out("gradient", n)];
      bench.backend.loss.meanSquaredError(n, { ...given, loss, gradient });
    },
  }));
}

function voting(rows: number, groups: number, size: number, tolerance: number): Case {
  return {
    name: `groupMean [${rows}, ${groups} x ${size}]`,
    tolerance,
    run: (bench) => {
      const length = rows * groups * size;
      const { loss } = bench.backend;
      const sizes = { rows, groups, size };
      loss.groupMean(sizes, { x: bench.in(dyadic(length)), y: bench.out("y", rows * groups) });
      const gy = bench.in(dyadic(rows * groups, 2));
      loss.groupMeanBackward(sizes, { gy, gx: bench.out("gx", length) });
    },
  };
}

/** Logits that overflow exp, and NaN. */
function extremes(): Case[] {
  const inputs = {
    "huge logits": Float32Array.from([1000, 0, -1000, 88, 90, 89, -500, -500, -501]),
    "equal logits": new Float32Array(9).fill(-200),
    "a NaN logit": withValue(normal(9), 4, NaN),
  };
  return Object.entries(inputs).flatMap(([name, x]) => [
    {
      name: `softmax of ${name}`,
      tolerance: ROUNDED,
      run: (bench: Bench) =>
        bench.backend.loss.softmax({ rows: 3, classes: 3 }, { x: bench.in(x), y: bench.out("y", 9) }),
    },
    {
      name: `crossEntropy of ${name}`,
      tolerance: ROUNDED,
      run: (bench: Bench) => crossEntropy(bench, 3, 3, 0, x),
    },
  ]);
}

function optimisers(n: number): Case[] {
  const plain = { lr: 0.1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0.01, firstStep: false };
  const heavy = { ...plain, momentum: 0.9, dampening: 0.1 };
  const adam = { lr: 0.01, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.1, decoupled: false, step: 1 };
  return [
    sgd(n, "plain", plain),
    sgd(n, "first step", { ...heavy, firstStep: true }),
    sgd(n, "momentum", heavy),
    sgd(n, "nesterov", { ...heavy, dampening: 0, nesterov: true }),
    adamStep(n, "adam, first step", adam),
    adamStep(n, "adam, step 100", { ...adam, step: 100 }),
    adamStep(n, "adamW", { ...adam, decoupled: true, step: 3 }),
  ];
}

function sgd(n: number, kind: string, options: SgdUpdate): Case {
  return {
    name: `sgd of ${n}, ${kind}`,
    tolerance: 1e-6,
    run: (bench) => {
      const momentum = options.momentum > 0 ? bench.inOut("momentum", normal(n, 3)) : undefined;
      const [parameter, gradient] = [bench.inOut("parameter", normal(n, 1)), bench.in(normal(n, 2))];
      bench.backend.optimiser.sgd(n, { parameter, gradient, momentum }, options);
    },
  };
}

function adamStep(n: number, kind: string, options: AdamUpdate): Case {
  return {
    name: `${kind}, of ${n}`,
    tolerance: 1e-5,
    run: (bench) => {
      const [parameter, gradient] = [bench.inOut("parameter", normal(n, 1)), bench.in(normal(n, 2))];
      const [m, v] = [bench.inOut("m", normal(n, 3)), bench.inOut("v", uniform(n, 4))];
      bench.backend.optimiser.adam(n, { parameter, gradient, m, v }, options);
    },
  };
}
