/** The neurons of NIR as layers, and the other nodes that work on each value alone. */
import { IF, LIF, type Module, type Tensor } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import type { SpikingNeuron } from "@myelin/core/neurons";
import { type Equations, equationLayer, Graded } from "./equations.ts";
import type { Part } from "./part.ts";
import type { NirRule } from "./rule.ts";
import { type PlacedNode, refuseNode, spread } from "./values.ts";

type Values = Readonly<Record<string, Float64Array>>;

/** One value per neuron of a parameter of the node. */
type ValueOf = (field: string, fallback?: number) => Float64Array;

/** Lines that compute the potential h of a step, and what they name. */
interface Charge {
  readonly text: string;
  readonly states: readonly string[];
  readonly values: Values;
}

/**
 * The part of such a node for samples of a shape. With keep and gain as the rule has them for a time constant:
 *
 *   I        h = v + r x
 *   IF       the same: the input of a step is what arrives in it, whatever dt is
 *   LI, LIF  h = keep v + gain (r x + v_leak)
 *   CubaLI, CubaLIF   i = keep i + gain w_in x, then as LI with i in the place of x
 *
 * then s = 1 where h reaches v_threshold, and the reset; of I, LI and CubaLI the potential comes out.
 *
 * @throws FormatError for parameters of other shapes, or values that cannot be
 */
export function neuronPart(placed: PlacedNode, shape: readonly number[], rule: NirRule): Part {
  const value: ValueOf = (field, fallback) => spread(placed, field, shape, fallback);
  switch (placed.node.type) {
    case "I":
      return graded(integrated("I", chargeOf(value)), shape);
    case "LI":
      return graded(integrated("LI", leakyCharge(placed, value, rule)), shape);
    case "CubaLI":
      return graded(integrated("CubaLI", currentBasedCharge(placed, value, rule)), shape);
    case "CubaLIF":
      return spikingOf(fired("CubaLIF", currentBasedCharge(placed, value, rule), value, rule), shape);
    case "IF": {
      const plain = plainIF(value, rule);
      return plain ? spiking(plain, shape) : spikingOf(fired("IF", chargeOf(value), value, rule), shape);
    }
    case "LIF": {
      const plain = plainLIF(placed, value, rule);
      if (plain) return spiking(plain, shape);
      return spikingOf(fired("LIF", leakyCharge(placed, value, rule), value, rule), shape);
    }
    case "Threshold":
      return spikingOf(thresholded(value("threshold"), rule), shape, false);
    default:
      return graded(scaled(value("scale")), shape, false);
  }
}

function chargeOf(value: ValueOf): Charge {
  return { text: "h = v + gain * x", states: ["v"], values: { gain: value("r") } };
}

function leakyCharge(placed: PlacedNode, value: ValueOf, rule: NirRule): Charge {
  return leaky("x", leakOf(placed, "tau", value, rule), value);
}

function currentBasedCharge(placed: PlacedNode, value: ValueOf, rule: NirRule): Charge {
  const synapse = leakOf(placed, "tau_syn", value, rule);
  const { text, states, values } = leaky("i", leakOf(placed, "tau_mem", value, rule), value);
  return {
    text: `i = keep_syn * i + gain_syn * x\n${text}`,
    states: ["i", ...states],
    values: { ...values, keep_syn: synapse.keep, gain_syn: product(synapse.gain, value("w_in", 1)) },
  };
}

function leaky(input: string, { keep, gain }: Leak, value: ValueOf): Charge {
  const rest = product(gain, value("v_leak"));
  const drive = `keep * v + gain * ${input}`;
  const values = { keep, gain: product(gain, value("r")) };
  if (rest.every((number) => number === 0)) return { text: `h = ${drive}`, states: ["v"], values };
  return { text: `h = ${drive} + rest`, states: ["v"], values: { ...values, rest } };
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i]!);
}

/** What one step does to tau v' = drive - v: v = keep v + gain drive. */
interface Leak {
  readonly keep: Float64Array;
  readonly gain: Float64Array;
}

function leakOf(placed: PlacedNode, field: string, value: ValueOf, { dt, method }: NirRule): Leak {
  const tau = value(field);
  const bad = tau.find((seconds) => !(seconds > 0));
  if (bad !== undefined) refuseNode(placed, `time constants above 0 in ${field}`, String(bad));
  if (method !== "exponential" && tau.some((seconds) => seconds < dt * (1 - 1e-6))) {
    const { reader, file, name } = placed;
    const least = tau.reduce((a, b) => Math.min(a, b));
    warn(
      `${reader}: ${file}, ${name}: expected steps no longer than ${field}, got dt ${dt} s and ${least} s. ` +
        'Give a shorter dt, or method: "exponential".',
    );
  }
  const rate = tau.map((seconds) => dt / seconds);
  if (method === "euler") return { keep: rate.map((share) => 1 - share), gain: rate };
  const keep = rate.map((share) => Math.exp(-share));
  return { keep, gain: method === "exponential" ? rate.map((share) => -Math.expm1(-share)) : rate };
}

function integrated(name: string, { text, states, values }: Charge): Equations {
  return { name, text: `${text}\nv = h`, states, values, output: "v" };
}

function fired(name: string, { text, states, values }: Charge, value: ValueOf, rule: NirRule): Equations {
  const threshold = value("v_threshold");
  const reset = value("v_reset", 0);
  const firing = `s = ${spikeText("h", "v_threshold", rule)}`;
  if (rule.reset === "subtract") {
    const drop = threshold.map((level, i) => level - reset[i]!);
    const lines = `${text}\n${firing}\nv = h - drop * s`;
    return { name, text: lines, states, output: "s", values: { ...values, v_threshold: threshold, drop } };
  }
  const toZero = reset.every((level) => level === 0);
  const lines = `${text}\n${firing}\nv = h * (1 - s)${toZero ? "" : " + v_reset * s"}`;
  const own = { v_threshold: threshold, ...(!toZero && { v_reset: reset }) };
  return { name, text: lines, states, output: "s", values: { ...values, ...own } };
}

function thresholded(threshold: Float64Array, rule: NirRule): Equations {
  const text = `s = ${spikeText("x", "threshold", rule)}`;
  return { name: "Threshold", text, states: [], output: "s", values: { threshold } };
}

function scaled(factor: Float64Array): Equations {
  return { name: "Scale", text: "y = factor * x", states: [], output: "y", values: { factor } };
}

/** `spike(u)` is 1 from u = 0 on; above 0 only, it is what `spike(-u)` leaves. */
function spikeText(value: string, threshold: string, { fires }: NirRule): string {
  return fires === ">=" ? `spike(${value} - ${threshold})` : `1 - spike(${threshold} - ${value})`;
}

/** The core's IF, where it is the same: bit for bit what was exported, and fastest. */
function plainIF(value: ValueOf, rule: NirRule): IF | undefined {
  const [gain, vThreshold, vReset] = [
    single(value("r")),
    single(value("v_threshold")),
    single(value("v_reset", 0)),
  ];
  if (gain !== 1 || vThreshold === undefined || vReset === undefined || rule.fires !== ">=") return undefined;
  if (rule.reset === "value") return new IF({ vThreshold, vReset });
  return vReset === 0 ? new IF({ vThreshold, vReset: null }) : undefined;
}

/** The core's LIF, where it is the same. */
function plainLIF(placed: PlacedNode, value: ValueOf, rule: NirRule): LIF | undefined {
  if (rule.fires !== ">=" || rule.method !== "euler") return undefined;
  const { gain } = leakOf(placed, "tau", value, rule);
  const [rate, r, leak] = [single(gain), single(value("r")), single(value("v_leak"))];
  const [vThreshold, vReset] = [single(value("v_threshold")), single(value("v_reset", 0))];
  if (rate === undefined || vThreshold === undefined || r === undefined) return undefined;
  if (vReset === undefined || leak !== (rule.reset === "value" ? vReset : 0)) return undefined;
  if (rule.reset === "subtract" && vReset !== 0) return undefined;
  const tau = Math.fround(1 / rate);
  const decayInput = r === 1;
  if (tau < 1 || !(decayInput || Math.fround(r * rate) === 1)) return undefined;
  return new LIF({ tau, decayInput, vThreshold, vReset: rule.reset === "value" ? vReset : null });
}

/** The value of all neurons, if they share it. */
function single(values: Float64Array): number | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

function spiking<State>(module: SpikingNeuron<State>, shape: readonly number[], stateful = true): Part {
  const run = (x: Tensor, state: unknown): { y: Tensor; state: unknown } => {
    const { spikes, state: after } = module.run(x, state as State | undefined);
    return { y: spikes, state: after };
  };
  return { input: shape, output: shape, stateful, module: module as Module, run };
}

function spikingOf(equations: Equations, shape: readonly number[], stateful = true): Part {
  return spiking(equationLayer(equations, shape), shape, stateful);
}

function graded(equations: Equations, shape: readonly number[], stateful = true): Part {
  const module = new Graded(equationLayer(equations, shape));
  const run: Part["run"] = (x, state) => module.run(x, state as Parameters<Graded["run"]>[1]);
  return { input: shape, output: shape, stateful, module, run };
}
