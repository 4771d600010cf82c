/** The vector functions against float64, in units in the last place of a float32, over their whole range. */
import { describe, expect, test } from "vitest";
import { cos, exp, log, sigmoid, sin, softplus, tanh } from "../../src/equations/wasm/functions.ts";
import { FunctionWriter, type Local } from "../../src/equations/wasm/function.ts";
import { Lanes } from "../../src/equations/wasm/lanes.ts";
import { moduleOf } from "../../src/equations/wasm/module.ts";

type VectorFunction = (m: Lanes, x: Local) => Local;

const COUNT = 65536;

/** Applies a function to many numbers, by a module of its own. */
function applied(f: VectorFunction, values: Float32Array): Float32Array {
  const [from, to, end] = [0, 1, 2];
  const write = new FunctionWriter(3);
  const lanes = new Lanes(write, false);
  const loop = write.aside(() => {
    write.each(from, end, 16, () => {
      const x = lanes.take(() => write.get(from).simd("load").at());
      const y = f(lanes, x);
      write.get(to, y).simd("store").at();
      write.get(to).i32(16).op("i32Add").set(to);
    });
  });
  write.insert(lanes.constants()).insert(loop);
  const bytes = moduleOf(3, write.body(), { shared: false, relaxed: false });
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  new Float32Array(memory.buffer, 0, values.length).set(values);
  const size = 4 * values.length;
  (instance.exports["run"] as (...values: number[]) => void)(0, size, size);
  return new Float32Array(memory.buffer, size, values.length).slice();
}

/** The distance from a float32 to the next larger one. */
function ulp(value: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(value))));
  return 2 ** (exponent - 23);
}

function evenly(from: number, to: number): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => from + ((to - from) * i) / (COUNT - 1));
}

/** Positive numbers of all sizes from `from` to `to`. */
function bySize(from: number, to: number): Float32Array {
  return evenly(Math.log(from), Math.log(to)).map(Math.exp);
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus64 = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

describe("in ULP, at most", () => {
  test.each<[number, string, VectorFunction, (x: number) => number, Float32Array]>([
    [2, "exp from -87 to 88", exp, Math.exp, evenly(-87, 88)],
    [2, "exp near 0", exp, Math.exp, bySize(1e-30, 1)],
    [2, "log of all sizes", log, Math.log, bySize(1e-44, 3e38)],
    [2, "log near 1", log, Math.log, evenly(0.5, 2)],
    [2, "tanh from -10 to 10", tanh, Math.tanh, evenly(-10, 10)],
    [2, "tanh of all sizes", tanh, Math.tanh, bySize(1e-30, 3e38)],
    [2, "sigmoid from -16 to 30", sigmoid, logistic, evenly(-16, 30)],
    [3, "sigmoid from -87 to -16", sigmoid, logistic, evenly(-87, -16)],
    [3, "softplus from -87 to 90", softplus, softplus64, evenly(-87, 90)],
    [2, "sin from -100 to 100", sin, Math.sin, evenly(-100, 100)],
    [2, "cos from -100 to 100", cos, Math.cos, evenly(-100, 100)],
    [2, "sin up to 1e6", sin, Math.sin, bySize(1e-30, 1e6)],
    [2, "cos up to 1e6", cos, Math.cos, bySize(1e-30, 1e6)],
  ])("%d: %s", (bound, _, f, exact, values) => {
    const results = applied(f, values);
    const errors = Array.from(values, (x, i) => Math.abs(results[i]! - exact(x)) / ulp(exact(x)));
    const worst = errors.reduce((at, error, i) => (error > errors[at]! ? i : at), 0);
    expect(errors[worst], `at ${values[worst]}`).toBeLessThanOrEqual(bound);
  });
});

describe("beyond the useful range nothing is garbage:", () => {
  const edges = Float32Array.of(0, -0, Infinity, -Infinity, NaN, 1e-45, 3.4e38, -3.4e38);
  test.each<[string, VectorFunction, number[]]>([
    ["exp", exp, [1, 1, Infinity, 0, NaN, 1, Infinity, 0]],
    ["tanh", tanh, [0, 0, 1, -1, NaN, Math.fround(1e-45), 1, -1]],
    ["sigmoid", sigmoid, [0.5, 0.5, 1, 0, NaN, 0.5, 1, 0]],
    ["sin", sin, [0, 0, NaN, NaN, NaN, Math.fround(1e-45), NaN, NaN]],
    ["cos", cos, [1, 1, NaN, NaN, NaN, 1, NaN, NaN]],
  ])("%s", (_, f, expected) => {
    // The sign of a zero does not count.
    expect(Array.from(applied(f, edges), (value) => value + 0)).toEqual(expected);
  });

  test("log", () => {
    const [zero, , infinite, below, nan, , , negative] = applied(log, edges);
    expect([zero, infinite, below, nan, negative]).toEqual([-Infinity, Infinity, NaN, NaN, NaN]);
  });

  test("softplus", () => {
    const [zero, , infinite, below, nan, , large, negative] = applied(softplus, edges);
    expect([zero, infinite, below, nan, large, negative]).toEqual([
      ...[Math.fround(Math.LN2), Infinity, 0, NaN],
      ...[Math.fround(3.4e38), 0],
    ]);
  });

  test("exp goes to 0 step by step, and never down where x goes up", () => {
    const values = evenly(-110, 95);
    const results = applied(exp, values);
    expect(results.every((value, i) => i === 0 || value >= results[i - 1]!)).toBe(true);
    expect(Math.min(...results)).toBe(0);
    expect(Math.max(...results)).toBe(Infinity);
  });
});
