/** The picture of lesson 6: what the tired neuron does. */
import { defineNeuron, learnable } from "@myelin/core";
import { respond } from "../../packages/myelin/src/neuron/index.ts";
import { stackedChart } from "../../packages/myelin/src/report/stacked-chart.ts";
import { figure } from "./figure.ts";
import type { Picture } from "./picture.ts";

export const LESSON_6: readonly Picture[] = [{ name: "6-tired", cost: "quick", draw: tired }];

const Tired = defineNeuron({
  name: "Tired",
  state: { v: 0, f: 0 },
  parameters: { w: learnable(2, { per: "channel" }), recovery: 0.95, strength: 0.1 },
  equations: `
    h = sigmoid(w) * v + x - f
    s = spike(h - 1)
    v = h * (1 - s)
    f = recovery * f + strength * s
  `,
});

async function tired(): Promise<string> {
  const [response] = await respond(() => new Tired({ features: 1 }), 0.8, 100, ["step"]);
  const { input, states, output } = response!;
  const picture = stackedChart([
    { name: "input", values: input },
    { name: "potential", values: states["v"]! },
    { name: "fatigue", values: states["f"]! },
    { name: "spikes", values: output, asStems: true },
  ]);
  return figure("Input, potential, fatigue and spikes of a neuron that tires", [{ picture, width: 480 }]);
}
