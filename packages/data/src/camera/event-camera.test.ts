import { Random } from "@myelin/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../test/synthetic-events.ts";
import { EventCamera, IDEAL_CAMERA, videoToEvents, type CameraOptions } from "./index.ts";

const DARK = 0.1;

/** The intensity whose logarithm, with the dark level, is `level` above that of black. */
function intensityAt(level: number): number {
  return DARK * Math.exp(level) - DARK;
}

/** Events of one pixel that sees `levels` (above black) at times 0, `stepUs` ... */
function watch(levels: readonly number[], options: CameraOptions = {}, stepUs = 1000) {
  const frames = levels.map((level, i) => ({
    timeUs: i * stepUs,
    intensity: Float32Array.of(intensityAt(level)),
  }));
  const camera = { ...IDEAL_CAMERA, darkLevel: DARK, ...options };
  return rowsOf(videoToEvents(frames, { width: 1, height: 1, camera }));
}

describe("contrast", () => {
  test("a ramp of the logarithm gives floor(change / threshold) events, evenly spaced", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 2.3, noNaN: true }),
        (theta, change) => {
          // Intensity is float32: keep away from where that decides.
          fc.pre(Math.abs(change / theta - Math.round(change / theta)) > 1e-4);
          const events = watch([0, change], { thresholdOn: theta });
          expect(events).toHaveLength(Math.floor(change / theta));
          for (const [i, [t, , , p]] of events.entries()) {
            expect(Math.abs(t! - ((i + 1) * theta * 1000) / change)).toBeLessThan(1.5);
            expect(p).toBe(1);
          }
        },
      ),
    );
  });

  test("the number does not depend on how the ramp is cut into frames", () => {
    const levels = Array.from({ length: 23 }, (_, i) => 0.1 * i);
    const options = { thresholdOn: 0.37 };
    expect(watch(levels, options, 100)).toEqual(watch([0, 2.2], options, 2200));
    expect(watch(levels, options, 100)).toHaveLength(5);
  });

  test("a fall gives OFF events with their own threshold", () => {
    const events = watch([1.05, 0], { thresholdOff: 0.5, thresholdOn: 0.01 });
    expect(events.map(([t, , , p]) => [t, p])).toEqual([
      [476, 0],
      [952, 0],
    ]);
  });

  test("what is left of a change is remembered", () => {
    expect(watch([0, 0.15, 0.15, 0.25], { thresholdOn: 0.2 }).map(([t]) => t)).toEqual([2500]);
    expect(watch([0, 0.15, 0, 0.15, 0], { thresholdOn: 0.2, thresholdOff: 0.2 })).toEqual([]);
  });

  test("no change, no events; black and white are as good as any", () => {
    for (const level of [0, 1, Math.log(11)]) expect(watch([level, level, level])).toEqual([]);
  });

  test("values outside 0 to 1 count as black and white", () => {
    const see = (values: number[]) =>
      rowsOf(
        videoToEvents(
          values.map((value, i) => ({ timeUs: i, intensity: Float32Array.of(value) })),
          { width: 1, height: 1, camera: IDEAL_CAMERA },
        ),
      );
    expect(see([-1, 2, Number.NaN])).toEqual(see([0, 1, 0]));
  });
});

describe("refractory time", () => {
  test("adds to the time between the events of a ramp", () => {
    // 0.1 every 100 us, then blind for 150 us: events at 100, 350, 600, 850
    const events = watch([0, 1], { thresholdOn: 0.1, refractoryUs: 150 });
    expect(events.map(([t]) => t)).toEqual([100, 350, 600, 850]);
  });

  test("goes on over the border of frames", () => {
    const levels = [0, 0.25, 0.5, 0.75, 1];
    const options = { thresholdOn: 0.1, refractoryUs: 150 };
    expect(watch(levels, options, 250)).toEqual(watch([0, 1], options));
  });

  test("holds between any two events of a pixel, noise and leak too", () => {
    const camera = { refractoryUs: 700, shotNoiseHz: 900, leakRateHz: 300, mismatch: 0.3 };
    const events = videoToEvents(flicker(200, 16), { width: 4, height: 4, camera, seed: 3 });
    const last = new Map<number, number>();
    for (const [t, x, y] of rowsOf(events)) {
      const pixel = 4 * y! + x!;
      expect(t! - (last.get(pixel) ?? -Infinity)).toBeGreaterThanOrEqual(700);
      last.set(pixel, t!);
    }
    expect(events.length).toBeGreaterThan(1000);
  });
});

/** Frames of random pixels, 1 ms apart. */
function* flicker(frames: number, pixels: number) {
  const random = new Random(1);
  for (let i = 0; i < frames; i++) {
    yield { timeUs: 1000 * i, intensity: Float32Array.from({ length: pixels }, () => random.uniform()) };
  }
}

/** What 400 pixels send in `seconds` while they see one intensity. */
function still(intensity: number, seconds: number, options: CameraOptions, seed = 1) {
  const frame = new Float32Array(400).fill(intensity);
  const frames = [0, 0.4, 1].map((part) => ({ timeUs: part * seconds * 1e6, intensity: frame }));
  const events = videoToEvents(frames, {
    width: 20,
    height: 20,
    camera: { ...IDEAL_CAMERA, ...options },
    seed,
  });
  const on = events.p.reduce((sum, p) => sum + p, 0);
  return { events, on, off: events.length - on };
}

describe("noise", () => {
  test("the leak gives ON events at its rate, and no others", () => {
    const { on, off, events } = still(0.5, 1, { leakRateHz: 8 });
    expect([on, off]).toEqual([8 * 400, 0]);
    expect(new Set(events.t)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8].map((i) => 125_000 * i)));
  });

  test("shot noise is a Poisson process of its rate, ON and OFF alike", () => {
    const expected = 5 * 400 * 4; // 5 Hz, 400 pixels, 4 s
    for (const seed of [1, 2, 3]) {
      const { on, off, events } = still(0, 4, { shotNoiseHz: 5 }, seed);
      expect(Math.abs(events.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
      expect(Math.abs(on - off)).toBeLessThan(4 * Math.sqrt(expected));
      const counts = new Float64Array(400);
      for (const [, x, y] of rowsOf(events)) counts[20 * y! + x!]!++;
      const mean = expected / 400;
      const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 400;
      expect(variance / mean).toBeGreaterThan(0.7);
      expect(variance / mean).toBeLessThan(1.4);
    }
  });

  test("there is a quarter of it in full light", () => {
    const expected = (20 * 400 * 4) / 4;
    expect(Math.abs(still(1, 4, { shotNoiseHz: 20 }).events.length - expected)).toBeLessThan(
      4 * Math.sqrt(expected),
    );
  });

  test("thresholds differ from pixel to pixel as far as they should", () => {
    const camera = { ...IDEAL_CAMERA, mismatch: 0.2, thresholdOn: 0.01, darkLevel: DARK };
    const frames = [0, 2].map((level, i) => ({
      timeUs: 1e6 * i,
      intensity: new Float32Array(400).fill(intensityAt(level)),
    }));
    const events = videoToEvents(frames, { width: 20, height: 20, camera, seed: 1 });
    const counts = new Float64Array(400);
    for (const [, x, y] of rowsOf(events)) counts[20 * y! + x!]!++;
    const thresholds = counts.map((count) => 2 / count / 0.01);
    const mean = thresholds.reduce((sum, theta) => sum + theta, 0) / 400;
    const deviation = Math.sqrt(thresholds.reduce((sum, theta) => sum + (theta - mean) ** 2, 0) / 400);
    expect(mean).toBeGreaterThan(0.96);
    expect(mean).toBeLessThan(1.04);
    expect(deviation).toBeGreaterThan(0.17);
    expect(deviation).toBeLessThan(0.23);
  });

  test("depends on the seed alone", () => {
    const options = { shotNoiseHz: 50, mismatch: 0.2, leakRateHz: 5 };
    expect(still(0.3, 1, options, 4)).toEqual(still(0.3, 1, options, 4));
    expect(still(0.3, 1, options, 5).events.t).not.toEqual(still(0.3, 1, options, 4).events.t);
  });
});

test("events are in order of time and lie on the sensor", () => {
  const events = videoToEvents(flicker(50, 12), { width: 4, height: 3, seed: 2 });
  expect(events).toMatchObject({ width: 4, height: 3 });
  expect([...events.t]).toEqual([...events.t].sort((a, b) => a - b));
  expect(new Set(rowsOf(events).map(([, x, y]) => 4 * y! + x!)).size).toBe(12);
});

test.each([
  [{ thresholdOn: 0 }, "EventCamera.thresholdOn: expected a finite number >= 0.005, got 0."],
  [{ thresholdOff: Number.NaN }, "EventCamera.thresholdOff: expected a finite number >= 0.005, got NaN."],
  [{ mismatch: -1 }, "EventCamera.mismatch: expected a finite number >= 0 and <= 1, got -1."],
  [{ refractoryUs: 0.5 }, "EventCamera.refractoryUs: expected an integer >= 0, got 0.5."],
  [
    { leakRateHz: 1e9 },
    "EventCamera.leakRateHz: expected a finite number >= 0 and <= 100000, got 1000000000.",
  ],
  [{ shotNoiseHz: -1 }, "EventCamera.shotNoiseHz: expected a finite number >= 0 and <= 100000, got -1."],
  [{ darkLevel: 0 }, "EventCamera.darkLevel: expected a finite number > 0 and <= 1, got 0."],
])("refuses %j", (options, message) => {
  expect(() => new EventCamera({ width: 2, height: 2 }, options, new Random(1))).toThrow(message);
});

test("refuses sizes and frames that do not fit", () => {
  const make = (width: number) => new EventCamera({ width, height: 2 }, {}, new Random(1));
  expect(() => make(0)).toThrow("EventCamera.width: expected an integer >= 1 and <= 65535, got 0.");
  const camera = make(2);
  expect(() => camera.see(new Float32Array(3), 0)).toThrow(
    "EventCamera.see: expected 2 x 2 = 4 pixels, got 3.",
  );
  camera.see(new Float32Array(4), 10);
  expect(() => camera.see(new Float32Array(4), 10)).toThrow(
    "EventCamera.see: expected a time after 10 us, got 10.",
  );
  expect(() => camera.see(new Float32Array(4), Number.NaN)).toThrow("expected a finite number, got NaN.");
});

test("what is taken after any frames is together what the whole video gives", () => {
  const size = { width: 5, height: 4 };
  const random = new Random(8);
  const frames = Array.from({ length: 20 }, (_, i) => ({
    timeUs: i * 3333.3 + random.uniform(),
    intensity: Float32Array.from({ length: 20 }, () => random.uniform()),
  }));
  const noisy = { shotNoiseHz: 400, leakRateHz: 20 };
  const whole = videoToEvents(frames, { ...size, camera: noisy, seed: 3 });
  expect(whole.length).toBeGreaterThan(200);
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (takes) => {
      const camera = new EventCamera(size, noisy, new Random(3));
      const parts = frames.flatMap(({ intensity, timeUs }, i) => {
        camera.see(intensity, timeUs);
        return takes[i] ? [camera.take()] : [];
      });
      parts.push(camera.take());
      for (const field of ["t", "x", "y", "p"] as const) {
        expect(parts.flatMap((part) => [...part[field]])).toEqual([...whole[field]]);
      }
      expect(camera.events().length).toBe(0);
    }),
    { numRuns: 10 },
  );
});
