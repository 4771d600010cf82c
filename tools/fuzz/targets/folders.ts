import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readGestures } from "../../../packages/data/src/node/events/gestures.ts";
import { openRecordings, DESCRIPTION_FILE } from "../../../packages/data/src/node/generated/index.ts";
import { describeFile } from "../../../packages/myelin/src/cli/describe-file.ts";
import { readMetrics } from "../../../packages/myelin/src/run/metrics-log.ts";
import { readRecord } from "../../../packages/myelin/src/records/read.ts";
import type { RunRecord } from "../../../packages/myelin/src/records/index.ts";
import { samplesSchema } from "../../../packages/myelin/src/records/samples.ts";
import { renderReport } from "../../../packages/myelin/src/report/index.ts";
import { RUNS } from "../../../packages/myelin/test/report-records.ts";
import type { Target } from "../target.ts";
import { eventTargets } from "./events.ts";
import { imageTargets } from "./images.ts";

const folder = mkdtempSync(path.join(tmpdir(), "myelin-fuzz-"));
mkdirSync(path.join(folder, "Train/0"), { recursive: true });

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function text(lines: string): Uint8Array {
  return new TextEncoder().encode(lines);
}

function json(value: unknown): Uint8Array {
  return text(JSON.stringify(value));
}

const METRICS = ["steps", "epoch"].map((kind) => ({
  ...{ kind, epoch: 1, step: 10, trainLoss: 1.25, trainAccuracy: 0.5, lr: 0.01, seconds: 3 },
  ...{ k: { neuron1: 1 }, trainSamplesPerSecond: 100, firingRate: { mean: 0.1, layers: { neuron1: 0.1 } } },
}));

/** Of the rest, sound and texts in gzip are no files that are described. */
const imagesAlone = imageTargets.filter(({ name }) => name === "IDX" || name === "CIFAR-10");

/** Files beside the data, and files whose format their bytes have to tell. */
export const folderTargets: readonly Target[] = [
  {
    name: "list of gestures",
    files: async () => [text("class,startTime_usec,endTime_usec\n1,1000,2000\n3,2500,4000\n")],
    read(bytes) {
      write("user01_lab_labels.csv", bytes);
      const files = ["user01_lab.aedat"];
      return readGestures(folder, { name: "gestures", files, classNames: ["a", "b", "c"] });
    },
  },
  {
    name: "generated recordings",
    files: async () => [
      json({
        format: "myelin-recordings-1",
        name: "mine",
        width: 34,
        height: 34,
        classNames: ["a"],
      }),
    ],
    read(bytes) {
      write(DESCRIPTION_FILE, bytes);
      return openRecordings(folder, "mine", "train");
    },
  },
  {
    name: "metrics of a run",
    files: async () => [text(METRICS.map((line) => `${JSON.stringify(line)}\n`).join(""))],
    read: (bytes) => readMetrics(write("metrics.jsonl", bytes)),
  },
  {
    name: "samples of a run",
    share: 0.05,
    files: async () =>
      Object.values<RunRecord>(RUNS).flatMap(({ samples }) => (samples ? [json(samples)] : [])),
    async read(bytes) {
      const samples = await readRecord(write("sample.json", bytes), samplesSchema);
      renderReport({ ...RUNS.plain, samples });
    },
  },
  {
    name: "data info",
    files: async () =>
      (await Promise.all([...eventTargets, ...imagesAlone].map(({ files }) => files()))).flat(),
    read: (bytes) => describeFile(write("damaged.bin", bytes)),
  },
];
