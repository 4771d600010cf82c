import fc from "fast-check";
import { FormatError } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { encodeEvents, openEvents } from "../../src/index.ts";
import { chunkOf, concatBytes, FILE_BUILDERS, plainEvents } from "../event-bytes.ts";

const compactParts: Uint8Array[] = [];
for await (const piece of encodeEvents([chunkOf(plainEvents(40))], {
  format: "compact",
  width: 300,
  height: 40,
})) {
  compactParts.push(piece.slice());
}

const FILES: readonly (readonly [string, Uint8Array])[] = [
  ...Object.entries(FILE_BUILDERS).map(([name, build]) => [name, build(plainEvents(40))] as const),
  ["Myelin events", concatBytes(...compactParts)],
];

/** One change of a file: bytes overwritten, taken out or put in. */
const change = fc.record({
  kind: fc.constantFrom("overwrite", "remove", "insert", "extreme"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
});

function changed(
  file: Uint8Array,
  { kind, at, bytes }: typeof change extends fc.Arbitrary<infer T> ? T : never,
) {
  const start = Math.floor(at * file.length);
  const front = file.subarray(0, start);
  if (kind === "insert") return concatBytes(front, bytes, file.subarray(start));
  if (kind === "remove") return concatBytes(front, file.subarray(start + bytes.length));
  // Sizes and counts at their limits are what hurts most.
  const over = kind === "extreme" ? new Uint8Array(4).fill(bytes[0]! % 2 ? 0xff : 0x7f) : bytes;
  return concatBytes(front, over, file.subarray(start + over.length)).subarray(0, file.length);
}

/** Reads a file to its end: the number of events, or the error. */
async function outcomeOf(bytes: Uint8Array): Promise<number | Error> {
  try {
    const reader = await openEvents(bytes, { name: "fuzzed" });
    let count = 0;
    for await (const { length, t, x, y, p } of reader.chunks()) {
      count += length;
      for (let i = 0; i < length; i++) {
        if (!Number.isFinite(t[i]!) || p[i]! > 1)
          throw new Error(`event ${i} is ${t[i]} ${x[i]} ${y[i]} ${p[i]}`);
        if (x[i]! >= (reader.width ?? 65536) || y[i]! >= (reader.height ?? 65536))
          throw new Error("event outside");
      }
    }
    return count;
  } catch (error) {
    return error as Error;
  }
}

describe.each(FILES)("%s", (_, file) => {
  test("changed at random, gives events or one clear error", async () => {
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const outcome = await outcomeOf(list.reduce(changed, file));
        if (typeof outcome === "number") {
          // No format has more than 32 events in 8 bytes.
          expect(outcome).toBeLessThanOrEqual(6 * (file.length + 50));
        } else {
          expect(outcome).toBeInstanceOf(FormatError);
          expect(outcome.message).toMatch(/^openEvents: fuzzed, byte \d+: expected .+, got .+\. /);
        }
      }),
      { numRuns: 150 },
    );
  });
});

test("bytes that are no recording are refused, with what they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 200, maxLength: 400 }), async (bytes) => {
      expect(await outcomeOf(bytes)).toBeInstanceOf(FormatError);
    }),
    { numRuns: 100 },
  );
  const message = async (bytes: Uint8Array) => (await outcomeOf(bytes)) as Error;
  expect((await message(new Uint8Array(0))).message).toMatch(
    /expected a recording of an event camera .* got an empty file/,
  );
  expect((await message(new Uint8Array(1000))).message).toMatch(/got bytes that start with 00 00/);
  expect(
    (await message(concatBytes("# A document\n\nwith some text that goes on for a while.\n"))).message,
  ).toMatch(/got bytes that start with "# A document|got bytes that start with 23 20/);
  expect((await message(concatBytes("#!AER-DAT5.0\r\n", new Uint8Array(100)))).message).toMatch(
    /got bytes that start with "#!AER-DAT5.0/,
  );
});
