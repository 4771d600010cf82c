import {
  Adam,
  AdamW,
  cosineAnnealing,
  FormatError,
  oneCycle,
  parameter,
  SGD,
  step,
  tensor,
  type Tensor,
} from "@myelin/core";
import type { Schedule } from "@myelin/core/training";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { booleanOption, numberOption } from "./options.ts";

type Optimiser = SGD | Adam | AdamW;

/** The way of a parameter under given gradients, with the rates of each step. */
export async function runOptimiser(golden: GoldenCase, compare: Comparison): Promise<void> {
  const { data, shape } = golden.tensor("p0");
  const gradients = golden.tensor("grads").data;
  const p = parameter(data, shape);
  const optimiser = makeOptimiser(golden, p);
  const schedule = makeSchedule(golden);
  const run = { trajectory: [] as number[], lr: [] as number[], beta1: [] as number[] };
  for (let n = 0; n < gradients.length / p.size; n++) {
    p.grad = tensor(gradients.slice(n * p.size, (n + 1) * p.size), shape);
    schedule?.apply(optimiser, n);
    const group = optimiser.groups[0]!;
    run.lr.push(group.lr);
    run.beta1.push("betas" in group ? group.betas[0] : 0);
    optimiser.step();
    run.trajectory.push(...(await p.data()));
  }
  for (const name of ["trajectory", "lr", "beta1"] as const) compare.numbers(name, run[name]);
}

function makeOptimiser({ name, options }: GoldenCase, p: Tensor): Optimiser {
  const lr = numberOption(options, "lr");
  const weightDecay = numberOption(options, "weight_decay", 0);
  const [kind] = name.split("-");
  if (kind === "sgd") {
    const momentum = numberOption(options, "momentum", 0);
    return new SGD([p], { lr, weightDecay, momentum, nesterov: booleanOption(options, "nesterov") });
  }
  const [beta1, beta2] = (options["betas"] ?? [0.9, 0.999]) as [number, number];
  const common = { lr, weightDecay, betas: [beta1, beta2] as const };
  if (kind === "adam") return new Adam([p], common);
  if (kind === "adamW") return new AdamW([p], common);
  throw new FormatError(`${name}: expected a name that begins with sgd, adam or adamW, got "${kind}".`);
}

function makeSchedule({ options }: GoldenCase): Schedule | undefined {
  const given = (options["schedule"] ?? {}) as Record<string, unknown>;
  const number = (name: string) => numberOption(given, name);
  switch (given["kind"]) {
    case undefined:
      return undefined;
    case "oneCycle":
      return oneCycle({ maxLr: number("maxLr"), totalSteps: number("totalSteps") });
    case "cosineAnnealing":
      return cosineAnnealing({ tMax: number("tMax") });
    case "step":
      return step({ stepSize: number("stepSize"), gamma: number("gamma") });
    default:
      throw new FormatError(
        `options.schedule.kind: expected oneCycle, cosineAnnealing or step, got ${JSON.stringify(given["kind"])}.`,
      );
  }
}
