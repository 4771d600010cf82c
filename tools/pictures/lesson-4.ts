/** Pictures of lesson 4: two words and a digit as spikes, and the delays that tell the words apart. */
import {
  Adam,
  BatchNorm,
  createEngine,
  DelayLinear,
  LIF,
  Linear,
  rateCrossEntropy,
  Sequential,
  sigmaSchedule,
  Trainer,
} from "@myelin/core";
import { positionParameters } from "@myelin/core/layers";
import { loadSpikes, selectSpikes } from "@myelin/data";
import { HALF_VALUES } from "../../packages/data/src/spikes/index.ts";
import {
  drawChart,
  marks,
  plotGrid,
  type Points,
  scaleAxis,
  seriesColour,
} from "../../packages/myelin/src/report/chart.ts";
import type { Html } from "../../packages/myelin/src/report/html.ts";
import { scaleOf } from "../../packages/myelin/src/report/scale.ts";
import { figure } from "./figure.ts";
import { belowAll } from "./lines.ts";
import type { Picture } from "./picture.ts";
import { CHANNELS, plainWords, trainingWords } from "./voices.ts";

export const LESSON_4: readonly Picture[] = [
  { name: "4-words", cost: "quick", draw: words },
  { name: "4-delays", cost: "slow", draw: delays },
  { name: "4-digit", cost: "slow", needs: "shd", draw: digit },
];

async function words(): Promise<string> {
  const panels = (await plainWords()).map(({ word, spikes }) => ({
    title: `"${word}"`,
    picture: scatter([{ points: spikes.map(([time, unit]) => [1000 * time, unit]) }], {
      ...{ x: { label: "time", unit: "ms" }, y: "channel", to: [240, CHANNELS] },
    }),
  }));
  return figure('Spikes of twenty channels that hear "ai" and "ia"', panels);
}

async function digit(): Promise<string> {
  const spikes = selectSpikes(await loadSpikes("shd", { split: "test" }), [0]);
  const seconds = spikes.times instanceof Uint16Array ? (half: number) => HALF_VALUES[half]! : Number;
  const times = Array.from(spikes.times, seconds);
  const points = Array.from(times, (time, i) => [1000 * time, spikes.unitIds[i]!] as const);
  const said = spikes.classNames[spikes.labels[0]!]!;
  const picture = scatter(
    [{ points: points.filter((_, i) => i % 4 === 0) }],
    { x: { label: "time", unit: "ms" }, y: "channel", to: [1000 * (times.at(-1) ?? 0), 700] },
    [1.2, 1.2],
  );
  return figure(`Spikes of seven hundred channels that hear the word ${said}`, [
    { title: `Every fourth spike of the word "${said}"`, picture, width: 440 },
  ]);
}

/** Trains the lesson's network with delays that learn; a dot for each synapse before and after. */
async function delays(): Promise<string> {
  const train = await trainingWords();
  const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });
  const synapses = new DelayLinear(CHANNELS, 4, { maxDelay: 25 });
  const neuron = new LIF({ tau: 2, decayInput: false, surrogate: "atan" });
  const network = new Sequential(synapses, new BatchNorm(4), neuron, new Linear(4, 2));
  const positions = positionParameters(network);
  const others = network.parameters().filter((parameter) => !positions.includes(parameter));
  const sigma = sigmaSchedule({ epochs: 20, fraction: 0.5 });
  const before = await synapsesOf(synapses);
  await new Trainer({
    network,
    optimizer: new Adam([
      { parameters: others, lr: 0.01 },
      { parameters: positions, lr: 0.5 },
    ]),
    loss: (output, labels) => rateCrossEntropy(output, labels),
    beforeEpoch: (epoch) => sigma.apply(network, epoch),
    batches: (epoch) => train.batches({ batchSize: 20, shuffle: true, seed: 1, epoch }),
  }).run({ epochs: 20 });
  const after = await synapsesOf(synapses);
  await engine.dispose();
  const panels = [0, 1, 2, 3].flatMap((n) => [
    { title: `neuron ${n + 1}, before`, picture: dotsOf(before[n]!) },
    { title: `neuron ${n + 1}, after`, picture: dotsOf(after[n]!) },
  ]);
  return figure(
    "Channel and delay of each synapse of four neurons, before training and after",
    panels.map((panel) => ({ ...panel, width: 300 })),
    {
      columns: 2,
      legend: [
        { name: "excites", look: 1 },
        { name: "inhibits", look: 0 },
        { name: "larger: stronger", look: "muted" },
      ],
    },
  );
}

interface Synapse {
  readonly channel: number;
  readonly delay: number;
  readonly weight: number;
}

/** The synapses of each neuron. */
async function synapsesOf(layer: DelayLinear): Promise<Synapse[][]> {
  const [weights, positions] = await Promise.all([layer.weight.data(), layer.position.data()]);
  return [0, 1, 2, 3].map((neuron) =>
    Array.from({ length: CHANNELS }, (_, channel) => {
      const i = neuron * CHANNELS + channel;
      return { channel, delay: 12 - positions[i]!, weight: weights[i]! };
    }),
  );
}

/** Marks of four sizes, by strength. */
function dotsOf(synapses: readonly Synapse[]): Html {
  const strongest = Math.max(...synapses.map(({ weight }) => Math.abs(weight)));
  const series = [1, 2, 3, 4].flatMap((size) =>
    [1, 0].map((look) => ({
      look,
      size: [2.2 * size, 2.2 * size] as const,
      points: synapses
        .filter(({ weight }) => Number(weight > 0) === look)
        .filter(({ weight }) => Math.max(1, Math.ceil((4 * Math.abs(weight)) / strongest)) === size)
        .map(({ channel, delay }) => [delay, channel] as const),
    })),
  );
  return scatter(series, { x: { label: "delay", unit: "time steps" }, y: "channel", to: [25, CHANNELS] });
}

interface Marks {
  readonly points: Points;
  readonly look?: number;
  readonly size?: readonly [number, number];
}

/** Marks over time or delay and channel. */
function scatter(
  series: readonly Marks[],
  axes: {
    readonly x: { label: string; unit: string };
    readonly y: string;
    readonly to: readonly [number, number];
  },
  size: readonly [number, number] = [2, 5],
): Html {
  const [right, top] = axes.to;
  const x = scaleOf([right], axes.x, { min: 0, max: right, ticks: 6 });
  const y = scaleOf([top], { label: axes.y }, { min: 0, max: top, whole: true });
  return drawChart({
    grid: plotGrid(),
    xAxis: belowAll(scaleAxis(x, "level")),
    yAxis: scaleAxis(y, "upright"),
    series: series.map(({ points, look = 0, size: own = size }) =>
      marks(
        points.map(([at, unit]) => [at, unit + 0.5] as const),
        { color: seriesColour(look), size: own },
      ),
    ),
  });
}
