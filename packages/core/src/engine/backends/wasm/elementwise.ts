/**
 * Arithmetic on values in any order, in place too; ranges are addresses.
 * One path per operation: four lanes at a time, in chunks of `ELEMENT_GRAIN`.
 * Limited by memory; a part of every workload.
 */
import type { ElementwiseBackend, HostBackend } from "../../backend/index.ts";
import { addressAt } from "./runtime/address.ts";
import type { Runtime } from "./runtime/runtime.ts";

export function elementwise(runtime: Runtime): ElementwiseBackend {
  return {
    fill: (length, { out }, value) => runtime.each("fill", length, { out, value }),
    copy: (length, buffers) => runtime.each("copy", length, buffers),
    fillRange: ({ length, to }, { out }, value) =>
      runtime.each("fill", length, { out: addressAt(out, to), value }),
    copyRange: ({ length, from, to }, { x, out }) =>
      runtime.each("copy", length, { x: addressAt(x, from), out: addressAt(out, to) }),
    addRange({ length, from, to }, { x, out }) {
      const sum = addressAt(out, to);
      runtime.each("add", length, { a: sum, b: addressAt(x, from), out: sum });
    },
    add: (length, buffers) => runtime.each("add", length, buffers),
    subtract: (length, buffers) => runtime.each("subtract", length, buffers),
    multiply: (length, buffers) => runtime.each("multiply", length, buffers),
    divide: (length, buffers) => runtime.each("divide", length, buffers),
    compare: (length, { a, b, out }, relation) => runtime.each("compare", length, { relation, a, b, out }),
    shift: (length, { x, out }, offset) => runtime.each("shift", length, { x, offset, out }),
    exp: (length, buffers) => runtime.each("exp", length, buffers),
    tanh: (length, buffers) => runtime.each("tanh", length, buffers),
    sqrt: (length, buffers) => runtime.each("sqrt", length, buffers),
    clamp: (length, { x, out }, { least, most }) => runtime.each("clamp", length, { x, least, most, out }),
    scale: (length, { x, out }, factor) => runtime.each("scale", length, { x, factor, out }),
    scaleBy: (length, { x, factor, out }) =>
      runtime.each("scale", length, { x, factor: runtime.values(factor)[0] as number, out }),
    relu: (length, buffers) => runtime.each("relu", length, buffers),
    reluBackward: (length, buffers) => runtime.each("reluBackward", length, buffers),
    isNonZero: (length, buffers) => runtime.each("isNonZero", length, buffers),
  };
}

export function host(runtime: Runtime): HostBackend {
  return {
    map(length, { x, out }, f) {
      const [from, to] = [runtime.values(x), runtime.values(out)];
      for (let i = 0; i < length; i++) to[i] = f(from[i] as number);
    },
    copyOut: (_length, { x }, target) => target.set(runtime.values(x)),
  };
}
