/** The options of sparse structures where none are given: read by the functions here and by recipes. */
export const STRUCTURE_DEFAULTS = {
  /** Of `sparsify`. */
  distribution: "erk",
  structure: "single",
  rescale: true,
  /** Of `StructureEvolution`. */
  prune: "magnitude",
  grow: "random",
  fraction: 0.3,
  fractionSchedule: "cosine",
  updateInterval: 100,
  end: 0.75,
} as const;
