import { checkNumber, checkOneOf, checkOptions } from "@myelin/core/checks";

/** How continuous equations become steps; see {@link ImportNirOptions}. */
export type NirMethod = "euler" | "exponential" | "exponentialDecay";

/** Tools whose published traces of the same neuron are met. */
export type NirTool = "norse" | "snntorch" | "spinnaker2" | "lava" | "nengo" | "sinabs" | "rockpool";

/** How the neurons of a graph, which are equations in continuous time, compute a time step. */
export interface NirRule {
  /** Seconds of a time step. */
  readonly dt: number;
  readonly method: NirMethod;
  readonly fires: ">=" | ">";
  readonly reset: "value" | "subtract";
}

/** Options of `importNir`. */
export interface ImportNirOptions {
  /** Seconds of a time step; default 1e-4, as in NIR's own examples. The files have none. */
  readonly dt?: number;
  /** The conventions of a tool, in the place of the defaults of the three options below. */
  readonly as?: NirTool;
  /**
   * What a step does to a potential with time constant tau and drive d = v_leak + r x, held during the step:
   * - `euler` (default): v += (d - v) dt / tau
   * - `exponential`: v = d + (v - d) exp(-dt / tau), exact
   * - `exponentialDecay`: v = v exp(-dt / tau) + d dt / tau
   */
  readonly method?: NirMethod;
  /** Whether a neuron fires at its threshold (`>=`, as all neurons here; default), or above it only (as NIR's text has it). */
  readonly fires?: ">=" | ">";
  /** Whether a spike sets the potential to `v_reset` (default, as NIR has it), or subtracts `v_threshold - v_reset`. */
  readonly reset?: "value" | "subtract";
  /** Name of the file in messages; "graph.nir" if left out. */
  readonly name?: string;
}

type Convention = Omit<NirRule, "dt">;

const DEFAULTS: Convention = { method: "euler", fires: ">=", reset: "value" };
const FORWARD_EULER: Convention = { method: "euler", fires: ">", reset: "value" };
const DECAY: Convention = { method: "exponentialDecay", fires: ">=", reset: "subtract" };

const CONVENTIONS: Readonly<Record<NirTool, Convention>> = {
  norse: FORWARD_EULER,
  snntorch: FORWARD_EULER,
  spinnaker2: FORWARD_EULER,
  lava: FORWARD_EULER,
  nengo: { method: "exponential", fires: ">", reset: "value" },
  sinabs: DECAY,
  rockpool: DECAY,
};

/** The tools whose conventions have a name. */
export const NIR_TOOLS = Object.keys(CONVENTIONS) as readonly NirTool[];

/** The methods of a step. */
export const NIR_METHODS: readonly NirMethod[] = ["euler", "exponential", "exponentialDecay"];

/** Seconds of a step unless told. */
export const NIR_DT = 1e-4;

/**
 * The rule that options describe.
 *
 * @throws MyelinError for unknown options or values
 */
export function ruleOf(owner: string, options: ImportNirOptions): NirRule {
  const known = { dt: true, as: true, method: true, fires: true, reset: true, name: true } as const;
  checkOptions(owner, options, known, "{ dt: 1e-4 }");
  const { as: tool, dt = NIR_DT } = options;
  if (tool !== undefined) checkOneOf(`${owner}.as`, tool, NIR_TOOLS);
  const base = tool === undefined ? DEFAULTS : CONVENTIONS[tool];
  return {
    dt: checkNumber(`${owner}.dt`, dt, { above: 0 }, "It is in seconds."),
    method: checkOneOf(`${owner}.method`, options.method ?? base.method, NIR_METHODS),
    fires: checkOneOf(`${owner}.fires`, options.fires ?? base.fires, [">=", ">"]),
    reset: checkOneOf(`${owner}.reset`, options.reset ?? base.reset, ["value", "subtract"]),
  };
}

const METHOD_TEXTS: Readonly<Record<NirMethod, string>> = {
  euler: "forward Euler",
  exponential: "exact exponential",
  exponentialDecay: "exponential decay",
};

/** The rule in words, for people. */
export function describeRule({ dt, method, fires, reset }: NirRule): string {
  const after = reset === "value" ? "reset to v_reset" : "v_threshold subtracted";
  return `dt ${dt} s, ${METHOD_TEXTS[method]}, fires at v ${fires} v_threshold, ${after}`;
}
