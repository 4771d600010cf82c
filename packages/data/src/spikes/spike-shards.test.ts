import { FormatError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSpikeShard } from "./spike-shards.ts";

/** A sample as the packed files hold it: spikes are `[millisecond, unit]`. */
interface Sample {
  readonly label: number;
  readonly speaker: number;
  readonly spikes: readonly (readonly [number, number])[];
}

function leb128(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...leb128(Math.floor(value / 128))];
}

function pack(samples: readonly Sample[]): Uint8Array {
  const bytes = [..."SHS1"].map((letter) => letter.charCodeAt(0));
  const u32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
  bytes.push(...u32(samples.length));
  for (const { label, speaker, spikes } of samples) {
    const flat = spikes.map(([ms, unit]) => ms * 700 + unit);
    const body = flat.flatMap((value, i) => leb128(value - (flat[i - 1] ?? 0)));
    bytes.push(label, speaker, 0, 0, 0, ...u32(spikes.length), ...u32(body.length), ...body);
  }
  return Uint8Array.from(bytes);
}

const spike = fc.tuple(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 0, max: 699 }));
const samples = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 19 }),
    speaker: fc.integer({ min: 0, max: 11 }),
    spikes: fc.array(spike, { maxLength: 20 }).map((drawn) => drawn.sort(([a, u], [b, v]) => a - b || u - v)),
  }),
  { maxLength: 6 },
);

test("packed spikes come out as they went in", () => {
  fc.assert(
    fc.property(samples, (drawn) => {
      const shard = readSpikeShard(pack(drawn), { name: "x" });
      expect([...shard.labels]).toEqual(drawn.map(({ label }) => label));
      expect([...shard.speakers]).toEqual(drawn.map(({ speaker }) => speaker));
      const spikes = drawn.flatMap((sample) => sample.spikes);
      expect([...shard.milliseconds]).toEqual(spikes.map(([ms]) => ms));
      expect([...shard.unitIds]).toEqual(spikes.map(([, unit]) => unit));
      expect([...shard.offsets]).toEqual(
        [0, ...drawn].map((_, i) => drawn.slice(0, i).reduce((sum, sample) => sum + sample.spikes.length, 0)),
      );
    }),
  );
});

test("files cut short or changed end in data or a FormatError", () => {
  const whole = pack([
    {
      label: 1,
      speaker: 2,
      spikes: [
        [3, 4],
        [900, 699],
      ],
    },
    { label: 5, speaker: 6, spikes: [] },
    { label: 7, speaker: 8, spikes: [[0, 0]] },
  ]);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (length, at, value) => {
      const bytes = whole.slice();
      bytes[at] = value;
      try {
        expect(readSpikeShard(bytes.subarray(0, length), { name: "x" }).offsets[0]).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
  expect(() => readSpikeShard(whole.subarray(0, 40), { name: "x.shs" })).toThrow(
    /^readSpikeShard: x.shs, byte /,
  );
  expect(() => readSpikeShard(new Uint8Array(3), { name: "x.shs" })).toThrow(/expected the letters "SHS1"/);
});
