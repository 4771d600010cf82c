import { backward, createEngine, type Engine, tensor, type Tensor, useEngine } from "@myelin/core";
import { conv2d, sum } from "@myelin/core/ops";
import { median } from "./measure.ts";
import { normal, spikes } from "./workload.ts";

/** A convolution of 3 x 3 with padding 1 over `planes` square images. */
interface Shape {
  readonly planes: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly side: number;
}

const SHAPES: readonly Shape[] = [
  { planes: 160, inputs: 2, outputs: 32, side: 34 },
  { planes: 160, inputs: 32, outputs: 64, side: 17 },
  { planes: 64, inputs: 64, outputs: 64, side: 16 },
  { planes: 64, inputs: 128, outputs: 128, side: 16 },
];
const PERCENT = [0.5, 1, 2, 5, 10, 20, 30, 50];
const ROUNDS = 7;

/**
 * Forward pass and weight gradient of convolutions by the activity of their input, in milliseconds of CPU
 * time on one thread; "real" is the same with real numbers, which take the dense path. The last
 * column is the activity up to which spikes are quicker.
 */
export async function activityReport(): Promise<string> {
  const header = ["convolution", ...PERCENT.map((p) => `${p} %`), "real", "quicker up to"];
  const rows = [header, header.map(() => "---")];
  for (const shape of SHAPES) rows.push(await rowOf(shape));
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

async function rowOf(shape: Shape): Promise<string[]> {
  const engine = await createEngine({ wasm: { threads: 1 }, seed: 1 });
  useEngine(engine);
  const { planes, inputs, outputs, side } = shape;
  const size = [1, planes, inputs, side, side];
  const makers = [...PERCENT.map((percent) => spikes(engine, percent / 100)), normal(engine)];
  const length = size.reduce((product, n) => product * n, 1);
  const cases = makers.map((make) => tensor(make(length), size));
  const times = await measureInTurn(engine, shape, cases);
  await engine.dispose();
  const real = times.pop() as number;
  const last = times.findLastIndex((ms) => ms < real);
  const name = `${planes} x ${inputs} x ${side} x ${side} -> ${outputs}`;
  return [name, ...[...times, real].map((ms) => ms.toFixed(1)), last < 0 ? "never" : `${PERCENT[last]} %`];
}

/** Median CPU times of a step with each input, round by round. */
async function measureInTurn(engine: Engine, shape: Shape, inputs: readonly Tensor[]): Promise<number[]> {
  const weight = weightOf(engine, shape);
  const step = (x: Tensor): Promise<void> =>
    engine.step(() => backward(sum(conv2d(x, weight, undefined, { padding: 1 }))));
  const times = inputs.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, x] of inputs.entries()) {
      const start = process.cpuUsage();
      await step(x);
      const { user, system } = process.cpuUsage(start);
      if (round > 0) times[i]?.push((user + system) / 1000);
    }
  }
  return times.map(median);
}

function weightOf(engine: Engine, { inputs, outputs }: Shape): Tensor {
  const values = Float32Array.from({ length: outputs * inputs * 9 }, () => engine.random.normal());
  const weight = tensor(values, [values.length]).viewAs([outputs, inputs, 3, 3]);
  weight.requiresGrad = true;
  return weight;
}
