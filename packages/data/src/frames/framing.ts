import { ShapeError } from "@myelin/core";
import { checkInteger, checkOptions, describeValue } from "@myelin/core/checks";
import { inTimeOrder } from "../event-transforms/index.ts";
import { checkAscending, checkedEvents, type Events } from "../events/index.ts";
import { FrameBuilder, type FrameScale } from "./frame-builder.ts";
import { checkOrigin, startOf } from "./origin.ts";
import { resizeFrames } from "./resize-frames.ts";
import {
  checkDuration,
  checkSteps,
  sliceByCount,
  sliceByDuration,
  sliceByNumber,
  sliceByTime,
  sliceWindow,
  type Slices,
} from "./slices.ts";
import type { SparseFrames } from "./sparse-frames.ts";
import type { Splitting } from "./splitting.ts";
import { addTimeSurface } from "./time-surface.ts";
import { addVoxelGrid } from "./voxel-grid.ts";

/** What stands in the frames. */
export type Representation =
  /** The number of events at each place; `binary`: 1 where there is any; `max`: divided by the frame's largest. */
  | { readonly representation?: "frames" | undefined; readonly values?: FrameScale | undefined }
  /** Each event shared between the two nearest steps, {@link voxelGrid}. Only with `splitBy: "time"`. */
  | { readonly representation: "voxelGrid" }
  /** How long ago each pixel had its last event, with time constant `tauUs`. */
  | { readonly representation: "timeSurface"; readonly tauUs: number };

/** How events become frames. */
export type Framing = Splitting &
  Representation & {
    /** Makes frames of this size, [width, height], of those of the sensor: {@link resizeFrames}. */
    readonly resize?: readonly [width: number, height: number] | undefined;
  };

/**
 * Turns a recording into frames [T, 2, H, W], OFF before ON. Events out of order are sorted by time first.
 *
 * @param startUs where the first step begins, with `splitBy: "time"` or `"duration"`; as `origin` says if left out
 * @throws MyelinError for options out of range, events that are none (see {@link createEvents}), a recording that would
 * have more than 2^20 steps, or steps that hold no event of it
 * @example denseFrames(frameEvents(events, { splitBy: "number", steps: 10 }))
 */
export function frameEvents(events: Events, framing: Framing, startUs?: number): SparseFrames {
  checkFraming(framing);
  const ordered = inTimeOrder(checkedEvents("frameEvents", events));
  const start = startOf(ordered.t, framing, { startUs });
  const builder = new FrameBuilder(ordered.height, ordered.width);
  addFrames(builder, ordered, framing, start);
  return resized(builder.finish(), framing);
}

/** Frames in the size that a framing asks for. */
export function resized(frames: SparseFrames, { resize }: Framing): SparseFrames {
  return resize ? resizeFrames(frames, { width: resize[0], height: resize[1] }) : frames;
}

/**
 * Adds the frames of {@link frameEvents}, before they are resized, to those of a builder.
 *
 * @param events checked, in order of time
 * @param framing checked
 */
export function addFrames(builder: FrameBuilder, events: Events, framing: Framing, startUs: number): void {
  if (framing.representation === "voxelGrid") {
    addVoxelGrid(events, framing.steps!, startUs, builder);
    return;
  }
  const slices = cut(events, framing, startUs);
  if (framing.representation === "timeSurface") {
    const times = surfaceTimes(events, slices, framing, startUs);
    addTimeSurface(events, slices, times, framing.tauUs, builder);
  } else {
    addCounts(events, slices, framing.values ?? "count", builder);
  }
}

/**
 * Cuts a recording into time steps.
 *
 * @param events in ascending order of time
 * @param startUs as for {@link frameEvents}
 * @throws MyelinError as {@link frameEvents} does, and for times that do not ascend
 */
export function sliceEvents(events: Events, splitting: Splitting, startUs?: number): Slices {
  checkFraming(splitting);
  const checked = checkedEvents("sliceEvents", events);
  checkAscending("sliceEvents", checked.t);
  return cut(checked, splitting, startOf(checked.t, splitting, { startUs }));
}

function cut({ t, length }: Events, splitting: Splitting, startUs: number): Slices {
  switch (splitting.splitBy) {
    case "number":
      return sliceByNumber(length, splitting.steps);
    case "time":
      return sliceByTime(t, splitting.steps, startUs);
    case "duration": {
      const { durationUs, steps } = splitting;
      if (steps === undefined) return sliceByDuration(t, durationUs, startUs);
      return sliceWindow(t, { startUs, durationUs, steps });
    }
    case "count": {
      const slices = sliceByCount(length, splitting.events);
      return splitting.steps === undefined ? slices : withLength(slices, splitting.steps);
    }
  }
}

/** Framings whose steps cover the same time of every recording. */
type WindowFraming = Framing & { readonly splitBy: "duration"; readonly steps: number };

/** Whether a framing has a fixed number of steps of a fixed duration. */
export function hasWindow(framing: Framing): framing is WindowFraming {
  return framing.splitBy === "duration" && framing.steps !== undefined;
}

/**
 * The duration that a framing with a fixed number of steps of a fixed duration covers, microseconds.
 *
 * @throws MyelinError for other framings
 */
export function windowLength(framing: Framing): number {
  if (hasWindow(framing)) return framing.durationUs * framing.steps;
  throw new ShapeError(
    `windowLength: expected splitBy "duration" with steps, got ${JSON.stringify(framing)}. ` +
      `Only then do all recordings cover the same time.`,
  );
}

/**
 * Checks options that come from outside.
 *
 * @throws MyelinError that names the option, its value and the cure
 */
export function checkFraming(framing: Framing): void {
  checkKeys(framing);
  checkSplitting(framing);
  checkRepresentation(framing);
  if (framing.resize !== undefined) checkResize(framing.resize);
}

/** Keys of every framing, and those that only some have. */
const KNOWN = { splitBy: true, steps: true, origin: true, representation: true, resize: true } as const;
const ONLY_WITH: Readonly<Record<string, Readonly<Record<string, true>>>> = {
  duration: { durationUs: true },
  count: { events: true },
  frames: { values: true },
  timeSurface: { tauUs: true },
};

function checkKeys(framing: Framing | undefined): void {
  const { splitBy = "", representation = "frames" } = framing ?? {};
  checkOptions<Record<string, object>>(
    "framing",
    (framing ?? undefined) as unknown as Record<string, object>,
    { ...KNOWN, ...onlyWith(splitBy), ...onlyWith(representation) },
    '{ splitBy: "number", steps: 10 }',
  );
}

/** What is no text is refused later, by name. */
function onlyWith(choice: unknown): Readonly<Record<string, true>> | undefined {
  return typeof choice === "string" ? ONLY_WITH[choice] : undefined;
}

function checkSplitting(framing: Splitting): void {
  const { splitBy } = framing;
  if (!["number", "time", "duration", "count"].includes(splitBy)) {
    throw new ShapeError(
      `framing.splitBy: expected "number", "time", "duration" or "count", got ${describeValue(splitBy)}. ` +
        `"number" gives every step the same number of events.`,
    );
  }
  if (splitBy === "number" || splitBy === "time" || framing.steps !== undefined) {
    checkSteps("framing.steps", framing.steps);
  }
  if (splitBy === "duration") checkDuration("framing.durationUs", framing.durationUs);
  if (splitBy === "count") {
    checkInteger("framing.events", framing.events, { min: 1 }, "It is the number of events per step.");
  }
  checkOrigin(framing);
}

function checkResize(resize: unknown): void {
  const [width, height] = Array.isArray(resize) && resize.length === 2 ? (resize as unknown[]) : [];
  const hint = "resize is [width, height] of the frames, in pixels.";
  checkInteger("framing.resize[0]", width, { min: 1, max: 65_536 }, hint);
  checkInteger("framing.resize[1]", height, { min: 1, max: 65_536 }, hint);
}

function checkRepresentation(framing: Framing): void {
  const { representation = "frames" } = framing;
  switch (representation) {
    case "frames":
      return checkScale((framing as { values?: unknown }).values ?? "count");
    case "timeSurface":
      checkDuration("framing.tauUs", (framing as { tauUs?: unknown }).tauUs);
      return;
    case "voxelGrid":
      if (framing.splitBy === "time") return;
      throw new ShapeError(
        `framing.splitBy: expected "time" for a voxel grid, got "${framing.splitBy}". ` +
          `A voxel grid divides the duration of a recording evenly.`,
      );
    default:
      throw new ShapeError(
        `framing.representation: expected "frames", "voxelGrid" or "timeSurface", got ${describeValue(representation)}. ` +
          `Leave it out to count events.`,
      );
  }
}

function checkScale(values: unknown): void {
  if (values === "count" || values === "binary" || values === "max") return;
  throw new ShapeError(
    `framing.values: expected "count", "binary" or "max", got ${describeValue(values)}. Leave it out to count events.`,
  );
}

function addCounts(
  { x, y, p, width, height }: Events,
  slices: Slices,
  scale: FrameScale,
  builder: FrameBuilder,
) {
  const { starts, ends } = slices;
  for (let step = 0; step < starts.length; step++) {
    for (let i = starts[step]!; i < ends[step]!; i++)
      builder.add((p[i]! * height + y[i]!) * width + x[i]!, 1);
    builder.endFrame(scale);
  }
}

/** The moments at which a time surface is read: the ends of the steps where they have one, else their last event. */
function surfaceTimes({ t }: Events, { ends }: Slices, framing: Splitting, first: number): Float64Array {
  return Float64Array.from(ends, (end, step) => {
    if (framing.splitBy === "duration") return first + framing.durationUs * (step + 1);
    return t[Math.max(0, end - 1)] ?? first;
  });
}

function withLength({ starts, ends }: Slices, steps: number): Slices {
  const last = ends[ends.length - 1]!;
  return {
    starts: Uint32Array.from({ length: steps }, (_, j) => starts[j] ?? last),
    ends: Uint32Array.from({ length: steps }, (_, j) => ends[j] ?? last),
  };
}
