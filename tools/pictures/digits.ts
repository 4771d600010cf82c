/** The recordings of lessons 3 and 5 as frames, and the network that they share. */
import { BatchNorm, Conv2d, Flatten, LIF, MaxPool2d, type Module } from "@myelin/core";
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

/** The neuron of these lessons. */
export function digitNeuron(): LIF {
  return new LIF({ tau: 2, decayInput: false, detachReset: true, surrogate: "atan" });
}

/**
 * Two convolutions with their neurons, as 256 values.
 *
 * @param ahead what stands before the neurons of so many channels
 */
export function digitLayers(ahead: (channels: number) => readonly Module[] = () => []): Module[] {
  const block = (inputs: number, channels: number): Module[] => [
    new Conv2d(inputs, channels, { kernelSize: 3, padding: 1, bias: false }),
    new BatchNorm(channels),
    ...ahead(channels),
    digitNeuron(),
    new MaxPool2d({ kernelSize: 2 }),
  ];
  return [...block(2, 8), ...block(8, 16), new Flatten()];
}
