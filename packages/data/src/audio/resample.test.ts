import { describe, expect, test } from "vitest";
import { resample } from "./resample.ts";

function tone(hertz: number, sampleRate: number, seconds = 0.5): Float64Array {
  return Float64Array.from({ length: sampleRate * seconds }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  );
}

/** Largest difference, leaving out the ends, where silence begins. */
function difference(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = a.length / 10; i < a.length * 0.9; i++) {
    largest = Math.max(largest, Math.abs(a[Math.floor(i)]! - b[Math.floor(i)]!));
  }
  return largest;
}

describe("a tone stays the same tone", () => {
  test.each([
    [8000, 48000],
    [16000, 48000],
    [44100, 48000],
    [48000, 16000],
    [22050, 8000],
  ])("from %i to %i Hz", (from, to) => {
    const resampled = resample({ samples: tone(1000, from), sampleRate: from }, to);
    expect(resampled).toHaveLength(to / 2);
    expect(difference(resampled, tone(1000, to))).toBeLessThan(1e-3);
  });
});

test("tones above half of the new rate disappear", () => {
  const resampled = resample({ samples: tone(6000, 48000), sampleRate: 48000 }, 8000);
  expect(difference(resampled, new Float64Array(resampled.length))).toBeLessThan(1e-3);
});

test("the same rate is a copy, short sounds and single samples work", () => {
  const samples = Float32Array.of(0.25, -0.5);
  const copy = resample({ samples, sampleRate: 8000 }, 8000);
  expect([...copy]).toEqual([0.25, -0.5]);
  copy[0] = 9;
  expect(samples[0]).toBe(0.25);
  expect(resample({ samples: Float32Array.of(1), sampleRate: 8000 }, 48000)).toHaveLength(6);
  expect(resample({ samples: new Float32Array(0), sampleRate: 8000 }, 48000)).toHaveLength(0);
});
