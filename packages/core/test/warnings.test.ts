import { afterEach, describe, expect, it, vi } from "vitest";
import { MyelinError, onWarning } from "../src/index.ts";
import { warn } from "../src/warnings.ts";

describe("warnings", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("go to the console once for each distinct message", () => {
    const print = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const message of ["first", "second", "first"]) warn(`warnings: ${message}`);
    expect(print.mock.calls).toEqual([["warnings: first"], ["warnings: second"]]);
  });

  it("go to a handler instead, until the one before is put back", () => {
    const print = vi.spyOn(console, "warn").mockImplementation(() => {});
    const heard: string[] = [];
    const before = onWarning((message) => void heard.push(message));
    for (const message of ["again", "again"]) warn(message);
    onWarning(before);
    warn("warnings: third");
    expect(heard).toEqual(["again", "again"]);
    expect(print.mock.calls).toEqual([["warnings: third"]]);
  });

  it("need a function", () => {
    expect(() => onWarning("log" as never)).toThrow(MyelinError);
    expect(() => onWarning(undefined as never)).toThrow("expected a function of the message, got undefined");
  });
});
