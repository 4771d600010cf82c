import { describeShape, sizeOf, stepsOf, type StreamMemory, type Tensor } from "../engine/index.ts";
import { ShapeError } from "../errors.ts";

/** Values that a layer may have in a part, so that what it gives is still in the caches when the next one reads it. */
const PART_VALUES = 2 ** 21;

/** Steps of a sequence from `first` on that go through a network together. */
export interface SequencePart {
  readonly first: number;
  readonly steps: number;
}

/**
 * The parts in which a sequence [T, B, ...] goes through a stream. The first is a single step: it tells whether all layers
 * take several, and by what they carry how wide they are, and so how long the other parts may be.
 */
export function* sequenceParts(shape: readonly number[], memory: StreamMemory): Generator<SequencePart> {
  const [steps = 0, ...sample] = shape;
  if (steps > 0) yield { first: 0, steps: 1 };
  const length = memory.isOneByOne ? 1 : Math.max(1, Math.floor(PART_VALUES / widest(sample, memory)));
  for (let first = 1; first < steps; first += length) yield { first, steps: Math.min(length, steps - first) };
}

function widest(sample: readonly number[], memory: StreamMemory): number {
  return Math.max(1, sizeOf(sample), memory.widest);
}

/**
 * A sequence through a stream, part by part. Outside of steps of the engine each part is one of its own, so that the next
 * one uses the same memory again.
 *
 * @param x f32 [T, B, ...]
 * @param forward gives outputs [t, B, ...] for t steps
 * @returns f32 [T, B, ...]
 * @throws ShapeError if `forward` gives another number of steps
 */
export function runInParts(x: Tensor, memory: StreamMemory, forward: (part: Tensor) => Tensor): Tensor {
  const { engine } = x;
  const outlives = !engine.inStep;
  let output: Tensor | undefined;
  for (const part of sequenceParts(x.shape, memory)) {
    engine.atOnce(() => {
      const y = forward(stepsOf(x, part.first, part.steps));
      output ??= roomFor(y, x.shape[0]!, outlives);
      placeSteps(y, part, output);
    });
  }
  output!.changed();
  return output!;
}

/** Room for outputs like those of a part, for so many steps: beyond the engine's step, or in it. */
export function roomFor(y: Tensor, steps: number, outlives: boolean): Tensor {
  const shape = [steps, ...y.shape.slice(1)];
  return outlives ? y.engine.persistent(shape, y.format) : y.engine.empty(shape, y.format);
}

/** Puts the outputs of a part at their place in those of all steps. */
export function placeSteps(y: Tensor, { first, steps }: SequencePart, output: Tensor): void {
  if (y.shape[0] !== steps) {
    throw new ShapeError(
      `stream: expected a network that gives an output for each of ${steps} steps, got ${describeShape(y.shape)}. ` +
        "Apply what looks along time to the outputs of the stream.",
    );
  }
  const range = { length: y.size, from: 0, to: first * (y.size / steps) };
  y.engine.backend.elementwise.copyRange(range, { x: y.storage, out: output.storage });
}
