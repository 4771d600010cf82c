/** Pictures of lesson 2: the step and its stand-ins; how a neuron learns when to fire. */
import { Adam, atan, backward, createEngine, LIF, Linear, meanSquaredError } from "@myelin/core";
import { parameter, Random, rectangle, sigmoid, tensor } from "@myelin/core";
import { spike, sum } from "@myelin/core/ops";
import { figure } from "./figure.ts";
import { linePlot } from "./lines.ts";
import type { Picture } from "./picture.ts";

export const LESSON_2: readonly Picture[] = [
  { name: "2-surrogates", cost: "quick", draw: surrogates },
  { name: "2-learning", cost: "quick", draw: learning },
];

async function surrogates(): Promise<string> {
  const engine = await createEngine({ wasm: { threads: 1 } });
  const u = Array.from({ length: 121 }, (_, i) => -1.5 + i / 40);
  const kinds = [sigmoid({ alpha: 4 }), atan({ alpha: 2 }), rectangle({ alpha: 1 })];
  const gradients: number[][] = [];
  for (const kind of kinds) {
    await engine.step(async () => {
      const x = parameter(u, [u.length]);
      backward(sum(spike(x, kind)));
      gradients.push([...(await x.grad!.data())]);
    });
  }
  await engine.dispose();
  const x = { label: "u = potential - threshold" };
  const step = linePlot([{ points: u.map((value) => [value, Number(value >= 0)]), look: 5, stepped: true }], {
    ...{ x, y: { label: "spike", min: 0, max: 1 } },
  });
  const stand = linePlot(
    gradients.map((gradient) => ({ points: gradient.map((g, i) => [u[i]!, g] as const) })),
    { x, y: { label: "gradient", min: 0 } },
  );
  return figure(
    "The step of a spike, and three surrogate gradients",
    [
      { title: "Forward: a step", picture: step },
      { title: "Backward: a surrogate", picture: stand },
    ],
    {
      legend: ["sigmoid, alpha 4", "atan, alpha 2", "rectangle, alpha 1"].map((name, look) => ({
        name,
        look,
      })),
    },
  );
}

const [T, N, WANTED] = [20, 100, 12];

/** The potential of the lesson's neuron before it learns and after. */
async function learning(): Promise<string> {
  const engine = await createEngine({ seed: 3, wasm: { threads: 1 } });
  const random = new Random(3);
  const input = new Float32Array(T * N);
  for (let n = 0; n < N; n++) input[random.integer(T) * N + n] = 1;
  const wish = Float32Array.from({ length: T }, (_, t) => Number(t === WANTED));
  const synapses = new Linear(N, 1, { bias: false });
  const neuron = new LIF({ tau: 4, decayInput: false, surrogate: atan({ alpha: 2 }) });
  const optimizer = new Adam(synapses.parameters(), { lr: 0.05 });
  const traces = new Map<number, Float32Array>();
  for (let step = 0; step <= 40; step++) {
    await engine.step(async () => {
      const current = synapses.forward(tensor(input, [T, 1, N]));
      if (step % 20 === 0) traces.set(step, await current.data());
      backward(meanSquaredError(neuron.forward(current), tensor(wish, [T, 1, 1])));
      optimizer.step();
    });
  }
  await engine.dispose();
  const lines = [...traces.values()].map((current) => ({ points: charged(current) }));
  const axes = { x: { label: "time step", max: T - 1 }, y: { label: "membrane potential, charged" } };
  return figure(
    "The membrane potential at three moments of training: at the end it reaches the threshold at one step alone",
    [{ picture: linePlot(lines, axes, { reference: 1 }) }],
    {
      legend: [
        ...[...traces.keys()].map((step, look) => ({ name: `after ${step} steps`, look })),
        { name: "threshold", look: "muted" },
      ],
    },
  );
}

/** The potential after each step's input, as LIF charges, fires and resets. */
function charged(current: Float32Array): (readonly [number, number])[] {
  let v = 0;
  return Array.from(current, (x, t) => {
    const h = v - v / 4 + x;
    v = h >= 1 ? 0 : h;
    return [t, h] as const;
  });
}
