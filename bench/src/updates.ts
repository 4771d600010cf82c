import {
  Adam,
  backward,
  createEngine,
  crossEntropy,
  type Engine,
  meanOverTime,
  useEngine,
} from "@myelin/core";
import { GROW_RULES, type GrowRule, StructureEvolution } from "@myelin/core/sparse";
import { inTurn, labels } from "./workload.ts";
import { wideInputs, wideNetwork } from "./workloads.ts";

const [INTERVAL, UPDATES] = [100, 3];
const DENSITIES = [0.1, 0.02];

/** Time of all steps of a training, and the part of it that changes to the structure took. */
interface Share {
  readonly steps: number;
  readonly updates: number;
}

/** Trains the yardstick's wide network of which a share of the connections exists, and exchanges some now and then. */
async function trainEvolving(engine: Engine, density: number, grow: GrowRule): Promise<Share> {
  const network = await wideNetwork(density);
  const optimizer = new Adam(network.parameters());
  const options = {
    prune: "magnitude",
    grow,
    updateInterval: INTERVAL,
    fractionSchedule: "constant",
  } as const;
  const evolution = new StructureEvolution(network, optimizer, { ...options, totalSteps: 1e6 });
  const { shape, make } = wideInputs(engine);
  const next = inTurn(shape, make);
  const y = labels(engine, shape[1] as number, 10);
  const time = { steps: 0, updates: 0 };
  const timed = async (work: () => Promise<void>): Promise<void> => {
    const start = performance.now();
    await work();
    time.updates += performance.now() - start;
  };
  const step = (): Promise<void> =>
    engine.step(async () => {
      const loss = crossEntropy(meanOverTime(network.forward(next())), y);
      backward(loss);
      await timed(() => evolution.afterBackward());
      optimizer.step();
      await timed(() => evolution.afterStep());
      await loss.item();
    });
  for (let n = 0; n < INTERVAL; n++) await step();
  time.updates = 0;
  const start = performance.now();
  for (let n = 0; n < UPDATES * INTERVAL; n++) await step();
  time.steps = performance.now() - start;
  return time;
}

/** How much longer training takes for changing a sparse structure, by density and by where connections grow. */
export async function updatesReport(threads: number): Promise<string> {
  const lines: string[] = [];
  for (const density of DENSITIES) {
    for (const grow of GROW_RULES) {
      const engine = await createEngine({ wasm: { threads }, seed: 1 });
      useEngine(engine);
      const { steps, updates } = await trainEvolving(engine, density, grow);
      await engine.dispose();
      const share = (100 * updates) / (steps - updates);
      lines.push(`density ${density}, grow ${grow.padEnd(8)}: ${share.toFixed(1)} % every ${INTERVAL} steps`);
    }
  }
  return lines.join("\n");
}
