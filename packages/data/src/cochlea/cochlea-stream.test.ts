import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCochlea } from "./cochlea.ts";
import type { CochleaStream, StreamedSpikes } from "./cochlea-stream.ts";

const RATE = 48_000;

/** Two tones that take turns. */
function chirps(seconds: number): Float32Array {
  return Float32Array.from({ length: RATE * seconds }, (_, i) => {
    const hertz = Math.floor(i / 4000) % 2 === 0 ? 300 : 1500;
    return 0.4 * Math.sin((2 * Math.PI * hertz * i) / RATE);
  });
}

function joined(parts: readonly StreamedSpikes[]) {
  return {
    times: Float32Array.from(parts.flatMap(({ times }) => [...times])),
    units: Uint16Array.from(parts.flatMap(({ units }) => [...units])),
  };
}

function inChunks(stream: CochleaStream, sound: Float32Array, lengths: readonly number[]) {
  const parts: StreamedSpikes[] = [];
  let at = 0;
  for (const length of lengths) {
    parts.push(stream.listen(sound.subarray(at, at + length)));
    at = Math.min(sound.length, at + length);
  }
  parts.push(stream.listen(sound.subarray(at)), stream.finish());
  return joined(parts);
}

describe("a cochlea's stream", async () => {
  const cochlea = await createCochlea({ channels: 9, preEmphasis: 0.5 });
  const sound = chirps(0.3);
  const offline = cochlea.listen({ samples: sound, sampleRate: RATE }, 4, { gain: 3 });

  test("gives the spikes of the whole recording, however it is cut", () => {
    expect(offline.times.length).toBeGreaterThan(50);
    const stream = cochlea.stream({ seed: 4, gain: 3 });
    const lengths = fc.array(fc.integer({ min: 0, max: 6000 }), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, (cut) => {
        stream.reset();
        const { times, units } = inChunks(stream, sound, cut);
        expect(times).toEqual(offline.times);
        expect(units).toEqual(offline.units);
      }),
      { numRuns: 8 },
    );
  });

  test("hears what recordings of that level without fading give, but for what the block's edges change", async () => {
    const plain = await createCochlea({ channels: 9, fade: 0, level: 0.2 });
    const rms = Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length);
    const whole = plain.listen({ samples: sound, sampleRate: RATE }, 4);
    const streamed = plain.listen({ samples: sound, sampleRate: RATE }, 4, { gain: 0.2 / rms });
    const near = (unit: number, time: number): boolean =>
      whole.times.some((other, i) => whole.units[i] === unit && Math.abs(other - time) < 0.0005);
    const shared = streamed.times.filter((time, i) => near(streamed.units[i]!, time));
    expect(shared.length / streamed.times.length).toBeGreaterThan(0.9);
    expect(streamed.times.length / whole.times.length).toBeCloseTo(1, 1);
  });

  test("says how far it has come, and keeps times exact for hours", () => {
    const stream = cochlea.stream();
    let until = 0;
    for (let chunk = 0; chunk < 20; chunk++) {
      const { times, until: now } = stream.listen(sound.subarray(0, 1000));
      for (const time of times) {
        expect(time).toBeGreaterThanOrEqual(until);
        expect(time).toBeLessThanOrEqual(now);
      }
      until = now;
    }
    expect(20_000 / RATE - until).toBeLessThan(0.054);
  });

  test("refuses what is no sound, and to go on after the end", () => {
    const stream = cochlea.stream();
    expect(() => stream.listen([1] as never)).toThrow("Cochlea.stream.listen: expected a Float32Array");
    expect(() => stream.listen(Float32Array.of(NaN))).toThrow("expected finite samples");
    expect(() => cochlea.stream({ gain: 0 })).toThrow("Cochlea.stream.gain: expected");
    expect(() => cochlea.stream({ seed: 0.5 })).toThrow("Cochlea.stream.seed: expected");
    expect(stream.finish().times.length).toBe(0);
    expect(() => stream.listen(sound)).toThrow(
      "expected a stream that goes on, got one that `finish` has ended.",
    );
  });
});
