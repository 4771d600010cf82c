import type {
  AttentionBackend,
  AttentionSize,
  RequiredGroups,
  SelectionSpec,
  Storage,
} from "../backend/index.ts";
import { Values } from "./values.ts";

/** Advanced spatial attention by sums, maxima and comparisons over one axis at a time; equations: `AttentionBackend`. */
export function attention(backend: RequiredGroups): AttentionBackend {
  return { ...selection(backend), ...gates(backend) };
}

/** Which planes are important. */
function selection(backend: RequiredGroups): Pick<AttentionBackend, Selection> {
  const within = (work: (v: Values) => void): void => Values.within(backend, work);
  return {
    planeStatistics: (size, { x, mean, max }) =>
      within((v) => {
        const values = byPosition(v, size, x);
        v.sum(values, size.positions, 1 / size.positions, mean);
        v.max(values, size.positions, max);
      }),
    planeStatisticsBackward: (size, { x, gMean, gMax, gx }) =>
      within((v) => {
        const [, winner] = v.max(byPosition(v, size, x), size.positions);
        const mean = v.repeat(v.affine(gMean, 1 / size.positions), size.positions);
        const sum = v.combine("add", v.toWinner(gMax, winner, size.positions), mean);
        const planes = size.steps * size.batch * size.channels;
        toImage(
          v,
          size,
          v.gather(sum, sum.length, (i) => scorePlace(size, i) + (i % size.positions) * planes),
          gx,
        );
      }),
    selectPlanes: (size, { score, important, rest }, spec) =>
      within((v) => {
        const chosen = chosenPlanes(v, size, score, spec);
        const weight = spec.weighted ? v.combine("multiply", chosen, v.affine(v.logistic(score), 2)) : chosen;
        const order = (i: number): number => scorePlace({ ...size, positions: 1 }, i);
        v.gather(weight, weight.length, order, 0, important);
        v.gather(v.affine(chosen, -1, 1), chosen.length, order, 0, rest);
      }),
    selectPlanesBackward: (size, { score, rest, gImportant, gScore }) =>
      within((v) => {
        const s = v.logistic(score);
        const slope = v.affine(v.combine("multiply", s, v.affine(s, -1, 1)), 2);
        const chosen = v.affine(byScore(v, size, rest), -1, 1);
        v.combine("multiply", v.combine("multiply", chosen, slope), byScore(v, size, gImportant), gScore);
      }),
  };
}

type Selection = "planeStatistics" | "planeStatisticsBackward" | "selectPlanes" | "selectPlanesBackward";

/** Descriptors of both branches, and the product with their gates. */
function gates(backend: RequiredGroups): Omit<AttentionBackend, Selection> {
  const within = (work: (v: Values) => void): void => Values.within(backend, work);
  return {
    describePlanes: (size, { x, rest, ...out }, share) =>
      within((v) => {
        const [values, isRest] = [byPlane(v, size, v.plain(x, imageOf(size))), planesByPlane(v, size, rest)];
        const isImportant = v.affine(isRest, -1, 1);
        describe(v, size, values, isImportant, share, out.importantDescriptor, out.importantWinner);
        describe(v, size, values, isRest, 1 - share, out.restDescriptor, out.restWinner);
      }),
    sigmoid: (_length, { x, out }) => within((v) => void v.logistic(x, out)),
    gatePlanes: (size, { x, y, ...factors }) =>
      within((v) => {
        const values = byPlane(v, size, v.plain(x, imageOf(size)));
        fromPlanes(v, size, v.combine("multiply", values, gatesOf(v, size, factors)), y);
      }),
    gateGradient: (size, { x, gy, important, rest, importantGate, restGate, gImportant, gRest }) =>
      within((v) => {
        const product = productByPlane(v, size, x, gy);
        const gradient = (planes: Storage, gate: Storage, out: Storage): void => {
          const sum = v.sum(v.combine("multiply", product, planesByPlane(v, size, planes)), planesOf(size));
          v.combine("multiply", sum, v.combine("multiply", gate, v.affine(gate, -1, 1)), out);
        };
        gradient(important, importantGate, gImportant);
        gradient(rest, restGate, gRest);
      }),
    gatePlanesBackward: (size, { gy, gx, ...buffers }, share) =>
      within((v) => {
        const isRest = planesByPlane(v, size, buffers.rest);
        const { importantGradient, importantWinner, restGradient, restWinner } = buffers;
        const gated = v.combine(
          "multiply",
          byPlane(v, size, v.plain(gy, imageOf(size))),
          gatesOf(v, size, buffers),
        );
        const ofImportant = describeBackward(v, size, importantGradient, importantWinner, share);
        const ofRest = describeBackward(v, size, restGradient, restWinner, 1 - share);
        const important = v.combine("multiply", ofImportant, v.affine(isRest, -1, 1));
        const described = v.combine("add", important, v.combine("multiply", ofRest, isRest));
        fromPlanes(v, size, v.combine("add", gated, described), gx);
      }),
    planeWeightGradient: (size, { x, gy, gate, gImportant }) =>
      within((v) => {
        const product = productByPlane(v, size, x, gy);
        const weighted = v.combine("multiply", product, v.repeat(gate, planesOf(size)));
        const { batch, channels, positions } = size;
        const terms = v.gather(weighted, weighted.length, (i) => {
          const [plane, p] = [
            i % (weighted.length / positions),
            Math.floor(i / (weighted.length / positions)),
          ];
          const t = Math.floor(plane / (batch * channels));
          const b = Math.floor(plane / channels) % batch;
          return ((t * channels + (plane % channels)) * batch + b) * positions + p;
        });
        v.sum(terms, positions, 1, gImportant);
      }),
  };
}

/** `x gy` as [T C, B, positions]. */
function productByPlane(v: Values, size: AttentionSize, x: Storage, gy: Storage): Storage {
  const image = imageOf(size);
  return byPlane(v, size, v.combine("multiply", v.plain(x, image), v.plain(gy, image)));
}

const planesOf = ({ steps, channels }: AttentionSize): number => steps * channels;

function imageOf({ steps, batch, channels, positions }: AttentionSize) {
  return { planes: steps * batch, channels, positions };
}

function toImage(v: Values, size: AttentionSize, plain: Storage, image: Storage): void {
  v.backend.layout.plainToImage(imageOf(size), { plain, image });
}

/** Where the plane of a value of [T, B, C, positions] stands in [B, C, T]. */
function scorePlace({ steps, batch, channels, positions }: AttentionSize, i: number): number {
  const plane = Math.floor(i / positions);
  const [t, row] = [Math.floor(plane / (batch * channels)), plane % (batch * channels)];
  return row * steps + t;
}

/** [T, B, C] in the order of scores, [B, C, T]. */
function byScore(v: Values, { steps, batch, channels }: AttentionSize, planes: Storage): Storage {
  return v.gather(planes, planes.length, (i) => (i % steps) * batch * channels + Math.floor(i / steps));
}

/** An image as [positions, B, C, T]. */
function byPosition(v: Values, size: AttentionSize, x: Storage): Storage {
  const { steps, batch, channels, positions } = size;
  const planes = steps * batch * channels;
  return v.gather(v.plain(x, imageOf(size)), x.length, (i) => {
    const score = i % planes;
    const plane = (score % steps) * batch * channels + Math.floor(score / steps);
    return plane * positions + Math.floor(i / planes);
  });
}

/** [T, B, C, positions] as [T C, B, positions]. */
function byPlane(v: Values, { batch, channels, positions }: AttentionSize, plain: Storage): Storage {
  return v.gather(plain, plain.length, (i) => {
    const [p, b] = [i % positions, Math.floor(i / positions) % batch];
    const plane = Math.floor(i / (positions * batch));
    return ((Math.floor(plane / channels) * batch + b) * channels + (plane % channels)) * positions + p;
  });
}

/** [T C, B, positions] as an image. */
function fromPlanes(v: Values, size: AttentionSize, values: Storage, image: Storage): void {
  const { batch, channels, positions } = size;
  const plain = v.gather(values, values.length, (i) => {
    const [p, c] = [i % positions, Math.floor(i / positions) % channels];
    const plane = Math.floor(i / (positions * channels));
    return ((Math.floor(plane / batch) * channels + c) * batch + (plane % batch)) * positions + p;
  });
  toImage(v, size, plain, image);
}

/** [T, B, C] for each position, as [T C, B, positions]. */
function planesByPlane(v: Values, size: AttentionSize, planes: Storage): Storage {
  const all = v.gather(planes, planes.length * size.positions, (i) => Math.floor(i / size.positions));
  return byPlane(v, size, all);
}

/** Which planes are important, [B, C, T]. */
function chosenPlanes(v: Values, size: AttentionSize, score: Storage, spec: SelectionSpec): Storage {
  const { steps, channels, batch } = size;
  const first = v.compare(rankOf(v, score, channels, steps), "less", spec.selectedChannels);
  const second = v.compare(rankOf(v, score, steps, 1), "less", spec.selectedSteps);
  const [a, b] = spec.batchUnion ? [unite(v, batch, first), unite(v, batch, second)] : [first, second];
  if (spec.maskMode === "xor") return v.compare(a, "notEqual", b);
  if (spec.maskMode === "and") return v.combine("multiply", a, b);
  return v.compare(v.combine("add", a, b), "greater", 0);
}

/** How many scores of an axis come before each: higher ones, and equal ones of a lower index. */
function rankOf(v: Values, score: Storage, count: number, stride: number): Storage {
  const { length } = score;
  const own = (i: number): number => Math.floor((i % length) / stride) % count;
  const others = v.gather(
    score,
    count * length,
    (i) => (i % length) + (Math.floor(i / length) - own(i)) * stride,
  );
  const all = v.repeat(score, count);
  const isBefore = v.of(count * length, (i) => Number(Math.floor(i / length) < own(i)));
  const ties = v.combine("multiply", v.compare(others, "equal", all), isBefore);
  return v.sum(v.combine("add", v.compare(others, "greater", all), ties), count);
}

/** Every sample selects what any sample selects. */
function unite(v: Values, batch: number, selected: Storage): Storage {
  return v.repeat(v.compare(v.sum(selected, batch), "greater", 0), batch);
}

/** Mean and maximum over the planes of a branch, and which plane has it. */
function describe(
  v: Values,
  size: AttentionSize,
  values: Storage,
  branch: Storage,
  share: number,
  descriptor: Storage,
  winner: Storage,
): void {
  const count = planesOf(size);
  const own = v.combine("multiply", values, branch);
  const [max, plane] = v.max(own, count);
  const mean = v.sum(own, count, 1 / (count * share));
  const { batch, positions } = size;
  const plain = v.gather(v.join([mean, max]), descriptor.length, (i) => {
    const [p, which] = [i % positions, Math.floor(i / positions) % 2];
    return (which * batch + Math.floor(i / (2 * positions))) * positions + p;
  });
  v.backend.layout.plainToImage({ planes: batch, channels: 2, positions }, { plain, image: descriptor });
  // -1 where the first maximum is in a plane of the other branch.
  const isOwn = v.sum(
    v.combine("multiply", v.toWinner(v.filled(max.length, 1), plane, count), branch),
    count,
  );
  v.affine(v.combine("multiply", v.affine(plane, 1, 1), isOwn), 1, -1, winner);
}

/** The gradients of a descriptor for each plane, [T C, B, positions]. */
function describeBackward(
  v: Values,
  size: AttentionSize,
  gradient: Storage,
  winner: Storage,
  share: number,
): Storage {
  const { batch, positions } = size;
  const plain = v.plain(gradient, { planes: batch, channels: 2, positions });
  const half = (which: number): Storage =>
    v.gather(
      plain,
      batch * positions,
      (i) => (Math.floor(i / positions) * 2 + which) * positions + (i % positions),
    );
  const count = planesOf(size);
  const mean = v.repeat(v.affine(half(0), 1 / (count * share)), count);
  return v.combine("add", mean, v.toWinner(half(1), winner, count));
}

/** `important importantGate + rest restGate`, [T C, B, positions]. */
function gatesOf(
  v: Values,
  size: AttentionSize,
  buffers: Readonly<Record<"important" | "rest" | "importantGate" | "restGate", Storage>>,
): Storage {
  const branch = (planes: Storage, gate: Storage): Storage =>
    v.combine("multiply", planesByPlane(v, size, planes), v.repeat(gate, planesOf(size)));
  const important = branch(buffers.important, buffers.importantGate);
  return v.combine("add", important, branch(buffers.rest, buffers.restGate));
}
