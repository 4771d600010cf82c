import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildRank, trainOn } from "./ranks.ts";
import { type RankTask, TRAININGS } from "./trainings.ts";

let rank: Awaited<ReturnType<typeof buildRank>> | undefined;
beforeAll(async () => {
  rank = await buildRank();
});
afterAll(() => rank?.remove());

// 29 samples: the last batch of an epoch has 5, fewer than 8 micro-batches ask for.
const task = { backend: "wasm", threads: 1, microBatches: 4, samples: 29, epochs: 2 } as const;

async function resultOf(size: number, asked: RankTask) {
  const answers = await trainOn(rank!.file, size, asked);
  for (const answer of answers) expect(answer.error).toBeUndefined();
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0]!;
}

describe("the number of processes changes no bit", () => {
  it.each(Object.keys(TRAININGS))("%s", async (name) => {
    const alone = await resultOf(1, { ...task, name });
    expect(await resultOf(2, { ...task, name })).toEqual(alone);
    expect(await resultOf(4, { ...task, name })).toEqual(alone);
  });

  it("nor on the reference", async () => {
    const asked = { ...task, name: "delays", backend: "reference", epochs: 1 } as const;
    expect(await resultOf(2, asked)).toEqual(await resultOf(1, asked));
  });

  it.each([
    ["three processes and six parts", 3, { microBatches: 6 }],
    ["groups of batches", 4, { microBatches: 2, accumulate: 2 }],
    ["more parts than samples", 3, { microBatches: 12 }],
    ["groups of whole batches", 2, { microBatches: 1, accumulate: 2 }],
  ])("with %s", async (_, size, more) => {
    const asked = { ...task, ...more, name: Object.keys(TRAININGS)[0]!, threads: 1 };
    expect(await resultOf(size, asked)).toEqual(await resultOf(1, asked));
  });

  it("refuses processes that cannot share the parts evenly", async () => {
    const answers = await trainOn(rank!.file, 3, { ...task, name: "delays" });
    expect(answers[0]!.error).toBe(
      "Trainer.microBatches: expected parts of a step that 3 processes share evenly, got 4. " +
        "Take a multiple of 3; the weights then depend on it, but not on the number of processes.",
    );
  });
});
