import {
  type ConvBackend,
  densePlaces,
  numbersIn,
  patchLength,
  type RequiredGroups,
  type SparseBackend,
  type SparsePattern,
  type Storage,
} from "../backend/index.ts";
import { Values } from "./values.ts";

/** Sparse weights: the dense operation with the weight that is zero outside the pattern. */
export function sparse(backend: RequiredGroups, conv: ConvBackend): SparseBackend {
  const { rows, elementwise } = backend;
  const expand = (v: Values, pattern: SparsePattern, values: Storage, dense: Storage): Storage => {
    const places = densePlaces(pattern);
    const index = v.of(places.length, (i) => places[i]!);
    rows.scatter(1, { x: values, index, out: dense });
    return dense;
  };
  const compress = (v: Values, pattern: SparsePattern, dense: Storage, values: Storage): void => {
    const places = densePlaces(pattern);
    v.gather(dense, numbersIn(pattern), (i) => places[i]!, 0, values);
  };
  const weightOf = (v: Values, pattern: SparsePattern, values: Storage): Storage =>
    expand(v, pattern, values, v.room(pattern.outputs * pattern.columns));
  return {
    forward: (size, { x, values, bias, y }, pattern) =>
      Values.within(backend, (v) => conv.forward(size, { x, weight: weightOf(v, pattern, values), bias, y })),
    usefulInputGradient: (size, { gy, values, x, gx }, pattern) =>
      Values.within(backend, (v) =>
        conv.usefulInputGradient(size, { gy, weight: weightOf(v, pattern, values), x, gx }),
      ),
    weightGradient: (size, { gy, x, gValues }, pattern) =>
      Values.within(backend, (v) => {
        const gWeight = v.room(pattern.outputs * pattern.columns);
        conv.weightGradient(size, { gy, x, gWeight });
        compress(v, pattern, gWeight, gValues);
      }),
    denseGradient: (size, { gy, x, gWeight: out }, { first }) =>
      Values.within(backend, (v) => {
        const gWeight = v.room(size.outChannels * patchLength(size));
        conv.weightGradient(size, { gy, x, gWeight });
        const range = { length: out.length, from: first * patchLength(size), to: 0 };
        elementwise.copyRange(range, { x: gWeight, out });
      }),
    expand: (pattern, { values, dense }) =>
      Values.within(backend, (v) => void expand(v, pattern, values, dense)),
    compress: (pattern, { dense, values }) =>
      Values.within(backend, (v) => compress(v, pattern, dense, values)),
  };
}
