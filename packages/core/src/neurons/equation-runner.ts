import { checkBoolean, checkOptions } from "../checks.ts";
import {
  inScope,
  checkTensor,
  type EquationOutput,
  type EquationSpec,
  equations,
  prepareEquations,
  runningStream,
  Tensor,
  type RecordOptions,
} from "../engine/index.ts";
import { type Model, TABLE, withOutputs } from "../equations/index.ts";
import type { EquationSurrogate } from "./equation-surrogate.ts";
import type { PlacedParameter } from "./layer-parameters.ts";

/** The names in the equations of what monitors see. */
export interface Monitors {
  readonly potential: string;
  readonly charged: string;
}

/** What a run gives. */
export interface RunResult {
  /** In the order of the model's outputs; what monitors see comes behind. */
  readonly outputs: readonly Tensor[];
  /** The states after the last step, in the model's order. */
  readonly final: readonly Tensor[];
  readonly potential?: Tensor | undefined;
  readonly charged?: Tensor | undefined;
}

const RECORD_OPTIONS = { potential: true, charged: true } as const;

/** A plan for one choice of monitors and gradients. */
interface Plan {
  readonly spec: EquationSpec;
  /** Places of what monitors see among the outputs; -1 for what none sees. */
  readonly potential: number;
  readonly charged: number;
}

/** Runs a layer's equations. What does not change from call to call is prepared once. */
export class EquationRunner {
  readonly #model: Model;
  readonly #slope: EquationSurrogate | undefined;
  readonly #monitors: Monitors;
  readonly #plans = new Map<number, Plan>();
  /** The options that were looked at last. */
  #checked: RecordOptions | undefined;

  constructor(
    model: Model,
    slope: EquationSurrogate | undefined,
    monitors: Monitors = { potential: "v", charged: "h" },
  ) {
    this.#model = model;
    this.#slope = slope;
    this.#monitors = monitors;
  }

  /** @param parameters their values in the model's order */
  run(
    inputs: readonly [Tensor, ...Tensor[]],
    parameters: readonly PlacedParameter[],
    initial: readonly (Tensor | undefined)[],
    record: RecordOptions,
    owner: string,
  ): RunResult {
    for (const input of inputs) checkTensor(owner, input);
    if (record !== this.#checked) this.#checkRecord(record, owner);
    const plan = this.#planFor(inputs, parameters, record);
    const { spec } = plan;
    const tensors = parameters.map(({ values }) => (values instanceof Tensor ? values : undefined));
    const custom = spec.surrogate === TABLE ? this.#slope?.surrogate : undefined;
    const call = { spec, parameters: tensors, custom };
    const { outputs, final } = this.#carryOn(initial, (given) =>
      inScope(owner, () => equations(inputs, { ...call, initial: given })),
    );
    return { outputs, final, potential: outputs[plan.potential], charged: outputs[plan.charged] };
  }

  /** In a stream, calls that are not given a state begin with that of the step before. */
  #carryOn(
    initial: readonly (Tensor | undefined)[],
    run: (initial: readonly (Tensor | undefined)[]) => EquationOutput,
  ): EquationOutput {
    const streaming = runningStream();
    const { states } = this.#model;
    if (streaming === undefined || initial.some((state) => state !== undefined)) return run(initial);
    const carried = streaming.carried({ severalSteps: true });
    const before = carried.state;
    const result = run(before === undefined ? initial : states.map(({ name }) => before[name]));
    carried.keep(Object.fromEntries(states.map(({ name }, i) => [name, result.final[i]!])));
    return result;
  }

  #checkRecord(record: RecordOptions, owner: string): void {
    const { potential, charged } = checkOptions(`${owner}.record`, record, RECORD_OPTIONS);
    checkBoolean(`${owner}.record.potential`, potential ?? false);
    checkBoolean(`${owner}.record.charged`, charged ?? false);
    this.#checked = record;
  }

  #planFor(
    inputs: readonly Tensor[],
    parameters: readonly PlacedParameter[],
    { potential = false, charged = false }: RecordOptions,
  ): Plan {
    let key = (potential ? 1 : 0) + (charged ? 2 : 0);
    for (let i = 0; i < inputs.length; i++) if (inputs[i]!.requiresGrad) key += 4 << i;
    const known = this.#plans.get(key);
    if (known && isFor(known.spec, parameters)) return known;
    const made = this.#makePlan(inputs, parameters, potential, charged);
    this.#plans.set(key, made);
    return made;
  }

  #makePlan(
    inputs: readonly Tensor[],
    parameters: readonly PlacedParameter[],
    potential: boolean,
    charged: boolean,
  ): Plan {
    const { potential: v, charged: h } = this.#monitors;
    const wanted = [potential ? v : "", charged ? h : ""].filter((name) => this.#model.assigned.has(name));
    const model = wanted.length === 0 ? this.#model : withOutputs(this.#model, wanted);
    const placeOf = (name: string): number => model.outputs.findIndex((output) => output.name === name);
    const { model: surrogate, values: surrogateValues = [], reach = Infinity } = this.#slope ?? {};
    const spec = prepareEquations({
      model,
      surrogate: this.#slope && (surrogate ?? TABLE),
      surrogateValues,
      reach,
      parameters: parameters.map(({ place, values }) =>
        values instanceof Tensor ? { place } : { place, values },
      ),
      inputGradients: inputs.map((input) => input.requiresGrad),
    });
    return { spec, potential: potential ? placeOf(v) : -1, charged: charged ? placeOf(h) : -1 };
  }
}

/** Whether a plan was made for these values; those of tensors may change. */
function isFor({ parameters }: EquationSpec, given: readonly PlacedParameter[]): boolean {
  for (let i = 0; i < given.length; i++) {
    const { place, values } = given[i]!;
    const planned = parameters[i]!;
    if (planned.place !== place || planned.values !== (values instanceof Tensor ? undefined : values))
      return false;
  }
  return true;
}
