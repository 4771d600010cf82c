/** The recordings of lessons 3 and 5 as frames. */
import {
  type CameraOptions,
  createDataset,
  type Dataset,
  eventDataset,
  eventTransforms,
  loadDataset,
  saccadeRecordings,
  selectSamples,
} from "@myelin/data";
import { numbers } from "./numbers.ts";

/** Two hundred recordings to train with, and a hundred others. */
export async function digitFrames(camera?: CameraOptions): Promise<[train: Dataset, test: Dataset]> {
  const digits = selectSamples(await loadDataset("mnist", { split: "train" }), numbers(0, 300));
  const recordings = saccadeRecordings(digits, { invert: true, seed: 1, camera });
  const frames = await eventDataset(recordings, {
    framing: { splitBy: "time", steps: 4 },
    transforms: [eventTransforms.downsample({ factor: 2 })],
  });
  const data = createDataset(frames);
  return [data.select(numbers(0, 200)), data.select(numbers(200, 300))];
}
