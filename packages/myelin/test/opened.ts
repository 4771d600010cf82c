import { loadRun, noGrad, type Engine } from "@myelin/core";
import { encodeRun, outputsOf, type InputDescription } from "@myelin/core/runs";
import { evaluationKey } from "@myelin/core/training";
import type { Batch } from "@myelin/data";
import type { Model } from "../src/model/index.ts";
import { describeRun } from "../src/run/describe-run.ts";
import type { Task } from "../src/run/task.ts";

/** Scores of a batch by the model, and by the run that its file opens to, sample by sample. */
export async function scoresBothWays(
  engine: Engine,
  { model, task, batch }: { readonly model: Model; readonly task: Task; readonly batch: Batch },
): Promise<{ readonly model: number[]; readonly opened: number[] }> {
  model.network.eval();
  const scores = await engine.step(() => {
    const outputs = outputsOf(model, batch, evaluationKey(0));
    return noGrad(engine, () => model.objective.scores(outputs)).data();
  });
  const input: InputDescription = { kind: "values", shape: task.input, sequence: task.sequence };
  const description = { ...describeRun(model, task, { epochs: 0 }), input };
  const run = await loadRun(await encodeRun(model.network, description));
  const opened = await run.predictBatch(samplesOf(batch, task), 0);
  await run.dispose();
  return { model: [...scores], opened: opened.flatMap((prediction) => [...prediction.scores]) };
}

/** Each sample of a batch by itself: [B, ...], or [T, B, ...]. */
function samplesOf({ inputs, count, shape }: Batch, { sequence }: Task): Float32Array[] {
  const steps = sequence ? (shape[0] ?? 1) : 1;
  const size = inputs.length / (steps * count);
  return Array.from({ length: count }, (_, b) =>
    Float32Array.from({ length: steps * size }, (_, i) => {
      const t = Math.floor(i / size);
      return inputs[(t * count + b) * size + (i % size)]!;
    }),
  );
}
