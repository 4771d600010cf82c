/** Whether network, optimiser, structure and schedule belong together: looked at when training begins. */
import { listNames } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { Module } from "../nn/index.ts";
import { warn } from "../warnings.ts";
import type { Evolution, Position, TrainerOptions } from "./options.ts";

/**
 * Compares what is to be trained with what trains it, before the first batch.
 *
 * @throws TrainingError if a parameter of the network is not in the optimiser, the optimiser has others, the evolution
 * belongs to another network or optimiser, or the schedule does not know the optimiser's groups
 */
export function checkBeginning(options: TrainerOptions, position: Position): void {
  const { optimizer } = options;
  const trained = new Set(optimizer.parameters);
  const known = knownTensors(options);
  const missing = [...known].filter(([value]) => value.requiresGrad && !trained.has(value));
  const foreign = optimizer.parameters.filter((value) => !known.has(value));
  checkNothingReplaced(foreign, missing);
  if (missing.length > 0) {
    throw new TrainingError(
      `Trainer: expected every parameter of the network in the optimiser, got none of ${listNames(missing.map(([, name]) => name))}. ` +
        "Make the optimiser of network.parameters() once the network is complete; " +
        "for what shall not learn set requiresGrad = false.",
    );
  }
  if (foreign.length > 0) {
    throw new TrainingError(
      `Trainer: expected an optimiser of the network's parameters, got ${foreign.length} others, of shapes ${listNames(foreign.map(shapeOf))}. ` +
        "Make the optimiser of network.parameters(); name what else learns in `alsoTrained`.",
    );
  }
  checkEvolution(options.evolution, optimizer, known);
  checkSchedule(options, position);
}

/**
 * Compares what the first backward pass has reached with what is trained: finds layers that no property leads to.
 *
 * @param leaves tensors that got a gradient
 * @throws TrainingError if one of them is not in the optimiser
 */
export function checkReached(leaves: Iterable<Tensor>, { network, optimizer }: TrainerOptions): void {
  const trained = new Set(optimizer.parameters);
  const reached = new Set(leaves);
  const unknown = [...reached].filter((leaf) => leaf.isPersistent && !trained.has(leaf));
  if (unknown.length > 0) {
    throw new TrainingError(
      `Trainer: expected every parameter behind the loss in the optimiser, got ${unknown.length} that are not, of shapes ${listNames(unknown.map(shapeOf))}. ` +
        "They would be neither trained nor saved: keep layers in properties of the network (also in arrays, objects, " +
        "Maps and Sets), not in #private fields, other objects or closures; or set requiresGrad = false.",
    );
  }
  const idle = network.namedParameters().filter(([, value]) => !reached.has(value));
  if (idle.length === 0) return;
  warn(
    `Trainer: expected a gradient for every parameter, got none for ${listNames(idle.map(([name]) => name))} in the first batch. ` +
      "The loss does not depend on them, so they do not learn.",
  );
}

/** Tensors that may be in the optimiser, with names for messages. */
function knownTensors({ network, alsoTrained = [] }: TrainerOptions): Map<Tensor, string> {
  const known = new Map<Tensor, string>();
  const add = (module: Module, prefix: string): void => {
    for (const [name, value] of [...module.namedParameters(), ...module.namedBuffers()]) {
      if (!known.has(value)) known.set(value, `${prefix}${name}`);
    }
  };
  add(network, "");
  alsoTrained.forEach((item, i) => {
    if (item instanceof Module) add(item, `alsoTrained.${i}.`);
    else known.set(item, `alsoTrained.${i}`);
  });
  return known;
}

function checkNothingReplaced(foreign: readonly Tensor[], missing: readonly [Tensor, string][]): void {
  const reasons = new Set(foreign.flatMap(({ replacedBy }) => replacedBy ?? []));
  if (reasons.size === 0) return;
  const names =
    missing.length === 0 ? "" : `; ${listNames(missing.map(([, name]) => name))} would never learn`;
  throw new TrainingError(
    `Trainer: expected an optimiser of the network as it is, got parameters replaced by ${listNames([...reasons])}${names}. ` +
      "Make the optimiser after sparsify.",
  );
}

function checkEvolution(
  evolution: Evolution | undefined,
  optimizer: TrainerOptions["optimizer"],
  known: ReadonlyMap<Tensor, string>,
): void {
  if (evolution === undefined) return;
  if (evolution.parameters?.some((value) => !known.has(value))) {
    throw new TrainingError(
      "Trainer.evolution: expected one of this network's layers, got one with layers that are not in the network. " +
        "Make it of the network that is trained, after sparsify.",
    );
  }
  if (evolution.optimizer !== undefined && evolution.optimizer !== optimizer) {
    throw new TrainingError(
      "Trainer.evolution: expected one that moves the state of the Trainer's optimiser, got one made with another. " +
        "Make it with the optimiser that trains.",
    );
  }
}

/** A schedule that cannot serve the first batch shall fail before it. */
function checkSchedule(
  { schedule, scheduleUnit = "step", optimizer }: TrainerOptions,
  position: Position,
): void {
  optimizer.groups.forEach((group, i) => schedule?.at(position[scheduleUnit], group.initial, i));
}

function shapeOf({ shape }: Tensor): string {
  return `[${shape.join(", ")}]`;
}
