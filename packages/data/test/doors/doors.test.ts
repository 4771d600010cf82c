import { expect, test } from "vitest";
import { tensor } from "@myelin/core";
import type { Door } from "../../../core/test/doors/kinds.ts";
import { expectAllListed, walk } from "../../../core/test/doors/walk.ts";
import { withEngine } from "../../../core/test/support/engines.ts";
import * as data from "../../src/browser.ts";
import { eventDoors } from "./event-doors.ts";
import { setDoors } from "./set-doors.ts";

const doors = { ...eventDoors, ...setDoors };
const checked = Object.entries(doors).filter(
  (entry): entry is [string, Door] => typeof entry[1] !== "string",
);
const transforms = Object.entries(data.eventTransforms).map(([name, make]) => [
  `eventTransforms.${name}`,
  make,
]);
const engine = withEngine("reference");

test("every export has a line here", () => {
  const exports = { ...data, ...(Object.fromEntries(transforms) as object) };
  expectAllListed(exports, doors, "packages/data/test/doors/*-doors.ts");
});

test.each(checked)("what is wrong is refused at the door of %s", async (name, door) => {
  const ended = await engine().step(() => tensor([1, 2]));
  expect(await walk(engine(), name, door, { ended, foreign: ended })).toEqual([]);
});
