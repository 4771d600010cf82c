/** What started this process, as its environment tells. */
export interface Launcher {
  /** Of whose library the program that started it is. */
  readonly kind: "Open MPI" | "MPICH" | "Slurm";
  readonly rank: number;
  /** Processes altogether. */
  readonly size: number;
  /** Processes on this machine. */
  readonly localSize: number;
}

/** Names of variables that tell how many processes there are, altogether and on this machine. */
const TOLD = [
  {
    kind: "Open MPI",
    rank: "OMPI_COMM_WORLD_RANK",
    size: "OMPI_COMM_WORLD_SIZE",
    local: "OMPI_COMM_WORLD_LOCAL_SIZE",
  },
  { kind: "MPICH", rank: "PMI_RANK", size: "PMI_SIZE", local: "MPI_LOCALNRANKS" },
  { kind: "Slurm", rank: "SLURM_PROCID", size: "SLURM_STEP_NUM_TASKS", local: "SLURM_NTASKS_PER_NODE" },
] as const;

/** What started this process; undefined if it was started by hand. */
export function findLauncher(
  environment: Readonly<Record<string, string | undefined>>,
): Launcher | undefined {
  for (const { kind, rank, size, local } of TOLD) {
    const processes = Number(environment[size]);
    // `srun` inside an allocation counts, a shell there does not.
    const isStarted = kind !== "Slurm" || environment["SLURM_PROCID"] !== undefined;
    if (!(processes > 0) || !isStarted) continue;
    return {
      kind,
      rank: Number(environment[rank]),
      size: processes,
      localSize: Number(environment[local]) || processes,
    };
  }
  return undefined;
}
