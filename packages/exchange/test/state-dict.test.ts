/** Checkpoints of PyTorch: what is read, and what is refused. */
import { FormatError, MyelinError } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";
import type { TensorData } from "@myelin/core/io";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeStateDict, readStateDict } from "../src/index.ts";
import { writeZip } from "../src/torch/zip-writer.ts";
import { checkpoint } from "./checkpoints.ts";

describe("readStateDict", () => {
  it("reads every type, views and shared storage", async () => {
    const tensors = await readStateDict(checkpoint("types.pt"), { name: "types.pt" });
    const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, [...data]]));
    expect(values).toEqual({
      plain: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      transposed: [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11],
      view: [4, 6, 8, 10],
      expanded: [1, 1, 1, 1, 1, 1],
      half: [1.5, -65504],
      brain: [1.5, -(2 ** 100)],
      double: [0.1],
      long: [2n ** 40n, -2n],
      int: [-3],
      short: [-4],
      char: [-5],
      byte: [250],
      bool: [1, 0],
      scalar: [2.5],
      empty: [],
      parameter: [7],
    });
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toMatchObject({
      transposed: [4, 3],
      view: [2, 2],
      expanded: [3, 2],
      scalar: [],
      empty: [0, 3],
    });
    expect(tensors.get("half")?.dtype).toBe("F16");
    expect(tensors.get("bool")?.dtype).toBe("BOOL");
  });

  it("finds the network in a nested checkpoint", async () => {
    const tensors = await readStateDict(checkpoint("nested.pt"));
    expect([...tensors.keys()]).toEqual([
      ...[
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var",
        "1.num_batches_tracked",
      ],
    ]);
    const data = await readStateDict(checkpoint("jelly-if.pt"), { key: "data" });
    expect(data.get("input")?.shape).toEqual([20, 3, 5]);
    await expect(readStateDict(checkpoint("jelly-if.pt"), { name: "x.pt" })).rejects.toThrow(
      'readStateDict: x.pt: expected one dictionary of tensors, got "net", "data". Say which one with the option key.',
    );
    await expect(readStateDict(checkpoint("nested.pt"), { key: "net" })).rejects.toThrow(
      'expected a dictionary of tensors at "net", got "model"',
    );
  });

  it("reads what it wrote, and writes what PyTorch reads", async () => {
    const tensors = new Map<string, TensorData>([
      ["w", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ["n", { shape: [], data: BigInt64Array.of(3n) }],
      ["empty", { shape: [0, 2], data: new Float64Array(0) }],
    ]);
    expect(await readStateDict(encodeStateDict(tensors))).toEqual(tensors);
    const odd = new Map([["x", { shape: [1], data: Uint32Array.of(1) }]]);
    expect(() => encodeStateDict(odd)).toThrow("numbers that PyTorch stores, got an Uint32Array");
  });

  it.each([
    [
      "whole-model.pt",
      UnsupportedError,
      /plain values only, got "torch\.nn\.modules\.linear\.Linear"\. Nothing is exec/,
    ],
    [
      "legacy.pt",
      UnsupportedError,
      /got one of a version before 1\.6\. Load it in PyTorch and save its weights/,
    ],
  ])("refuses %s and says how to save it", async (name, type, message) => {
    const error = await readStateDict(checkpoint(name), { name }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(type);
    expect(String(error)).toMatch(message);
  });
});

/** A checkpoint with this pickle. */
function withPickle(...parts: (string | number[])[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === "string" ? [...new TextEncoder().encode(part)] : part,
  );
  return writeZip([["x/data.pkl", Uint8Array.from([0x80, 2, ...bytes])]]);
}

describe("hostile checkpoints", () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      "a call of the system",
      withPickle("cos\nsystem\nX", [2, 0, 0, 0], "ls", [0x85], "R."),
      /got "os\.system"/,
    ],
    ["by stack", withPickle([0x8c, 2], "os", [0x8c, 6], "system", [0x93], "."), /got "os\.system"/],
    ["an evaluation", withPickle("c__builtin__\neval\n."), /got "__builtin__\.eval"/],
    ["a name that objects have", withPickle("ctorch\nconstructor\n."), /got "torch\.constructor"/],
    ["an object of a class", withPickle(")", [0x81], "."), /an instruction that writes data, got 0x81/],
    ["a registered extension", withPickle([0x82, 1], "."), /an instruction that writes data, got 0x82/],
    ["an instance by INST", withPickle("(ios\nsystem\n."), /an instruction that writes data, got 0x69/],
    ["attributes of a tuple", withPickle(")}b."), /a dictionary that has attributes, got a tuple/],
    ["an empty stack", withPickle("."), /a value on the stack, got none/],
    ["no mark", withPickle("t."), /a mark on the stack, got none/],
    ["a value below the mark", withPickle("N(0."), /a value on the stack, got none/],
    ["nothing remembered", withPickle("h", [3], "."), /a remembered value 3, got none/],
    ["an immense text", withPickle("X", [255, 255, 255, 255], "."), /expected 4294967295 bytes, got 1/],
    ["an immense integer", withPickle([0x8b, 255, 255, 255, 127], "."), /at most 64 bytes, got 2147483647/],
    ["broken text", withPickle("X", [1, 0, 0, 0, 255], "."), /text in UTF-8, got other bytes/],
    ["a list as key", withPickle("}]Ns."), /a key that can be looked up, got a list/],
    ["no end", withPickle("N"), /expected 1 bytes, got 0/],
    ["a cycle", withPickle("]q", [0], "h", [0], "a."), /one dictionary of tensors, got none/],
    ["a call of a text", withPickle("N)R."), /a global to be called, got None/],
    ["a class that is called", withPickle("ctorch\nFloatStorage\n)R."), /a global that makes a value/],
    ["a new protocol", writeZip([["x/data.pkl", Uint8Array.of(0x80, 9)]]), /protocol 0 to 5, got protocol 9/],
    ["no pickle", writeZip([["x/other", new Uint8Array(1)]]), /a file data\.pkl in the archive, got none/],
    ["a file twice", writeZip([...twice("x/a")]), /each file once/],
  ])("%s", async (_, bytes, message) => {
    const error = await readStateDict(bytes).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toMatch(message);
  });

  it("a graph that doubles at every level is no work", async () => {
    const doubling = Array.from({ length: 100 }, (_, i) => ["(h", [i], "h", [i], "lq", [i + 1]]).flat();
    const start = performance.now();
    await expect(readStateDict(withPickle("]q", [0], ...doubling, "."))).rejects.toThrow(FormatError);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("a tensor of more numbers than the file can mean", async () => {
    const tensor = checkpointOf(2 ** 30, 0);
    await expect(readStateDict(tensor)).rejects.toThrow(
      "tensors not much larger than the file, got larger ones",
    );
    await expect(readStateDict(checkpointOf(4, 1))).rejects.toThrow("a storage of at least 4 numbers, got 1");
  });

  it("any change of the bytes ends in tensors or one error", async () => {
    const files = ["types.pt", "nested.pt"].map(checkpoint);
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    const check = async (which: number, changes: [number, number][], cut: number): Promise<void> => {
      const bytes = Uint8Array.from(files[which]!);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      try {
        await readStateDict(bytes.subarray(0, bytes.length - cut));
      } catch (error) {
        if (!(error instanceof MyelinError)) throw error;
      }
    };
    const cut = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(4000));
    const property = fc.asyncProperty(
      fc.nat(1),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      cut,
      check,
    );
    await fc.assert(property, { numRuns: 1500, seed: 3 });
  });

  it("cut files say so", async () => {
    const bytes = checkpoint("types.pt");
    for (const length of [0, 1, 30, 1000, bytes.length - 1]) {
      await expect(readStateDict(bytes.subarray(0, length))).rejects.toThrow(TruncatedError);
    }
  });
});

function twice(name: string): [string, Uint8Array][] {
  return [
    [name, new Uint8Array(1)],
    [name, new Uint8Array(1)],
  ];
}

/** A dictionary of one tensor of so many numbers, that many apart, on a storage of a single one. */
function checkpointOf(numbers: number, stride: number): Uint8Array {
  const int = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];
  const text = (value: string): (string | number[])[] => ["X", int(value.length), value];
  const storage = [
    "(",
    ...text("storage"),
    "ctorch\nFloatStorage\n",
    ...text("0"),
    ...text("cpu"),
    "K",
    [1],
    "tQ",
  ];
  const sizes = ["J", int(numbers), [0x85], "J", int(stride), [0x85]];
  const call = ["ctorch._utils\n_rebuild_tensor_v2\n(", ...storage, "K", [0], ...sizes, "N}tR"];
  const pickle = ["}", ...text("w"), ...call, "s."].flatMap((part) =>
    typeof part === "string" ? [...new TextEncoder().encode(part)] : part,
  );
  return writeZip([
    ["x/data.pkl", Uint8Array.from([0x80, 2, ...pickle])],
    ["x/data/0", new Uint8Array(4)],
  ]);
}
