/** Recipes of papers give what the papers' code computes. */
import {
  backward,
  createEngine,
  Random,
  sigmaSchedule,
  sumOverTime,
  tensor,
  type Engine,
} from "@myelin/core";
import { buildNeuron } from "@myelin/core/neurons";
import { delayLayers } from "@myelin/core/layers";
import { multiply } from "@myelin/core/ops";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadRecipe } from "../recipe/index.ts";
import { buildOptimizer, buildSchedule } from "./index.ts";
import { neuronChoice } from "./neurons.ts";
import { parameterGroups } from "./optimizer.ts";
import { networkOf } from "../../test/network-of.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

const recipe = (name: string, overrides: string[] = []) =>
  loadRecipe(join(import.meta.dirname, "../../../../recipes", name), overrides);

describe("shd-delays.yaml shortened to 24 epochs", () => {
  const start = async () => {
    const short = await recipe("shd-delays.yaml", ["epochs=24", "network.hidden=[6,6]"]);
    const network = await networkOf(short, { input: [140], sequence: true, classes: 20 });
    const optimizer = buildOptimizer(short.optimizer, network);
    const kinds = parameterGroups(network).map(([kind]) => kind);
    const planned = buildSchedule(short, network, optimizer, 32)!;
    const at = (epoch: number) => {
      planned.schedule.apply(optimizer, epoch);
      return Object.fromEntries(kinds.map((kind, i) => [kind, optimizer.groups[i]!]));
    };
    return { short, network, planned, at };
  };

  it("has one cycle for weights and a cosine for positions, a step per epoch", async () => {
    const { planned, at } = await start();
    expect(planned.scheduleUnit).toBe("epoch");
    const START = expect.closeTo(0.0002, 12) as number;
    expect(at(0)).toMatchObject({
      weights: { lr: START, weightDecay: 1e-5, betas: [0.95, 0.999] },
      norm: { lr: START, weightDecay: 0 },
      positions: { lr: 0.1, weightDecay: 0, betas: [0.9, 0.999] },
    });
    expect(at(12)["positions"]!.lr).toBeCloseTo(0.05, 12);
    const rates = Array.from({ length: 24 }, (_, epoch) => at(epoch)["weights"]!.lr);
    expect(rates.indexOf(Math.max(...rates))).toBe(6);
    expect(Math.max(...rates)).toBeGreaterThan(0.00495);
    expect(rates[23]).toBeCloseTo(2e-8, 15);
    expect(at(23)["positions"]!.lr).toBeCloseTo(0.05 * (1 + Math.cos((23 / 24) * Math.PI)), 12);
  });

  it("narrows all bumps from 12 to 0.23 in six epochs", async () => {
    const { short, network } = await start();
    const { sigmaInit = 0, sigmaEnd = 0, fraction = 0 } = short.delays ?? {};
    const schedule = sigmaSchedule({ epochs: 24, sigmaInit, sigmaEnd, fraction });
    const widths = [0, 1, 5, 6, 23].map((epoch) => {
      schedule.apply(network, epoch);
      return delayLayers(network).map(({ sigma }) => sigma);
    });
    const factor = (0.23 / 12) ** (1 / 6);
    const expected = [12, 12 * factor, 12 * factor ** 5, 0.23, 0.23];
    widths.forEach((layers, i) => layers.forEach((sigma) => expect(sigma).toBeCloseTo(expected[i]!, 6)));
    expect(widths[0]).toHaveLength(3);
  });
});

describe("klif-cifar10-dvs.yaml", () => {
  it("has the 17.4 million parameters of the PLIF paper's code", async () => {
    const full = await recipe("klif-cifar10-dvs.yaml", ["network.neuron.type=PLIF"]);
    const task = { input: [2, 128, 128], sequence: true, classes: 10, timeSteps: full.timeSteps! };
    const network = await networkOf(full, task);
    const count = network.parameters().reduce((total, { size }) => total + size, 0);
    const convolutions = 2 * 128 * 9 + 3 * 128 * 128 * 9 + 4 * 2 * 128;
    expect(count).toBe(convolutions + 8192 * 2048 + 2048 * 100 + 6);
  });
});

describe("the neuron of asa-dvs-gesture.yaml", () => {
  /** u = h + x, s = [u >= 0.3], h = 0.3 (1 - s) u; nothing is detached; rectangle of height 2 and half width 0.25. */
  function paper(x: readonly number[], gradient: readonly number[]): { spikes: number[]; dx: number[] } {
    const u: number[] = [];
    const spikes: number[] = [];
    let h = 0;
    for (const input of x) {
      u.push(h + input);
      spikes.push(Number(h + input >= 0.3));
      h = 0.3 * (1 - spikes.at(-1)) * u.at(-1);
    }
    const dx: number[] = [];
    let dh = 0;
    for (let t = x.length - 1; t >= 0; t--) {
      const slope = Math.abs(u[t]! - 0.3) < 0.25 ? 2 : 0;
      dh = gradient[t]! * slope + dh * 0.3 * (1 - spikes[t]! - u[t]! * slope);
      dx.unshift(dh);
    }
    return { spikes, dx };
  }

  it("fires and learns as the paper's", async () => {
    const { network } = await recipe("asa-dvs-gesture.yaml");
    const neuron = buildNeuron(neuronChoice(network.neuron), [1]);
    const random = new Random(4);
    const draw = () => Array.from({ length: 40 }, () => random.normal() * 0.4);
    const [x, gradient] = [draw(), draw()];
    const { spikes, dx } = paper(x, gradient);
    const [got, slopes] = await engine.step(async () => {
      const input = tensor(x, [40, 1, 1]);
      input.requiresGrad = true;
      const fired = neuron.forward(input);
      backward(sumOverTime(multiply(fired, tensor(gradient, [40, 1, 1]))));
      return [await fired.data(), await input.grad!.data()];
    });
    expect([...got]).toEqual(spikes);
    expect(spikes).toContain(1);
    slopes.forEach((slope, t) => expect(slope).toBeCloseTo(dx[t]!, 5));
  });
});
