import {
  Adam,
  AdamW,
  cosineAnnealing,
  oneCycle,
  perGroup,
  SGD,
  step,
  warmup,
  type Module,
  type Optimizer,
  type Schedule,
} from "@myelin/core";
import type { OptimizerRecipe, ScheduleRecipe } from "../recipe/index.ts";
import { neuronParameters } from "./neurons.ts";

/** How long a training is. */
export interface TrainingLength {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/**
 * The optimiser of a recipe, with two groups: connections, and the neurons' own parameters, which are
 * not decayed and may have a learning rate of their own.
 */
export function buildOptimizer(recipe: OptimizerRecipe, network: Module): Optimizer {
  const { lr, neuronLr = lr, weightDecay } = recipe;
  const own = new Set(neuronParameters(network));
  const groups = [
    { parameters: network.parameters().filter((parameter) => !own.has(parameter)), lr, weightDecay },
    { parameters: [...own], lr: neuronLr, weightDecay: 0 },
  ].filter((group) => group.parameters.length > 0);
  switch (recipe.type) {
    case "sgd":
      return new SGD(groups, { lr, momentum: recipe.momentum, nesterov: recipe.nesterov });
    case "adam":
      return new Adam(groups, { lr, betas: recipe.betas, eps: recipe.eps });
    case "adamw":
      return new AdamW(groups, { lr, betas: recipe.betas, eps: recipe.eps });
  }
}

/** A schedule and what its index counts. */
export interface PlannedRates {
  readonly schedule: Schedule;
  readonly scheduleUnit: "step" | "epoch";
}

/** The schedule of a recipe; undefined when the rates stay as they are. */
export function buildSchedule(
  { schedule }: OptimizerRecipe,
  optimizer: Optimizer,
  length: TrainingLength,
): PlannedRates | undefined {
  switch (schedule.type) {
    case "constant":
      return undefined;
    case "cosine": {
      const epochs = schedule.epochs ?? length.epochs;
      const tMax = schedule.every === "epoch" ? epochs : epochs * length.stepsPerEpoch;
      return {
        schedule: cosineAnnealing({ tMax, etaMin: schedule.minLr }),
        scheduleUnit: schedule.every,
      };
    }
    case "step":
      return {
        schedule: step({ stepSize: schedule.epochs, gamma: schedule.gamma }),
        scheduleUnit: "epoch",
      };
    case "warmup":
      return { schedule: warmup({ steps: schedule.steps }), scheduleUnit: "step" };
    case "oneCycle":
      return { schedule: cycle(schedule, optimizer, length), scheduleUnit: "step" };
  }
}

/** One cycle a group, each up to the group's own rate. */
function cycle(
  schedule: Extract<ScheduleRecipe, { type: "oneCycle" }>,
  optimizer: Optimizer,
  { epochs, stepsPerEpoch }: TrainingLength,
): Schedule {
  const { pctStart, divFactor, finalDivFactor, cycleMomentum } = schedule;
  const cycles = optimizer.groups.map(({ initial }) =>
    oneCycle({
      maxLr: initial.lr,
      totalSteps: epochs * stepsPerEpoch,
      ...{ pctStart, divFactor, finalDivFactor },
      ...(!cycleMomentum && { momentum: null }),
    }),
  );
  return perGroup(cycles);
}
