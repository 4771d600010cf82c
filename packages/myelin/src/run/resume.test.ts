import { describe, expect, it } from "vitest";
import { parseRecipe, type Recipe } from "../recipe/index.ts";
import { resumedRecipe, type Resumed } from "./resume.ts";

function recipe(changes: object = {}): Recipe {
  return parseRecipe(
    JSON.stringify({
      ...{ name: "test", data: { name: "mnist" }, timeSteps: 2, epochs: 3, batchSize: 2 },
      network: { type: "mlp", neuron: { type: "LIF" }, hidden: [4] },
      optimizer: { type: "adam", lr: 0.01 },
      ...changes,
    }),
  );
}

const COSINE = { optimizer: { type: "adam", lr: 0.01, schedule: { type: "cosine" } } };

function resume(before: object, now: object, more: Partial<Resumed> = {}): Recipe {
  const both = { before: recipe(before), asked: recipe({ ...before, ...now }) };
  return resumedRecipe({ ...both, done: 3, file: "run/config.yaml", ...more });
}

describe("resumedRecipe", () => {
  it.each([
    ["threads", { threads: 1 }],
    ["name", { name: "other" }],
    ["checkpoint", { checkpoint: { everyEpochs: 2 } }],
    ["report", { report: { everySteps: 5 } }],
  ])("lets %s differ", (_, now) => {
    expect(resume({}, now)).toMatchObject(now);
  });

  it.each([
    [{ seed: 2 }, "seed (1 before, 2 now)"],
    [{ batchSize: 4 }, "batchSize (2 before, 4 now)"],
    [{ timeSteps: 3 }, "timeSteps (2 before, 3 now)"],
    [{ data: { name: "mnist", limit: 10 } }, "data.limit (absent before, 10 now)"],
    [{ loss: { type: "rateCrossEntropy" } }, 'loss.type ("rateMse" before, "rateCrossEntropy" now)'],
    [{ encoder: { type: "poisson" } }, 'encoder (absent before, {"type":"poisson"} now)'],
    [{ structure: { density: 0.5 } }, "structure (false before"],
    [{ extensions: [{ epochs: 2 }] }, "extensions"],
  ])("refuses %j", (now, text) => {
    expect(() => resume({}, now)).toThrow(text);
    expect(() => resume({}, now)).toThrow(
      "--resume: expected the recipe that run/config.yaml was begun with",
    );
  });

  it("takes another number of epochs where nothing is spread over them", () => {
    expect(resume({}, { epochs: 5 })).toEqual(recipe({ epochs: 5 }));
    const step = { optimizer: { type: "adam", lr: 0.01, schedule: { type: "step", epochs: 2 } } };
    expect(resume(step, { epochs: 5 }).epochs).toBe(5);
  });

  it("refuses fewer epochs than are trained", () => {
    expect(() => resume({}, { epochs: 2 })).toThrow(
      "expected at least the 3 epochs that are trained already, got epochs 2.",
    );
    expect(resume({}, { epochs: 2 }, { done: 1 }).epochs).toBe(2);
  });

  it.each([
    ["optimizer.schedule (cosine)", COSINE],
    [
      "optimizer.positions.schedule",
      { optimizer: { type: "adam", lr: 0.1, positions: { lr: 1, schedule: { type: "cosine" } } } },
    ],
    ["delays", { network: { type: "delay-net", neuron: { type: "LIF" }, maxDelay: 3 } }],
    ["structure", { structure: { density: 0.5 } }],
  ])("refuses more epochs where %s is spread over them, and says the way", (key, before) => {
    const message =
      `--resume: expected 3 epochs, as run/config.yaml spreads ${key} over them, got 5. ` +
      "Go on with --resume --extend 5 and the old recipe";
    expect(() => resume(before, { epochs: 5 })).toThrow(message);
    expect(() => resume(before, { epochs: 2 }, { done: 1 })).toThrow("Leave epochs as they were");
  });

  it("adds epochs behind the planned ones", () => {
    const extended = resume(COSINE, {}, { extension: { epochs: 5, lr: 0.001 } });
    expect(extended).toEqual(recipe({ ...COSINE, extensions: [{ epochs: 2, lr: 0.001 }] }));
    const asked = resume(COSINE, { epochs: 5 }, { extension: { epochs: 5 } });
    expect(asked).toEqual(recipe({ ...COSINE, extensions: [{ epochs: 2 }] }));
  });

  it("adds them once, however often it is asked", () => {
    const once = { ...COSINE, extensions: [{ epochs: 2, lr: 0.001 }] };
    const before = recipe(once);
    const go = (extension?: Resumed["extension"]): Recipe =>
      resumedRecipe({ before, asked: recipe(COSINE), done: 4, file: "run/config.yaml", extension });
    expect(go()).toEqual(before);
    expect(go({ epochs: 5, lr: 0.001 })).toEqual(before);
    expect(go({ epochs: 6 }).extensions).toEqual([{ epochs: 2, lr: 0.001 }, { epochs: 1 }]);
    expect(() => go({ epochs: 4 })).toThrow(
      "--extend: expected more than the 5 epochs of run/config.yaml, got 4.",
    );
    expect(() => go({ epochs: 5, lr: 0.1 })).toThrow("got 5 with --extend-lr 0.1.");
  });
});
