import { cosineAnnealing, oneCycle, perGroup, step, warmup, type Module } from "@myelin/core";
import { Schedule, type Optimizer } from "@myelin/core/training";
import type { Recipe, ScheduleRecipe } from "../recipe/index.ts";
import { extend } from "./extension.ts";
import { parameterGroups } from "./optimizer.ts";

/** How long a training is. */
export interface TrainingLength {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** A schedule and what its index counts. */
export interface PlannedRates {
  readonly schedule: Schedule;
  readonly scheduleUnit: "step" | "epoch";
}

/** The schedule of a recipe; undefined when the rates stay as they are. */
export function buildSchedule(
  whole: Recipe,
  network: Module,
  optimizer: Optimizer,
  stepsPerEpoch: number,
): PlannedRates | undefined {
  const { optimizer: recipe, epochs, extensions } = whole;
  const length = { epochs, stepsPerEpoch };
  const kinds = parameterGroups(network).map(([kind]) => kind);
  const recipes = kinds.map((kind) =>
    kind === "positions" ? (recipe.positions?.schedule ?? recipe.schedule) : recipe.schedule,
  );
  if (extensions === undefined && recipes.every(({ type }) => type === "constant")) return undefined;
  const unit = recipes.every((schedule) => unitOf(schedule) !== "step") ? "epoch" : "step";
  const schedules = recipes.map((schedule, group) => {
    const { lr } = optimizer.groups[group]?.initial ?? { lr: 0 };
    const planned = scheduleOf(schedule, lr, length);
    return unit === "step" && unitOf(schedule) !== "step" ? byEpoch(planned, length) : planned;
  });
  const schedule = extend(perGroup(schedules), whole, unit === "epoch" ? 1 : stepsPerEpoch);
  return { schedule, scheduleUnit: unit };
}

function unitOf(schedule: ScheduleRecipe): "step" | "epoch" {
  switch (schedule.type) {
    case "cosine":
    case "oneCycle":
      return schedule.every;
    case "warmup":
      return "step";
    case "step":
    case "constant":
      return "epoch";
  }
}

/** A schedule whose index counts epochs as one whose index counts steps. */
function byEpoch(schedule: Schedule, { stepsPerEpoch }: TrainingLength): Schedule {
  return new Schedule((index, initial, group) =>
    schedule.at(Math.floor(index / stepsPerEpoch), initial, group),
  );
}

/** The schedule of one group, its index counting what `unitOf` says. */
function scheduleOf(
  schedule: ScheduleRecipe,
  maxLr: number,
  { epochs, stepsPerEpoch }: TrainingLength,
): Schedule {
  const count = (wanted: number): number => (unitOf(schedule) === "epoch" ? wanted : wanted * stepsPerEpoch);
  switch (schedule.type) {
    case "constant":
      return new Schedule((_, initial) => initial);
    case "cosine":
      return cosineAnnealing({ tMax: count(schedule.epochs ?? epochs), etaMin: schedule.minLr });
    case "step":
      return step({ stepSize: schedule.epochs, gamma: schedule.gamma });
    case "warmup":
      return warmup({ steps: schedule.steps });
    case "oneCycle": {
      const { pctStart, divFactor, finalDivFactor, cycleMomentum } = schedule;
      const momentum = cycleMomentum ? {} : { momentum: null };
      return oneCycle({ maxLr, totalSteps: count(epochs), pctStart, divFactor, finalDivFactor, ...momentum });
    }
  }
}
