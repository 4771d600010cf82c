/**
 * Files of Python's safetensors, and ours for it. What is written here was read by safetensors 0.8 and torch 2.15 on
 * 2026-11-30, all types and numbers the same: `MYELIN_WRITE=FOLDER npx vitest run safetensors`, then
 * `python fixtures/make-safetensors.py --check FOLDER`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors, type TensorData } from "@myelin/core/io";
import { expect, it } from "vitest";
import { encodeStateDict, readStateDict } from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

const bf16 = (value: number): number => new Float32Array(Uint32Array.of(value << 16).buffer)[0]!;

const tensors: Record<string, TensorData> = {
  f16: { shape: [4], data: Float32Array.of(1.5, -65504, 2 ** -24, Infinity), dtype: "F16" },
  bf16: { shape: [3], data: Float32Array.of(1.5, -(2 ** 100), bf16(1)), dtype: "BF16" },
  f32: { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
  f64: { shape: [2], data: Float64Array.of(0.1, 1e300) },
  i8: { shape: [2], data: Int8Array.of(-128, 127) },
  u8: { shape: [2], data: Uint8Array.of(0, 255) },
  i16: { shape: [2], data: Int16Array.of(-32768, 5) },
  i32: { shape: [2], data: Int32Array.of(-(2 ** 31), 7) },
  i64: { shape: [2], data: BigInt64Array.of(2n ** 60n, -3n) },
  bool: { shape: [3], data: Uint8Array.of(1, 0, 1), dtype: "BOOL" },
  scalar: { shape: [], data: Float32Array.of(2.5) },
  empty: { shape: [0, 3], data: new Float32Array(0) },
};
const sorted = (found: Iterable<readonly [string, TensorData]>) => Object.fromEntries(found);

it.each(["types.safetensors", "null.safetensors"])("reads %s", async (name) => {
  expect(sorted(decodeSafetensors(checkpoint(name)).tensors)).toEqual(tensors);
  expect(sorted(await readStateDict(checkpoint(name)))).toEqual(tensors);
});

it("writes every type, in both formats", async () => {
  const files = {
    "types.safetensors": encodeSafetensors(tensors),
    "types.pt": encodeStateDict(new Map(Object.entries(tensors))),
  };
  const folder = process.env["MYELIN_WRITE"];
  for (const [name, bytes] of Object.entries(files)) {
    if (folder !== undefined) writeFileSync(join(folder, name), bytes);
    expect(sorted(await readStateDict(bytes))).toEqual(tensors);
  }
});
