import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine, FormatError, Linear, restoreWeights } from "../src/index.ts";
import { decodeSafetensors, encodeSafetensors, type TensorData } from "../src/entries/io.ts";

/** A file with this header text and so many bytes of data. */
function file(header: string, dataLength: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const HALF = `{"dtype":"F16","shape":[2],"data_offsets":[0,4]}`;
const BRAIN = `{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}`;

const SAMPLE: Record<string, TensorData> = {
  "0.weight": { shape: [2, 3], data: new Float32Array([1, -2, 3, 0.5, NaN, Infinity]) },
  flags: { shape: [3], data: new Uint8Array([1, 2, 255]) },
  "0.k": { shape: [], data: new Float32Array([1.25]) },
  steps: { shape: [1], data: new BigInt64Array([-5n]) },
  empty: { shape: [0, 4], data: new Float64Array(0) },
};

describe("safetensors", () => {
  it("reads what it wrote", () => {
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(SAMPLE, { format: "test", ключ: "✓" }));
    expect(Object.fromEntries(tensors)).toEqual(SAMPLE);
    expect(Object.fromEntries(metadata)).toEqual({ format: "test", ключ: "✓" });
  });

  it("reads and writes half floats, bfloat16 and truth values", () => {
    const narrow: Record<string, TensorData> = {
      half: { shape: [3], data: Float32Array.of(1.5, -65504, 2 ** -24), dtype: "F16" },
      brain: { shape: [2], data: Float32Array.of(-0.5, 2 ** 100), dtype: "BF16" },
      mask: { shape: [2, 2], data: Uint8Array.of(1, 0, 0, 1), dtype: "BOOL" },
    };
    const bytes = encodeSafetensors({ ...narrow, ...SAMPLE });
    expect(Object.fromEntries(decodeSafetensors(bytes).tensors)).toEqual({ ...narrow, ...SAMPLE });
    // The bits of [1, -2] in half floats and in bfloat16.
    const torch = file(`{"__metadata__":null,"h":${HALF},"b":${BRAIN}}`, 8);
    torch.set([0x00, 0x3c, 0x00, 0xc0, 0x80, 0x3f, 0x00, 0xc0], torch.length - 8);
    const { tensors, metadata } = decodeSafetensors(torch);
    expect([...tensors.values()].map(({ data }) => [...data])).toEqual([
      [1, -2],
      [1, -2],
    ]);
    expect(metadata.size).toBe(0);
  });

  it("loads weights of any floating-point type into a network", async () => {
    await createEngine({ backend: "reference" });
    const layer = new Linear(2, 1);
    const weight = { shape: [1, 2], data: Float64Array.of(0.5, 0.1) };
    const bias = { shape: [1], data: Float32Array.of(-2), dtype: "F16" } as const;
    restoreWeights(encodeSafetensors({ weight, bias }), layer);
    expect([...(await layer.weight.data())]).toEqual([0.5, Math.fround(0.1)]);
    expect([...(await layer.bias!.data())]).toEqual([-2]);
    const whole = encodeSafetensors({ weight, bias: { shape: [1], data: Int16Array.of(1) } });
    expect(() => restoreWeights(whole, layer)).toThrow("bias holds no floating-point numbers");
  });

  it("writes the published layout", () => {
    const bytes = encodeSafetensors({ x: { shape: [2], data: new Float32Array([1, 2]) } });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header.trimEnd()).toBe('{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}');
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64]);
  });

  it("reads files that lie anywhere in a buffer", () => {
    const bytes = encodeSafetensors(SAMPLE);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(Object.fromEntries(decodeSafetensors(shifted.subarray(3)).tensors)).toEqual(SAMPLE);
  });

  it("reads what Node's readFile gives", () => {
    const bytes = Buffer.from(encodeSafetensors(SAMPLE));
    expect(Object.fromEntries(decodeSafetensors(bytes).tensors)).toEqual(SAMPLE);
  });

  it("keeps names that objects treat specially", () => {
    const named = new Map([["__proto__", { shape: [1], data: new Float32Array([3]) }]]);
    expect([...decodeSafetensors(encodeSafetensors(named)).tensors]).toEqual([...named]);
  });

  it("round-trips any tensors", () => {
    const entry = fc
      .array(fc.float(), { maxLength: 20 })
      .map((values): TensorData => ({ shape: [values.length], data: Float32Array.from(values) }));
    const name = fc.string().filter((text) => text !== "__metadata__");
    const check = (entries: [string, TensorData][]): void => {
      const tensors = new Map(entries);
      expect(new Map(decodeSafetensors(encodeSafetensors(tensors)).tensors)).toEqual(tensors);
    };
    fc.assert(fc.property(fc.array(fc.tuple(name, entry), { maxLength: 6 }), check), { seed: 1 });
  });
});

describe("hostile safetensors", () => {
  const entry = (dtype: string, shape: string, offsets: string): string =>
    `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
  const x = (shape: string, offsets: string): string => `{"x":${entry('"F32"', shape, offsets)}}`;

  it.each<[string, Uint8Array, RegExp]>([
    ["too short", new Uint8Array(7), /at least 8 bytes, got 7 \(byte 7\)/],
    [
      "a header beyond the end",
      file("{}", 0).fill(255, 0, 8),
      /header length from 2 to 2, got 18446744073709551615/,
    ],
    ["no header", file("", 0), /header length from 2 to 0, got 0 \(byte 0\)/],
    ["not an object", file("[]", 0), /header that starts with "{", got byte value 91 \(byte 8\)/],
    ["broken JSON", file('{"x":', 0), /a header in JSON/],
    ["broken UTF-8", file('{"x":1}', 0).fill(0xff, 10, 11), /a header in JSON/],
    ["a name twice", file(`{"a":1,"b":{},"a":2}`, 0), /every name once, got "a" again \(byte 22\)/],
    ["a name twice, escaped", file(`{"a":1,"\\u0061":2}`, 0), /every name once, got "a" again/],
    ["a field twice", file(`{"a":{"shape":[1],"shape":[2]}}`, 0), /every name once, got "shape" again/],
    ["metadata that are not strings", file('{"__metadata__":{"a":1}}', 0), /__metadata__ to hold strings/],
    ["a tensor that is a number", file('{"x":3}', 0), /an object for tensor "x", got 3/],
    [
      "an unknown dtype",
      file(`{"x":${entry('"F31"', "[1]", "[0,4]")}}`, 4),
      /supported dtype for tensor "x", got "F31"/,
    ],
    ["an inherited dtype", file(`{"x":${entry('"toString"', "[1]", "[0,4]")}}`, 4), /supported dtype/],
    ["a negative size", file(x("[-1]", "[0,4]"), 4), /shape of whole numbers for tensor "x", got \[-1\]/],
    ["an immense shape", file(x("[94906267,94906267]", "[0,4]"), 4), /bytes for tensor "x"/],
    ["three offsets", file(x("[1]", "[0,4,8]"), 4), /two data_offsets/],
    ["a wrong size", file(x("[2]", "[0,4]"), 4), /8 bytes for tensor "x" of shape \[2\], got 4/],
    ["offsets in reverse", file(x("[1]", "[4,0]"), 4), /4 bytes for tensor "x" of shape \[1\], got -4/],
    ["data beyond the end", file(x("[2]", "[0,8]"), 4), /8 bytes of data, got 4/],
    ["data that no tensor owns", file(x("[1]", "[0,4]"), 8), /4 bytes of data, got 8/],
    ["a hole", file(x("[1]", "[4,8]"), 8), /tensor "x" to start at data offset 0, got 4/],
    [
      "overlapping tensors",
      file(`{"a":${entry('"F32"', "[2]", "[0,8]")},"b":${entry('"F32"', "[1]", "[4,8]")}}`, 8),
      /tensor "b" to start at data offset 8, got 4/,
    ],
    [
      "an unknown field",
      file('{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"url":"y"}}', 0),
      /dtype, shape and data_offsets for tensor "x", got "url"/,
    ],
  ])("%s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
  });

  it("a name as long as the file", () => {
    const bytes = file(`{"${"\\\\".repeat(4_000_000)}":1}`, 0);
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
  });

  it("any change of the bytes ends in tensors or a FormatError", () => {
    const original = encodeSafetensors(SAMPLE, { format: "test" });
    const change = fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 }));
    const check = (changes: [number, number][], length: number): void => {
      const bytes = original.slice(0, length);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      try {
        expect(decodeSafetensors(bytes).tensors.size).toBeLessThanOrEqual(5);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    };
    const length = fc.oneof(fc.constant(original.length), fc.nat(original.length));
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), length, check), {
      numRuns: 2000,
      seed: 2,
    });
  });

  it("every truncation is refused", () => {
    const original = encodeSafetensors(SAMPLE);
    for (let length = 0; length < original.length; length++) {
      expect(() => decodeSafetensors(original.subarray(0, length))).toThrow(FormatError);
    }
  });

  it("writing refuses shapes that do not fit", () => {
    const data = new Float32Array(3);
    expect(() => encodeSafetensors({ x: { shape: [2], data } })).toThrow(
      'encodeSafetensors: expected a shape of 3 numbers for "x", got shape [2].',
    );
    expect(() => encodeSafetensors({ __metadata__: { shape: [3], data } })).toThrow("expected another name");
    expect(() => encodeSafetensors({ x: { shape: [3], data, dtype: "BOOL" } })).toThrow(
      'encodeSafetensors."x".data: expected a Uint8Array for BOOL, got a Float32Array of 3',
    );
  });
});
