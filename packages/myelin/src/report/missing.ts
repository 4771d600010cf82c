import { isSpikeData } from "../recipe/index.ts";
import type { RunRecord, SampleRecord } from "../records/index.ts";

/** What a report of this version would show of such a run and its records do not hold, a sentence each. */
export function missingOf({ recipe, result, samples, confusion, pictures }: RunRecord): string[] {
  if (result === undefined) return [];
  const shown = samples?.samples ?? [];
  const lacking = (of: (sample: SampleRecord) => boolean): boolean => shown.length > 0 && shown.every(of);
  const without = (what: string, file: string): string => `${what}: ${file} is not there`;
  const old = (what: string): string => `${what}: sample.json is of an earlier version`;
  const sparse = recipe.structure !== false;
  const delayed =
    recipe.network.type === "delay-net" && isSpikeData(recipe.data) && recipe.network.per !== "none";
  return [
    ...(samples === undefined ? [without("samples with spikes and potentials", "sample.json")] : []),
    ...(lacking(({ scores }) => scores === undefined) ? [old("class scores")] : []),
    ...(lacking(({ layers }) => layers.some(lacksReset)) ? [old("potentials after a reset")] : []),
    ...(lacking(({ attention = [] }) => attention.some(({ planes }) => planes === undefined))
      ? [old("which planes attention finds important")]
      : []),
    ...(confusion === undefined ? [without("confusion matrix", "confusion.json")] : []),
    ...(pictures === undefined && (sparse || delayed)
      ? [without("how delays or connections are spread", "pictures.json")]
      : []),
    ...(result.activity === undefined ? ["spikes, operations and energy: result.json has none"] : []),
  ];
}

function lacksReset({ traces }: SampleRecord["layers"][number]): boolean {
  return traces.some(({ after }) => after === undefined);
}
