import type { Random } from "@myelin/core";

/** A change of a file; `others` are further files of the same format. */
type Change = (file: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const MOST_CHANGES = 6;
const LONGEST_RUN = 64;

/**
 * A file with one to six changes drawn from `random`: the same random numbers give the same bytes, so that a finding can
 * be repeated.
 */
export function mutated(files: readonly Uint8Array[], random: Random): Uint8Array {
  let file = pick(files, random);
  const changes = 1 + random.integer(MOST_CHANGES);
  for (let i = 0; i < changes; i++) file = pick(CHANGES, random)(file, random, files);
  return file;
}

const CHANGES: readonly Change[] = [
  (file, random) => overwritten(file, random, randomBytes(random, 1 + random.integer(8))),
  (file, random) => overwritten(file, random, randomBytes(random, 1)),
  flippedBit,
  (file, random) => overwritten(file, random, extremeNumber(file.length, random)),
  (file, random) => overwritten(file, random, extremeNumber(file.length, random)),
  (file, random) => replacedRun(file, random, new Uint8Array(0)),
  (file, random) => insertedAt(file, random, randomBytes(random, 1 + random.integer(LONGEST_RUN))),
  (file, random) => insertedAt(file, random, run(file, random)),
  (file, random) => overwritten(file, random, run(file, random)),
  (file, random) => file.slice(0, random.integer(file.length + 1)),
  (file, random, others) => overwritten(file, random, run(pick(others, random), random)),
  (file, random) =>
    overwritten(file, random, new Uint8Array(1 + random.integer(LONGEST_RUN)).fill(random.integer(2) * 255)),
  changedNumeral,
];

function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)]!;
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}

function flippedBit(file: Uint8Array, random: Random): Uint8Array {
  if (file.length === 0) return file;
  const copy = file.slice();
  copy[random.integer(file.length)]! ^= 1 << random.integer(8);
  return copy;
}

/** Sizes and counts at their limits are what hurts most. */
function extremeNumber(length: number, random: Random): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  const number = pick(
    [0, 1, -1, 0x7f, 0x7fff, 0x7fffffff, -0x80000000, length, length + 1, 2 ** 24, 65_535],
    random,
  );
  const littleEndian = random.integer(2) === 0;
  const bytes = pick([1, 2, 4, 8], random);
  if (bytes === 1) view.setInt8(0, number);
  else if (bytes === 2) view.setInt16(0, number, littleEndian);
  else if (bytes === 4) view.setInt32(0, number, littleEndian);
  else view.setBigInt64(0, BigInt(number) << BigInt(pick([0, 20, 32], random)), littleEndian);
  return new Uint8Array(view.buffer, 0, bytes);
}

function run(file: Uint8Array, random: Random): Uint8Array {
  const start = random.integer(file.length + 1);
  return file.slice(start, start + 1 + random.integer(LONGEST_RUN));
}

function overwritten(file: Uint8Array, random: Random, bytes: Uint8Array): Uint8Array {
  const copy = file.slice();
  const at = random.integer(Math.max(1, file.length - bytes.length + 1));
  copy.set(bytes.subarray(0, Math.max(0, file.length - at)), at);
  return copy;
}

function replacedRun(file: Uint8Array, random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.integer(file.length + 1);
  return joined(file.subarray(0, at), bytes, file.subarray(at + 1 + random.integer(LONGEST_RUN)));
}

function insertedAt(file: Uint8Array, random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.integer(file.length + 1);
  return joined(file.subarray(0, at), bytes, file.subarray(at));
}

/** A numeral of a text becomes another one, of another length: sizes in headers and in JSON. */
function changedNumeral(file: Uint8Array, random: Random): Uint8Array {
  const text = new TextDecoder("latin1").decode(file.subarray(0, 65_536));
  const numerals = [...text.matchAll(/-?\d+/g)];
  if (numerals.length === 0) return flippedBit(file, random);
  const { index, 0: old } = pick(numerals, random);
  const numeral = pick(
    ["0", "-1", "1", "65535", "65536", "4294967295", "99999999999999999999", "1e300", "0.5"],
    random,
  );
  return joined(
    file.subarray(0, index),
    new TextEncoder().encode(numeral),
    file.subarray(index + old.length),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
