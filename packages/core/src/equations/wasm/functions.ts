/**
 * Functions that WebAssembly lacks, for four numbers at a time: range reduction and polynomials that were fitted for
 * the least relative error. They are within 2 units in the last place (ULP); `softplus`, and `sigmoid` below -16,
 * within 3. NaN stays NaN, what is too large becomes infinite.
 */
import type { Local } from "./function.ts";
import type { Lanes } from "./lanes.ts";

/** ln 2 in two parts, of which the first times a whole number below 2^12 is exact. */
const [LN2_HIGH, LN2_LOW] = [0.693359375, -0.00021219444005469057];
const MANTISSA_BITS = 23;
const BIAS = 127;

/** e^x; gradually 0 below -87.3, infinite above 88.72. */
export function exp(m: Lanes, x: Local): Local {
  // In this order NaN passes through.
  const clamped = m.apply("greaterOf", m.apply("lesser", x, m.constant(89)), m.constant(-104));
  const n = m.apply("nearest", m.apply("multiply", clamped, m.constant(Math.LOG2E)));
  const high = m.multiplySubtract(n, m.constant(LN2_HIGH), clamped);
  const r = m.multiplySubtract(n, m.constant(LN2_LOW), high);
  const q = m.polynomial(r, [0.49999994, 0.16666521, 0.04166839, 0.00836871, 0.0013814613]);
  const p = m.apply("add", m.multiplyAdd(m.apply("multiply", r, r), q, r), m.constant(1));
  // Two half-size powers of two, so that no exponent overflows before the product does.
  const whole = m.apply("truncate", n);
  const half = m.shift("i32ShiftRight", whole, 1);
  const low = powerOfTwo(m, half);
  const rest = powerOfTwo(m, m.apply("i32Subtract", whole, half));
  return m.apply("multiply", m.apply("multiply", p, low), rest);
}

function powerOfTwo(m: Lanes, exponent: Local): Local {
  return m.shift("i32ShiftLeft", m.apply("i32Add", exponent, m.integer(BIAS)), MANTISSA_BITS);
}

/** ln x; minus infinity at 0, NaN below. */
export function log(m: Lanes, x: Local): Local {
  const zero = m.constant(0);
  // What has a shortened mantissa is made larger first.
  const isSmall = m.apply("less", x, m.constant(2 ** -126));
  const scaled = m.select(isSmall, m.apply("multiply", x, m.constant(2 ** 24)), x);
  const shift = m.select(isSmall, m.constant(-24), zero);
  // x = 2^e mantissa, the mantissa from sqrt(1/2) to sqrt(2).
  const offset = m.integer(0x3f3504f3);
  const fromRoot = m.apply("i32Subtract", scaled, offset);
  const e = m.shift("i32ShiftRight", fromRoot, MANTISSA_BITS);
  const mantissa = m.apply("i32Subtract", scaled, m.shift("i32ShiftLeft", e, MANTISSA_BITS));
  const f = m.apply("subtract", mantissa, m.constant(1));
  const exponent = m.apply("add", m.apply("convert", e), shift);
  const square = m.apply("multiply", f, f);
  const q = m.polynomial(f, LOG_TERMS);
  const curved = m.apply("multiply", m.apply("multiply", square, f), q);
  const small = m.multiplyAdd(exponent, m.constant(LN2_LOW), curved);
  const bent = m.multiplySubtract(square, m.constant(0.5), small);
  const result = m.multiplyAdd(exponent, m.constant(LN2_HIGH), m.apply("add", bent, f));
  const ofZero = m.select(m.apply("equal", x, zero), m.constant(-Infinity), m.constant(NaN));
  const isOrdinary = m.apply("less", zero, x);
  const finite = m.select(isOrdinary, result, ofZero);
  return m.select(m.apply("equal", x, m.constant(Infinity)), x, finite);
}

const LOG_TERMS = [
  0.33333313, -0.2500001, 0.2000212, -0.16667996, 0.14219552, -0.12405588, 0.11888165, -0.11675657,
  0.067466415,
];

/** A polynomial below 0.625, where 1 - 2 / (e^2|x| + 1) would cancel. */
export function tanh(m: Lanes, x: Local): Local {
  const size = m.apply("abs", x);
  const square = m.apply("multiply", x, x);
  const q = m.polynomial(square, [-0.33333284, 0.1333149, -0.053743497, 0.020650584, -0.005717042]);
  const small = m.multiplyAdd(m.apply("multiply", x, square), q, x);
  const one = m.constant(1);
  const grown = exp(m, m.apply("add", size, size));
  const large = m.apply("subtract", one, m.apply("divide", m.constant(2), m.apply("add", grown, one)));
  const sign = m.apply("and", x, m.constant(-0));
  return m.select(m.apply("less", size, m.constant(0.625)), small, m.apply("or", large, sign));
}

/** 1 / (1 + e^-x); 0 below -88.7. */
export function sigmoid(m: Lanes, x: Local): Local {
  const one = m.constant(1);
  return m.apply("divide", one, m.apply("add", one, exp(m, m.apply("negate", x))));
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|). */
export function softplus(m: Lanes, x: Local): Local {
  const one = m.constant(1);
  const y = exp(m, m.apply("negate", m.apply("abs", x)));
  // ln(1 + y) = ln(w) y / (w - 1) makes up for the rounding of w = 1 + y.
  const w = m.apply("add", one, y);
  const rounded = m.apply("subtract", w, one);
  const corrected = m.apply("divide", m.apply("multiply", log(m, w), y), rounded);
  const tail = m.select(m.apply("equal", rounded, m.constant(0)), y, corrected);
  return m.apply("add", m.apply("greaterOf", x, m.constant(0)), tail);
}

/** NaN beyond 2^30; up to there the angle is reduced in float64. */
export function sin(m: Lanes, x: Local): Local {
  return wave(m, x, 0);
}

/** As `sin`. */
export function cos(m: Lanes, x: Local): Local {
  return wave(m, x, 1);
}

/** pi / 2 in two parts, of which the first times a whole number below 2^20 is exact. */
const [QUARTER_HIGH, QUARTER_LOW] = [1.5707963267341256, 6.077100506506192e-11];
/** Beyond it numbers are so far apart that no angle is left: NaN. */
const LARGEST_ANGLE = 2 ** 30;

/** sin(x + quarter pi / 2). */
function wave(m: Lanes, x: Local, quarter: 0 | 1): Local {
  const turns = (half: Local) => m.apply("f64Nearest", m.apply("f64Multiply", half, m.double(2 / Math.PI)));
  const r = m.inDouble(x, (half) => {
    const n = turns(half);
    const high = m.apply("f64Subtract", half, m.apply("f64Multiply", n, m.double(QUARTER_HIGH)));
    return m.apply(
      "demoteF64",
      m.apply("f64Subtract", high, m.apply("f64Multiply", n, m.double(QUARTER_LOW))),
    );
  });
  const counted = m.inDouble(x, (half) => m.apply("f64Truncate", turns(half)));
  const n = quarter === 0 ? counted : m.apply("i32Add", counted, m.integer(quarter));
  const square = m.apply("multiply", r, r);
  const sine = m.multiplyAdd(
    m.apply("multiply", r, square),
    m.polynomial(square, [-0.16666655, 0.008332178, -0.00019517234]),
    r,
  );
  const cosine = m.multiplyAdd(
    m.apply("multiply", square, square),
    m.polynomial(square, [0.041666646, -0.0013887367, 2.4438379e-5]),
    m.multiplySubtract(square, m.constant(0.5), m.constant(1)),
  );
  const one = m.integer(1);
  const isOdd = m.apply("i32Equal", m.apply("and", n, one), one);
  const sign = m.shift("i32ShiftLeft", m.apply("and", n, m.integer(2)), 30);
  const value = m.apply("xor", m.select(isOdd, cosine, sine), sign);
  const isAngle = m.apply("lessEqual", m.apply("abs", x), m.constant(LARGEST_ANGLE));
  return m.select(isAngle, value, m.constant(NaN));
}
