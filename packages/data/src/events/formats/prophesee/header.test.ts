import { expect, test } from "vitest";
import { valuesOf } from "./header.ts";

test("values of header lines, by their key in lower case", () => {
  const lines = [
    "% Date 2020-01-01 12:00:00 ",
    "%geometry 640x480",
    "% end",
    "%",
    "% format EVT3;Height=720;width = 1280",
  ];
  expect([...valuesOf(lines)]).toEqual([
    ["date", "2020-01-01 12:00:00"],
    ["geometry", "640x480"],
    ["format", "EVT3"],
    ["height", "720"],
    ["width", "1280"],
  ]);
});

test("a line of a megabyte of blanks takes no time", () => {
  const start = performance.now();
  valuesOf([`% key ${" ".repeat(2 ** 20)}x${" ".repeat(2 ** 20)}\u0001`]);
  expect(performance.now() - start).toBeLessThan(1000);
});
