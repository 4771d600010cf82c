import { checkBoolean, checkFunction, checkNumber, checkOneOf, checkOptions } from "../../checks.ts";
import type { AlifSpec, NeuronSpec, SurrogateKind } from "../backend/index.ts";
import type { RecordOptions } from "./neuron.ts";

const SURROGATES = Object.keys({
  atan: true,
  sigmoid: true,
  piecewiseQuadratic: true,
  triangle: true,
  rectangle: true,
  fastSigmoid: true,
  custom: true,
} satisfies Record<SurrogateKind, true>) as SurrogateKind[];

/** What the descriptions of all spiking neurons have in common. */
type SharedSpec = Pick<NeuronSpec, keyof NeuronSpec & keyof AlifSpec> & {
  readonly customDerivative?: ((z: number) => number) | undefined;
  readonly record?: RecordOptions | undefined;
};

/** Requires right values of what `neuron` and `alif` share. */
export function checkSharedSpec(owner: string, spec: SharedSpec): void {
  const { customDerivative, record } = spec;
  checkNumber(`${owner}.tau`, spec.tau, { above: 0 });
  checkNumber(`${owner}.vThreshold`, spec.vThreshold, {});
  if (spec.vReset !== null) checkNumber(`${owner}.vReset`, spec.vReset, {});
  checkNumber(`${owner}.alpha`, spec.alpha, { above: 0 });
  checkBoolean(`${owner}.decayInput`, spec.decayInput);
  checkBoolean(`${owner}.detachReset`, spec.detachReset);
  checkOneOf(`${owner}.surrogate`, spec.surrogate, SURROGATES);
  if (customDerivative !== undefined) checkFunction(`${owner}.customDerivative`, customDerivative);
  if (record === undefined) return;
  checkOptions(`${owner}.record`, record, { potential: true, charged: true });
  checkBoolean(`${owner}.record.potential`, record.potential ?? false);
  checkBoolean(`${owner}.record.charged`, record.charged ?? false);
}
