import { describe, expect, test } from "vitest";
import * as core from "../../src/entries/bundle.ts";
import { BACKENDS, withEngine } from "../support/engines.ts";
import { arithmeticDoors } from "./arithmetic-doors.ts";
import { descriptionDoors } from "./description-doors.ts";
import { engineDoors } from "./engine-doors.ts";
import { type Door, strangers } from "./kinds.ts";
import { networkDoors } from "./network-doors.ts";
import { structureDoors } from "./structure-doors.ts";
import { trainingDoors } from "./training-doors.ts";
import { expectAllListed, type OddTensors, walk } from "./walk.ts";

const doors = {
  ...arithmeticDoors,
  ...descriptionDoors,
  ...engineDoors,
  ...networkDoors,
  ...structureDoors,
  ...trainingDoors,
};
const checked = Object.entries(doors).filter(
  (entry): entry is [string, Door] => typeof entry[1] !== "string",
);

test("every export has a line here", () => {
  expectAllListed(core, doors, "packages/core/test/doors/*-doors.ts");
});

describe.each(BACKENDS)("what is wrong is refused at the door on %s", (backend) => {
  const engine = withEngine(backend);

  test.each(checked)("%s", async (name, door) => {
    expect(await walk(engine(), name, door, await oddTensors(engine()))).toEqual([]);
  });
});

async function oddTensors(engine: core.Engine): Promise<OddTensors> {
  const ended = await engine.step(() => core.tensor([1, 2]));
  const other = await core.createEngine({ backend: "reference" });
  core.useEngine(other);
  const foreign = core.tensor([1, 2]);
  strangers.add(other);
  core.useEngine(engine);
  return { ended, foreign };
}
