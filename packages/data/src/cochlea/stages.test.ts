import { describe, expect, test } from "vitest";
import { BasilarMembrane } from "./basilar-membrane.ts";
import { bushyCell, nerveFibres } from "./bushy-cell.ts";
import { hairCell } from "./hair-cell.ts";
import { TransferTable } from "./transfer-table.ts";

const DT = 1 / 24000;

describe("basilar membrane", () => {
  const membrane = new BasilarMembrane();
  const response = (hertz: number, x: number): number => {
    const omega = 2 * Math.PI * hertz;
    const { re, im } = membrane.velocity(omega, x, membrane.source(omega));
    return Math.hypot(re, im);
  };

  test("answers high tones at the base, low ones at the apex", () => {
    for (const x of [0.5, 1, 2, 3]) {
      const best = membrane.resonance(x);
      const tones = Array.from({ length: 60 }, (_, i) => best * 2 ** (i / 10 - 4));
      const loudest = tones.reduce((a, b) => (response(b, x) > response(a, x) ? b : a));
      expect(loudest / best).toBeGreaterThan(0.7);
      expect(loudest / best).toBeLessThan(1.05);
      expect(response(2.2 * best, x)).toBeLessThan(1e-3 * response(loudest, x));
    }
  });

  test("its wave number integrates to its phase", () => {
    // p = sqrt(G / g) H0(G) and |p| falls from base to apex as the wave is damped: above resonance it is gone.
    expect(response(8000, 0)).toBeGreaterThan(1);
    expect(response(8000, 3.5)).toBeLessThan(1e-12);
  });

  test("interpolates between the points of its table to a thousandth of the peak", () => {
    const table = new TransferTable(membrane, 8, 24000);
    const step = 7.3;
    const { point, weights } = table.locate(step, 1000);
    for (let channel = 0; channel < 8; channel++) {
      const x = (3.5 * channel) / 7;
      const row = table.row(channel);
      let peak = 0;
      let error = 0;
      for (let bin = 10; bin < 1000; bin++) {
        const base = point[bin]!;
        if (base + 2 >= table.ends[channel]!) break;
        const part = (offset: number): number =>
          [0, 1, 2, 3].reduce((sum, i) => sum + weights[4 * bin + i]! * row[2 * (base - 1 + i) + offset]!, 0);
        const omega = 2 * Math.PI * bin * step;
        const exact = membrane.velocity(omega, x, membrane.source(omega));
        peak = Math.max(peak, Math.hypot(exact.re, exact.im));
        error = Math.max(error, Math.hypot(part(0) - exact.re, part(1) - exact.im));
      }
      expect(error).toBeLessThan(1e-3 * peak);
    }
  });
});

describe("inner hair cell", () => {
  test("stays at rest in silence, at its spontaneous rate", () => {
    const values = new Float64Array(2400);
    hairCell(values, values.length, DT);
    const first = values[0]!;
    expect(first * 24000).toBeGreaterThan(1);
    for (const value of values) expect(value / first).toBeCloseTo(1, 6);
  });

  test("answers a step strongly, then adapts", () => {
    const values = new Float64Array(4800).fill(100);
    hairCell(values, values.length, DT);
    const early = Math.max(...values.subarray(0, 240));
    const late = values[4799]!;
    expect(early).toBeGreaterThan(3 * late);
    expect(late).toBeGreaterThan(0);
  });
});

describe("nerve fibres", () => {
  test("fire with their probability, one millisecond apart at most", () => {
    const steps = 200_000;
    const chance = 0.004;
    const counts = new Float64Array(steps).fill(chance);
    nerveFibres(counts, steps, DT, {}, 7);
    // With refractory time d a fibre fires every 1/p + d - 1 steps on average.
    const expected = (40 * steps) / (1 / chance + 23);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(total / expected).toBeGreaterThan(0.98);
    expect(total / expected).toBeLessThan(1.02);
    for (let t = 0; t + 24 <= 5000; t++) {
      expect(counts.subarray(t, t + 24).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(40);
    }
  });

  test("all fire at once when they must, and then pause", () => {
    const counts = new Float64Array(50).fill(1);
    nerveFibres(counts, 50, DT, {}, 1);
    expect([...counts.keys()].filter((t) => counts[t] === 40)).toEqual([0, 24, 48]);
  });
});

describe("bushy cell", () => {
  const fire = (counts: Float64Array, dt = DT): number[] => {
    const spikes: number[] = [];
    bushyCell(counts, counts.length, dt, {}, (step) => spikes.push(step));
    return spikes;
  };

  test("is silent without input, and one fibre alone does not move it", () => {
    expect(fire(new Float64Array(1000))).toEqual([]);
    expect(fire(new Float64Array(1000).fill(1, 0, 1))).toEqual([]);
  });

  test("fires on a volley, in the step in which it crosses the threshold, with pauses of a millisecond", () => {
    const counts = new Float64Array(200);
    counts[10] = 40;
    const [first] = fire(counts);
    // 40 fibres: i = 40, then 40 e^(-1 / 12); v = 40 dt 13000 / 40 = 0.54, then 0.54 e^(-1 / 24) + 0.54 e^(-1 / 12) = 1.02.
    expect(first).toBe(11);
    const strong = fire(new Float64Array(500).fill(40));
    expect(strong.slice(0, 3)).toEqual([1, 26, 51]);
    for (let i = 1; i < strong.length; i++) expect(strong[i]! - strong[i - 1]!).toBeGreaterThanOrEqual(24);
  });
});
