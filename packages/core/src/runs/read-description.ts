/** Whether what a file says is a description of a run. The network itself is checked when it is built. */
import {
  checkArray,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkShape,
  checkText,
  isPlainObject,
  refuse,
} from "../checks.ts";
import { buildEncoder } from "./encoder.ts";
import { SCORE_READINGS } from "./outputs.ts";
import { checkFitting } from "./pictures.ts";
import type {
  EventsInput,
  ImageInput,
  InputDescription,
  PixelNormalisation,
  RunDescription,
  SpikesInput,
  TrainingRecord,
  ValuesInput,
} from "./run-description.ts";

const KNOWN = {
  ...({ network: true, input: true, encoder: true, reading: true, ownScores: true } as const),
  ...({ classNames: true, training: true } as const),
};

/** @throws MyelinError that names the first part that is missing or wrong */
export function checkRunDescription(symbol: string, description: RunDescription): RunDescription {
  checkOptions<RunDescription>(symbol, description, KNOWN, "{ network, input, reading, classNames }");
  const { network, input, encoder, reading, ownScores, classNames, training } = description;
  if (!isPlainObject(network)) refuse(`${symbol}.network`, "a description of a network", network);
  checkArray(`${symbol}.network.layers`, network.layers, "an array of layers");
  checkInput(`${symbol}.input`, input);
  if (encoder !== undefined) buildEncoder(encoder);
  checkOneOf(`${symbol}.reading`, reading, SCORE_READINGS);
  checkArray(`${symbol}.classNames`, classNames, "an array of names", (place, name: unknown) => {
    if (typeof name !== "string") refuse(place, "a name", name);
  });
  if (ownScores !== undefined) checkOptions(`${symbol}.ownScores`, ownScores, { loss: true, options: true });
  if (training !== undefined) checkTraining(`${symbol}.training`, training);
  return description;
}

const CHECKS: {
  readonly [Kind in InputDescription["kind"]]: (
    symbol: string,
    input: Extract<InputDescription, { readonly kind: Kind }>,
  ) => void;
} = { image: checkImage, spikes: checkSpikes, events: checkEvents, values: checkValues };

function checkInput(symbol: string, input: InputDescription): void {
  if (!isPlainObject(input)) refuse(symbol, "a description of inputs", input);
  const kind = checkOneOf(`${symbol}.kind`, input.kind, Object.keys(CHECKS) as InputDescription["kind"][]);
  (CHECKS[kind] as (symbol: string, input: InputDescription) => void)(symbol, input);
}

function checkImage(symbol: string, input: ImageInput): void {
  const known = { kind: true, shape: true, normalise: true, fit: true, background: true } as const;
  const { fit, background } = checkOptions(symbol, input, known);
  checkFitting(symbol, { fit, background });
  const { length } = checkShape(`${symbol}.shape`, input.shape);
  if (length !== 3) refuse(`${symbol}.shape`, "[channels, height, width]", input.shape);
  checkNormalisation(`${symbol}.normalise`, input.normalise, input.shape[0]!);
}

/** @param count how many means there have to be */
function checkNormalisation(symbol: string, given: PixelNormalisation | undefined, count: number): void {
  if (given === undefined) return;
  const { mean, std } = checkOptions<PixelNormalisation>(symbol, given, { mean: true, std: true });
  for (const [name, values] of Object.entries({ mean, std })) {
    const bounds = name === "std" ? { above: 0 } : {};
    checkArray(`${symbol}.${name}`, values, "an array of numbers", (place, value) =>
      checkNumber(place, value, bounds),
    );
    if (values.length !== count) refuse(`${symbol}.${name}`, `${count} numbers`, values);
  }
}

function checkSpikes(symbol: string, input: SpikesInput): void {
  const known = { kind: true, units: true, timeStep: true, pool: true, origin: true } as const;
  checkOptions(symbol, input, { ...known, maxTime: true, padding: true, cochlea: true });
  checkInteger(`${symbol}.units`, input.units, { min: 1, max: 65_536 });
  checkInteger(`${symbol}.pool`, input.pool, { min: 1, max: input.units });
  checkNumber(`${symbol}.timeStep`, input.timeStep, { above: 0 });
  checkOneOf(`${symbol}.origin`, input.origin, ["firstSpike", "recording"]);
  if (input.cochlea !== undefined && !isPlainObject(input.cochlea)) {
    refuse(`${symbol}.cochlea`, "options of a cochlea", input.cochlea);
  }
  if (input.padding !== undefined) checkOneOf(`${symbol}.padding`, input.padding, ["masked", "paper"]);
  if (input.maxTime !== undefined) checkNumber(`${symbol}.maxTime`, input.maxTime, { above: 0 });
}

function checkEvents(symbol: string, input: EventsInput): void {
  checkOptions(symbol, input, { kind: true, shape: true, framing: true, transforms: true, seed: true });
  checkShape(`${symbol}.shape`, input.shape);
  if (!isPlainObject(input.framing)) refuse(`${symbol}.framing`, "options of framing", input.framing);
  checkArray(`${symbol}.transforms`, input.transforms, "an array of transforms");
  checkInteger(`${symbol}.seed`, input.seed, {});
}

function checkValues(symbol: string, input: ValuesInput): void {
  const known = { kind: true, shape: true, sequence: true, columns: true, normalise: true } as const;
  const { columns, normalise, sequence } = checkOptions(symbol, input, known);
  const shape = checkShape(`${symbol}.shape`, input.shape);
  if (columns === undefined && normalise === undefined) return;
  if (shape.length !== 1 || sequence) refuse(`${symbol}.shape`, "one row of numbers", shape);
  checkNormalisation(`${symbol}.normalise`, normalise, shape[0]!);
  if (columns === undefined) return;
  checkArray(`${symbol}.columns`, columns, "an array of names", checkText);
  if (columns.length !== shape[0]) refuse(`${symbol}.columns`, `${shape[0]} names`, columns);
}

function checkTraining(symbol: string, training: TrainingRecord): void {
  const known = { name: true, data: true, epochs: true, seed: true, testAccuracy: true } as const;
  checkOptions(symbol, training, { ...known, recipe: true, version: true, date: true });
  for (const key of ["name", "data", "recipe", "version", "date"] as const) {
    checkText(`${symbol}.${key}`, training[key]);
  }
  checkInteger(`${symbol}.epochs`, training.epochs, { min: 0 });
}
