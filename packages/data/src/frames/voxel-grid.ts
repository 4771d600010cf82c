import { firstAtOrAfter, inTimeOrder } from "../event-transforms/index.ts";
import { checkedEvents, type Events } from "../events/index.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { checkSteps } from "./slices.ts";
import type { SparseFrames } from "./sparse-frames.ts";

/**
 * A voxel grid: time is divided into T points, and each event is shared between the two nearest of them.
 *
 *   1. u = (T - 1) (t - t[0]) / (t[N-1] - t[0])          0 where all events are of one moment
 *   2. V[k, p, y, x] = sum over the events at (p, y, x) of max(0, 1 - |k - u|)
 *
 * The polarities keep a channel each (OFF, ON), where the paper subtracts one from the other.
 *
 * @returns frames [T, 2, H, W] whose numbers add up to the number of events
 * @throws ShapeError unless `steps` is an integer from 1 to 2^20, or for events that are none
 * @source Zhu, Yuan, Chaney & Daniilidis 2019, "Unsupervised Event-Based Learning of Optical Flow, Depth, and
 * Egomotion", section 3.1
 */
export function voxelGrid(events: Events, steps: number): SparseFrames {
  checkSteps("voxelGrid.steps", steps);
  const checked = checkedEvents("voxelGrid", events);
  const builder = new FrameBuilder(events.height, events.width);
  const ordered = inTimeOrder(checked);
  addVoxelGrid(ordered, steps, ordered.t[0] ?? 0, builder);
  return builder.finish();
}

/** Builds the frames of {@link voxelGrid} from events in order of time, with `first` in place of t[0]. */
export function addVoxelGrid(
  { t, x, y, p, length, width, height }: Events,
  steps: number,
  first: number,
  builder: FrameBuilder,
): void {
  const duration = (t[length - 1] ?? 0) - first;
  const scale = duration > 0 ? (steps - 1) / duration : 0;
  const place = (i: number) => (t[i]! - first) * scale;
  // Step k takes the events between the points k - 1 and k + 1; `begin` only moves forwards.
  let begin = firstAtOrAfter(t, first);
  for (let step = 0; step < steps; step++) {
    while (begin < length && place(begin) <= step - 1) begin++;
    for (let i = begin; i < length && place(i) < step + 1; i++) {
      builder.add((p[i]! * height + y[i]!) * width + x[i]!, 1 - Math.abs(step - place(i)));
    }
    builder.endFrame("count");
  }
}
