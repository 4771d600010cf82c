import { describe, expect, test } from "vitest";
import { MyelinError, Random } from "../src/index.ts";
import {
  checkArray,
  checkBoolean,
  checkFunction,
  checkInstance,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkOneOf,
  checkOptions,
  checkShape,
  checkText,
  describeValue,
  nearestName,
  withDefaults,
} from "../src/entries/checks.ts";

describe("describeValue", () => {
  test.each<[unknown, string]>([
    [undefined, "undefined"],
    [null, "null"],
    [NaN, "NaN"],
    [12n, "12n"],
    ["2", '"2"'],
    [Symbol("s"), "Symbol(s)"],
    [() => 0, "a function"],
    [Random, "the function Random"],
    [[2, "x", [1]], '[2, "x", ...]'],
    [new Array<number>(100).fill(1), "an array of 100"],
    [new Float32Array(3), "a Float32Array of 3"],
    [new DataView(new ArrayBuffer(8)), "a DataView of 8"],
    [{}, "an empty object"],
    [{ lr: 1, eps: 2 }, "an object with lr, eps"],
    [Object.create(null), "an object"],
    [new Random(0), "a Random"],
    [new MyelinError(), "a MyelinError"],
    [{ shape: [2] }, "an object with shape"],
    ["x".repeat(100), `"${"x".repeat(56)}...`],
  ])("%# gives %s", (value, text) => expect(describeValue(value)).toBe(text));
});

describe("nearestName", () => {
  const lif = ["tau", "vThreshold", "vReset", "detachReset", "decayInput", "surrogate"];

  test.each([
    ["threshold", "vThreshold"],
    ["v_threshold", "vThreshold"],
    ["reset_mechanism", "vReset"],
    ["detach-reset", "detachReset"],
    ["beta", "tau"],
    ["tua", "tau"],
    ["TAU", "tau"],
    ["quantisation", undefined],
    ["", undefined],
    ["constructor", undefined],
  ])("%s means %s", (word, name) => expect(nearestName(word, lif)).toBe(name));

  test("is nothing without candidates", () => expect(nearestName("tau", [])).toBeUndefined());
});

describe("checkOptions", () => {
  interface Options {
    readonly lr?: number | undefined;
    readonly vReset?: number | null;
  }
  const check = (options: unknown) =>
    checkOptions("Adam", options as Options, { lr: true, vReset: "nullable" }, "{ lr: 0.01 }");

  test("returns what is right", () => {
    const options = { lr: undefined, vReset: null };
    expect(check(options)).toBe(options);
    expect(check(Object.create(null))).toEqual({});
  });

  test.each<[unknown, string]>([
    [0.01, "Adam: expected an options object such as { lr: 0.01 }, got 0.01."],
    [null, "Adam: expected an options object such as { lr: 0.01 }, got null."],
    [[1], "Adam: expected an options object such as { lr: 0.01 }, got [1]."],
    [new Random(0), "Adam: expected an options object such as { lr: 0.01 }, got a Random."],
    [() => 1, "Adam: expected an options object such as { lr: 0.01 }, got a function."],
    [{ learningRate: 1 }, 'Adam: unknown option "learningRate". Did you mean lr?'],
    [{ constructor: 1 }, 'Adam: unknown option "constructor". Options: lr, vReset.'],
    [{ lr: null }, "Adam.lr: expected a value, got null. Leave the option away for its default."],
  ])("%# refuses: %s", (options, message) => {
    expect(() => check(options)).toThrow(new MyelinError(message));
  });

  test("withDefaults lets undefined stand for the default", () => {
    expect(withDefaults({ lr: 1, eps: 2 }, { lr: undefined, eps: 3 })).toEqual({ lr: 1, eps: 3 });
  });
});

describe("checks of single values", () => {
  const anything = (value: unknown): never => value as never;

  test.each<[() => unknown, string]>([
    [() => checkNumber("f.x", "2", { min: 0 }), 'f.x: expected a finite number >= 0, got "2".'],
    [() => checkNumber("f.x", 2n, {}), "f.x: expected a finite number, got 2n."],
    [() => checkInteger("f.n", 1.5, { min: 1, max: 3 }), "f.n: expected an integer >= 1 and <= 3, got 1.5."],
    [() => checkInteger("f.n", 2 ** 53, {}), "f.n: expected an integer, got 9007199254740992."],
    [() => checkBoolean("f.b", "false"), 'f.b: expected true or false, got "false".'],
    [() => checkText("f.s", ""), 'f.s: expected a text, got "".'],
    [
      () => checkOneOf("f.kind", "wsam", ["wasm", "reference"]),
      'f.kind: expected one of "wasm", "reference", got "wsam". Did you mean "wasm"?',
    ],
    [() => checkFunction("f.g", anything(1)), "f.g: expected a function, got 1."],
    [
      () => checkInstance("f.random", {}, Random, "a Random"),
      "f.random: expected a Random, got an empty object.",
    ],
    [() => checkArray("f.list", anything("ab"), "a list"), 'f.list: expected a list, got "ab".'],
    [
      () => checkArray("f.list", [1, , 2], "a list", (name, entry) => checkNumber(name, entry, {})),
      "f.list[1]: expected a finite number, got undefined.",
    ],
    [() => checkNumbers("f.v", anything([1, "a"])), 'f.v[1]: expected a number, got "a".'],
    [
      () => checkNumbers("f.v", anything(new BigInt64Array(1))),
      "f.v: expected an array of numbers, got a BigInt64Array of 1.",
    ],
    [() => checkShape("f.shape", [2, 0]), "f.shape[1]: expected an integer >= 1, got 0."],
  ])("%# refuses: %s", (work, message) => expect(work).toThrow(new MyelinError(message)));
});
