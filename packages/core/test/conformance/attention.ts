import type { AttentionSize, ImageSize, SelectionSpec, Storage } from "../../src/engine/backend/index.ts";
import type { Bench, Case } from "./bench.ts";
import { dyadic, normal, SHORT_SWEEP, sparse, spikes, SWEEP, uniform, withValue } from "./inputs.ts";

/** What both branches have. */
type Branches = Readonly<Record<"important" | "rest", Storage>>;

/** Sums over time, channels or positions. */
const SUMMED = 2e-5;
/** A share whose means are not powers of two. */
const SHARE = 0.4;

/** Advanced spatial attention: statistics, selection, descriptions, gates, gradients. */
export function attentionCases(): Case[] {
  return [
    ...sizes().flatMap((size) => [...statistics(size), ...gates(size)]),
    ...selectionSizes().flatMap(selections),
    ...ties(),
    ...notANumber(),
  ];
}

function sizeOf(given: Partial<AttentionSize>): AttentionSize {
  return { steps: 3, batch: 2, channels: 5, positions: 4, ...given };
}

function sizes(): AttentionSize[] {
  return [
    ...SWEEP.map((channels) => sizeOf({ channels })),
    ...SHORT_SWEEP.map((positions) => sizeOf({ positions })),
    ...SHORT_SWEEP.map((steps) => sizeOf({ steps })),
    ...SHORT_SWEEP.map((batch) => sizeOf({ batch })),
    sizeOf({ steps: 1, batch: 1, channels: 1, positions: 1 }),
    sizeOf({ steps: 6, batch: 3, channels: 32, positions: 150 }),
  ];
}

function statistics(size: AttentionSize): Case[] {
  const x = normal(lengthOf(size));
  const run = (bench: Bench) => {
    const { attention } = bench.backend;
    const input = bench.in(x, imageOf(size));
    const max = bench.out("max", planesOf(size));
    attention.planeStatistics(size, { x: input, mean: bench.out("mean", planesOf(size)), max });
    const [gMean, gMax] = [bench.in(normal(planesOf(size), 2)), bench.in(normal(planesOf(size), 3))];
    const gx = bench.out("gx", x.length, imageOf(size));
    attention.planeStatisticsBackward(size, { x: input, max, gMean, gMax, gx });
  };
  return [{ name: `planeStatistics ${nameOf(size)}`, tolerance: SUMMED, run }];
}

function gates(size: AttentionSize): Case[] {
  const x = sparse(lengthOf(size), 0.6, 4);
  return [
    { name: `describePlanes ${nameOf(size)}`, tolerance: SUMMED, run: (bench) => describe(bench, size, x) },
    { name: `gatePlanes ${nameOf(size)}`, tolerance: SUMMED, run: (bench) => multiply(bench, size, x) },
    { name: `gateGradient ${nameOf(size)}`, tolerance: 1e-4, run: (bench) => gradients(bench, size, x) },
  ];
}

/** Gradients go to the winners that the same backend's forward pass has left. */
function describe(bench: Bench, size: AttentionSize, x: Float32Array): void {
  const { attention } = bench.backend;
  const { important, rest } = planesIn(bench, size);
  const image = { planes: size.batch, channels: 2, positions: size.positions };
  const winners = {
    importantWinner: bench.out("winner important", placesOf(size)),
    restWinner: bench.out("winner rest", placesOf(size)),
  };
  const descriptors = {
    importantDescriptor: bench.out("descriptor important", 2 * placesOf(size), image),
    restDescriptor: bench.out("descriptor rest", 2 * placesOf(size), image),
  };
  const given = { x: bench.in(x, imageOf(size)), rest };
  attention.describePlanes(size, { ...given, ...descriptors, ...winners }, SHARE);
  const gradients = {
    gy: bench.in(normal(x.length, 5), imageOf(size)),
    importantGradient: bench.in(normal(2 * placesOf(size), 9), image),
    restGradient: bench.in(normal(2 * placesOf(size), 4), image),
  };
  const factors = { important, rest, ...gatesIn(bench, size) };
  const gx = bench.out("gx", x.length, imageOf(size));
  attention.gatePlanesBackward(size, { ...gradients, ...factors, ...winners, gx }, SHARE);
}

function multiply(bench: Bench, size: AttentionSize, x: Float32Array): void {
  const { attention } = bench.backend;
  const y = bench.out("y", x.length, imageOf(size));
  const factors = { ...planesIn(bench, size), ...gatesIn(bench, size) };
  attention.gatePlanes(size, { x: bench.in(x, imageOf(size)), ...factors, y });
  const logits = bench.in(normal(x.length, 8).map((value) => 30 * value));
  attention.sigmoid(x.length, { x: logits, out: bench.out("sigmoid", x.length) });
}

function gradients(bench: Bench, size: AttentionSize, x: Float32Array): void {
  const { attention } = bench.backend;
  const given = { x: bench.in(x, imageOf(size)), gy: bench.in(normal(x.length, 6), imageOf(size)) };
  const factors = { ...planesIn(bench, size), ...gatesIn(bench, size) };
  const wanted = {
    gImportant: bench.out("gLogits important", placesOf(size)),
    gRest: bench.out("gLogits rest", placesOf(size)),
  };
  attention.gateGradient(size, { ...given, ...factors, ...wanted });
  const gImportant = bench.out("gImportant", planesOf(size));
  attention.planeWeightGradient(size, { ...given, gate: factors.importantGate, gImportant });
}

function selectionSizes(): AttentionSize[] {
  return [
    ...SWEEP.map((channels) => sizeOf({ channels, positions: 1 })),
    ...SWEEP.map((steps) => sizeOf({ steps, positions: 1 })),
    sizeOf({ batch: 9, positions: 1 }),
    sizeOf({ steps: 1, batch: 1, channels: 1, positions: 1 }),
  ];
}

function selections(size: AttentionSize): Case[] {
  return (["xor", "and", "or"] as const).flatMap((maskMode) =>
    [false, true].map((batchUnion) => ({
      name: `selectPlanes ${nameOf(size)} ${maskMode}${batchUnion ? ", union" : ""}`,
      tolerance: 0,
      run: (bench: Bench) => {
        select(bench, size, normal(planesOf(size), 3), { maskMode, batchUnion });
      },
    })),
  );
}

function select(
  bench: Bench,
  size: AttentionSize,
  score: Float32Array,
  given: Partial<SelectionSpec>,
): Branches {
  const spec: SelectionSpec = {
    selectedChannels: Math.floor(size.channels / 2),
    selectedSteps: Math.floor(size.steps / 2),
    ...{ maskMode: "xor", batchUnion: false, weighted: false },
    ...given,
  };
  const planes = {
    important: bench.out("important", planesOf(size)),
    rest: bench.out("rest", planesOf(size)),
  };
  bench.backend.attention.selectPlanes(size, { score: bench.in(score), ...planes }, spec);
  return planes;
}

/** Scores with few distinct values, and weights of important planes with their gradients. */
function ties(): Case[] {
  const size = sizeOf({ steps: 7, batch: 3, channels: 6, positions: 1 });
  const score = spikes(planesOf(size), 0.4, 5);
  const weighted = (bench: Bench) => {
    const values = normal(planesOf(size), 6);
    const { rest } = select(bench, size, values, { weighted: true, maskMode: "or" });
    const gImportant = bench.in(normal(planesOf(size), 7));
    const gScore = bench.out("gScore", planesOf(size));
    bench.backend.attention.selectPlanesBackward(size, { score: bench.in(values), rest, gImportant, gScore });
  };
  return [
    { name: "selectPlanes with ties", tolerance: 0, run: (bench) => void select(bench, size, score, {}) },
    { name: "selectPlanes, weighted", tolerance: 1e-6, run: weighted },
    ...SHORT_SWEEP.map((channels) => ({
      name: `describePlanes of spikes, ${channels} channels`,
      tolerance: SUMMED,
      run: (bench: Bench) => {
        const image = sizeOf({ channels, steps: 5, positions: 6 });
        describe(bench, image, spikes(lengthOf(image), 0.2, 7));
      },
    })),
  ];
}

function notANumber(): Case[] {
  const size = sizeOf({ channels: 6 });
  const x = withValue(dyadic(lengthOf(size)), 33, NaN);
  const planes = (bench: Bench) => {
    const [mean, max] = [bench.out("mean", planesOf(size)), bench.out("max", planesOf(size))];
    bench.backend.attention.planeStatistics(size, { x: bench.in(x, imageOf(size)), mean, max });
  };
  const score = withValue(normal(planesOf(size)), 3, NaN);
  return [
    { name: "planeStatistics with NaN", tolerance: SUMMED, run: planes },
    { name: "gatePlanes with NaN", tolerance: SUMMED, run: (bench) => multiply(bench, size, x) },
    { name: "selectPlanes with NaN", tolerance: 0, run: (bench) => void select(bench, size, score, {}) },
  ];
}

/** Any planes will do: about half of them are important, with weights. */
function planesIn(bench: Bench, size: AttentionSize): Branches {
  const rest = spikes(planesOf(size), 0.5, 9);
  const weights = uniform(planesOf(size), 10).map((value, i) => (rest[i] === 1 ? 0 : value + 0.5));
  return { important: bench.in(weights), rest: bench.in(rest) };
}

function gatesIn(bench: Bench, size: AttentionSize) {
  const [importantGate, restGate] = [9, 4].map((seed) => bench.in(uniform(placesOf(size), seed)));
  return { importantGate: importantGate!, restGate: restGate! };
}

function imageOf({ steps, batch, channels, positions }: AttentionSize): ImageSize {
  return { planes: steps * batch, channels, positions };
}

function lengthOf(size: AttentionSize): number {
  return planesOf(size) * size.positions;
}

function planesOf({ steps, batch, channels }: AttentionSize): number {
  return steps * batch * channels;
}

function placesOf({ batch, positions }: AttentionSize): number {
  return batch * positions;
}

function nameOf({ steps, batch, channels, positions }: AttentionSize): string {
  return `[${steps}, ${batch}, ${channels}, ${positions}]`;
}
