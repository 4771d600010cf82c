import type { Recipe } from "./schema.ts";

/** The epochs of a run altogether: the planned ones and those that were added. */
export function totalEpochs({ epochs, extensions = [] }: Pick<Recipe, "epochs" | "extensions">): number {
  return extensions.reduce((sum, extension) => sum + extension.epochs, epochs);
}

/** The keys of a recipe whose course is spread over `epochs`: with another number the run so far would have been another. */
export function plannedOverEpochs({ optimizer, network, delays, structure }: Recipe): string[] {
  const spread = (schedule: Recipe["optimizer"]["schedule"] | undefined): boolean =>
    schedule?.type === "oneCycle" || (schedule?.type === "cosine" && schedule.epochs === undefined);
  const widths = JSON.stringify(network).includes('"maxDelay"') && delays?.fraction !== 0;
  const exchanges = structure !== false && structure.prune !== "none" && structure.prune !== "deepR";
  return [
    ...(spread(optimizer.schedule) ? [`optimizer.schedule (${optimizer.schedule.type})`] : []),
    ...(spread(optimizer.positions?.schedule) ? ["optimizer.positions.schedule"] : []),
    ...(widths ? ["delays"] : []),
    ...(exchanges ? ["structure"] : []),
  ];
}
