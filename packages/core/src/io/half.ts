import { checkInstance, checkInteger, refuse } from "../checks.ts";

/**
 * Value of an IEEE 754 half float (1 sign bit, 5 exponent bits with bias 15, 10 fraction bits), exactly.
 *
 * @param bits 0 to 65535
 */
export function decodeHalf(bits: number): number {
  checkInteger("decodeHalf", bits, { min: 0, max: 0xffff });
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the half float nearest to a number; ties go to the even one, and what is too large becomes infinite. */
export function encodeHalf(value: number): number {
  if (typeof value !== "number") refuse("encodeHalf", "a number", value);
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size > 65536) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const unit = 2 ** (exponent - 10); // distance between half floats around `value`
  // A carry out of the fraction runs into the exponent's bits, which is where it belongs.
  return sign | Math.min(0x7c00, (exponent + 14) * 1024 + roundToEven(size / unit));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Values of bfloat16 numbers, which are the upper halves of float32. */
export function decodeBfloat16(bits: Uint16Array): Float32Array {
  checkInstance("decodeBfloat16", bits, Uint16Array, "a Uint16Array");
  const words = new Uint16Array(2 * bits.length);
  for (let i = 0; i < bits.length; i++) words[2 * i + (LITTLE_ENDIAN ? 1 : 0)] = bits[i] as number;
  return new Float32Array(words.buffer);
}

/** The bits of the bfloat16 nearest to each number; ties go to the even one. */
export function encodeBfloat16(values: Float32Array): Uint16Array {
  checkInstance("encodeBfloat16", values, Float32Array, "a Float32Array");
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, (word) => {
    // Rounding would carry the fraction of a NaN into infinity.
    if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
    return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  });
}
