/**
 * IEEE 754 half floats (1 sign bit, 5 exponent bits with bias 15, 10 fraction bits), which the Heidelberg data sets use
 * for times. JavaScript engines of today have no such array, so their bits are kept in a `Uint16Array`.
 */

/** float32 [65536]: the value of every half float, exactly. */
export const HALF_VALUES: Float32Array = Float32Array.from({ length: 65536 }, (_, bits) => decode(bits));

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the half float nearest to a number that is not negative; ties go to the even one. */
export function encodeHalf(value: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  const unit = 2 ** (exponent - 10); // distance between half floats around `value`
  const steps = roundToEven(value / unit);
  // A carry out of the fraction runs into the exponent's bits, which is where it belongs.
  return Math.min(0x7c00, (exponent + 14) * 1024 + steps);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
