import { add, complex, divide, exponential, multiply, scale, squareRoot, type Complex } from "./complex.ts";

const EULER_GAMMA = 0.5772156649015329;

/** From this distance to 0 on, the asymptotic expansion is exact to about 1e-9, as the power series is below. */
const ASYMPTOTIC_FROM = 10;

/**
 * Hankel functions of the first kind and of order 0 or 1, H = J + i Y, for -pi/2 < arg z < pi: all that waves on a
 * membrane ask for. Relative error below 1e-7.
 *
 * @source Abramowitz & Stegun 1964, 9.1.10 to 9.1.13 (power series) and 9.2.7 (asymptotic expansion)
 */
export function hankel(order: 0 | 1, z: Complex): Complex {
  return Math.hypot(z.re, z.im) < ASYMPTOTIC_FROM ? bySeries(order, z) : byExpansion(order, z);
}

/**
 *   J_n(z) = (z/2)^n sum_k (-z^2/4)^k / (k! (n+k)!)
 *   Y_n(z) = (2/pi) ln(z/2) J_n - n (2/pi)/z - (1/pi) (z/2)^n sum_k (psi(k+1) + psi(n+k+1)) (-z^2/4)^k / (k! (n+k)!)
 */
function bySeries(order: 0 | 1, z: Complex): Complex {
  const half = scale(z, 0.5);
  const minusSquare = scale(multiply(half, half), -1);
  let term = order === 0 ? complex(1) : half;
  let psi = order === 0 ? -2 * EULER_GAMMA : 1 - 2 * EULER_GAMMA;
  let j = complex(0);
  let weighted = complex(0);
  for (let k = 0; k < 60; k++) {
    j = add(j, term);
    weighted = add(weighted, scale(term, psi));
    term = scale(multiply(term, minusSquare), 1 / ((k + 1) * (k + 1 + order)));
    psi += 1 / (k + 1) + 1 / (k + 1 + order);
    if (Math.hypot(term.re, term.im) * psi < 1e-17 * Math.hypot(weighted.re, weighted.im)) break;
  }
  const logHalf = complex(Math.log(Math.hypot(half.re, half.im)), Math.atan2(half.im, half.re));
  let y = scale(add(scale(multiply(logHalf, j), 2), scale(weighted, -1)), 1 / Math.PI);
  if (order === 1) y = add(y, scale(divide(complex(1), z), -2 / Math.PI));
  return { re: j.re - y.im, im: j.im + y.re };
}

/** H_n(z) = sqrt(2 / (pi z)) e^(i (z - n pi/2 - pi/4)) sum_k i^k a_k(n) / z^k, cut at its smallest term. */
function byExpansion(order: 0 | 1, z: Complex): Complex {
  const square = 4 * order * order;
  let term = complex(1);
  let sum = term;
  let size = 1;
  for (let k = 1; k < 40; k++) {
    const factor = (square - (2 * k - 1) ** 2) / (8 * k);
    const next = multiply(term, divide(complex(0, factor), z));
    const nextSize = Math.hypot(next.re, next.im);
    if (nextSize >= size || nextSize < 1e-16) break;
    sum = add(sum, next);
    term = next;
    size = nextSize;
  }
  const phase = complex(-z.im, z.re - (order * Math.PI) / 2 - Math.PI / 4);
  const amplitude = squareRoot(divide(complex(2 / Math.PI), z));
  return multiply(multiply(amplitude, exponential(phase)), sum);
}
