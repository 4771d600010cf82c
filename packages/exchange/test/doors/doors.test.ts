import { tensor } from "@myelin/core";
import { expect, test } from "vitest";
import type { Door } from "../../../core/test/doors/kinds.ts";
import { expectAllListed, walk } from "../../../core/test/doors/walk.ts";
import { withEngine } from "../../../core/test/support/engines.ts";
import * as exchange from "../../src/index.ts";
import { exchangeDoors } from "./exchange-doors.ts";

const checked = Object.entries(exchangeDoors).filter(
  (entry): entry is [string, Door] => typeof entry[1] !== "string",
);
const engine = withEngine("reference");

test("every export has a line here", () => {
  expectAllListed(exchange, exchangeDoors, "packages/exchange/test/doors/exchange-doors.ts");
});

test.each(checked)("what is wrong is refused at the door of %s", async (name, door) => {
  const ended = await engine().step(() => tensor([1, 2]));
  expect(await walk(engine(), name, door, { ended, foreign: ended })).toEqual([]);
});
