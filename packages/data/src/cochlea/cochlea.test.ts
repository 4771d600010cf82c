import { describe, expect, test } from "vitest";
import { createCochlea, type CochleaSpikes } from "./cochlea.ts";

function tone(hertz: number, sampleRate: number, seconds = 0.2): Float32Array {
  return Float32Array.from({ length: sampleRate * seconds }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  );
}

function meanUnit(units: Uint16Array): number {
  return units.reduce((sum, unit) => sum + unit, 0) / units.length;
}

describe("from sound to spikes", async () => {
  const cochlea = await createCochlea({ channels: 31 });

  test("spikes come in order, within the recording, from channels that exist", () => {
    const { times, units, duration } = cochlea.listen({ samples: tone(800, 48000), sampleRate: 48000 }, 1);
    expect(times.length).toBeGreaterThan(10);
    expect(duration).toBeCloseTo(0.2, 6);
    for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThanOrEqual(times[i - 1]!);
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(0.21);
    expect(Math.max(...units)).toBeLessThan(31);
  });

  test("low tones reach further towards the apex", () => {
    const [low, high] = [200, 3000].map((hertz) =>
      meanUnit(cochlea.listen({ samples: tone(hertz, 16000), sampleRate: 16000 }, 1).units),
    );
    expect(low! - high!).toBeGreaterThan(2);
  });

  test("the same seed gives the same spikes, whatever was heard before; another seed others", () => {
    const sound = { samples: tone(500, 8000), sampleRate: 8000 };
    const first = cochlea.listen(sound, 5);
    cochlea.listen({ samples: tone(900, 8000, 0.4), sampleRate: 8000 }, 5);
    expect(cochlea.listen(sound, 5)).toEqual(first);
    expect(cochlea.listen(sound, 6)).not.toEqual(first);
  });

  test("loudness does not matter, as recordings are brought to one level", () => {
    const quiet = tone(500, 8000).map((sample) => sample / 64);
    const loud = tone(500, 8000);
    const at = (samples: Float32Array) => cochlea.listen({ samples, sampleRate: 8000 }, 2);
    expect(at(quiet)).toEqual(at(loud));
  });

  test("a short fade keeps the beginning and the end", async () => {
    const sound = { samples: tone(500, 8000), sampleRate: 8000 };
    const early = (times: Float32Array): number => times.filter((time) => time < 0.05).length;
    const short = await createCochlea({ channels: 31, fade: 0.01 });
    expect(early(short.listen(sound, 1).times)).toBeGreaterThan(2 * early(cochlea.listen(sound, 1).times));
    const whole = await createCochlea({ channels: 31, fade: 1 });
    expect(whole.listen(sound, 1)).toEqual(cochlea.listen(sound, 1));
    await expect(createCochlea({ fade: -1 })).rejects.toThrow("Cochlea.fade: expected");
  });

  test("pre-emphasis raises the higher of two tones", async () => {
    const high = tone(3000, 8000);
    const both = { samples: tone(300, 8000).map((sample, t) => sample + high[t]! / 4), sampleRate: 8000 };
    const emphasised = await createCochlea({ channels: 31, preEmphasis: 0.95 });
    const ofHigh = meanUnit(cochlea.listen({ samples: high, sampleRate: 8000 }, 1).units);
    const near = ({ units }: CochleaSpikes): number =>
      units.filter((unit) => Math.abs(unit - ofHigh) < 3).length / units.length;
    expect(near(emphasised.listen(both, 1))).toBeGreaterThan(2 * near(cochlea.listen(both, 1)));
    await expect(createCochlea({ preEmphasis: 2 })).rejects.toThrow("Cochlea.preEmphasis: expected");
  });

  test("silence and single samples give spikes or none, never an error", () => {
    for (const length of [1, 2, 3, 100]) {
      const { times } = cochlea.listen({ samples: new Float32Array(length), sampleRate: 8000 }, 1);
      expect(times.every(Number.isFinite)).toBe(true);
    }
  });

  test("nothing, and what is far too long, is an error", () => {
    const sound = (length: number) => ({ samples: new Float32Array(length), sampleRate: 8000 });
    expect(() => cochlea.listen(sound(0), 1)).toThrow(
      /^Cochlea: expected a recording of up to 120 seconds, got 0/,
    );
    expect(() => cochlea.listen(sound(8000 * 121), 1)).toThrow(/got 121/);
  });
});

test("a cochlea has at least one channel", async () => {
  await expect(createCochlea({ channels: 0 })).rejects.toThrow(/^Cochlea.channels: expected .* got 0/);
  const cochlea = await createCochlea({ channels: 1 });
  expect(
    cochlea.listen({ samples: tone(8000, 48000), sampleRate: 48000 }, 1).units.every((unit) => unit === 0),
  ).toBe(true);
});
