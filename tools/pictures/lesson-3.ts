/** Pictures of lesson 3: a recording as events and as frames; a network that learns from frames. */
import { Adam, createEngine, Linear, rateCrossEntropy, Sequential, Trainer } from "@myelin/core";
import {
  denseFrames,
  type Events,
  frameEvents,
  loadDataset,
  saccadeRecordings,
  selectSamples,
} from "@myelin/data";
import {
  drawChart,
  marks,
  plotGrid,
  scaleAxis,
  seriesColour,
} from "../../packages/myelin/src/report/chart.ts";
import type { Html } from "../../packages/myelin/src/report/html.ts";
import { PERCENT, scaleOf } from "../../packages/myelin/src/report/scale.ts";
import { squares } from "../../packages/myelin/src/report/squares.ts";
import { digitFrames, digitLayers, digitNeuron } from "./digits.ts";
import { figure, strip } from "./figure.ts";
import { belowAll, linePlot } from "./lines.ts";
import { numbers, ratesOverTime } from "./numbers.ts";
import type { Picture } from "./picture.ts";

export const LESSON_3: readonly Picture[] = [
  { name: "3-recording", cost: "quick", draw: recording },
  { name: "3-training", cost: "slow", draw: training },
];

async function recording(): Promise<string> {
  const digits = selectSamples(await loadDataset("mnist", { split: "test" }), [0]);
  const events = await saccadeRecordings(digits, { invert: true, seed: 1 }).read(0);
  return figure(
    "Events of a seven over time in three bursts, and the same events in six frames",
    [
      { title: "Every third event: its time and its column", picture: eventsOverTime(events), width: 440 },
      { title: "All events in frames of equal duration", picture: framesOf(events) },
    ],
    {
      columns: 1,
      legend: [
        { name: "darker (OFF)", look: 0 },
        { name: "brighter (ON)", look: 1 },
      ],
    },
  );
}

function eventsOverTime({ t, x, p, length, width }: Events): Html {
  const ms = scaleOf([315], { label: "time", unit: "ms" }, { min: 0, max: 315, ticks: 6 });
  const columns = scaleOf([width], { label: "column", unit: "pixels" }, { min: 0, max: width, whole: true });
  const shown = numbers(0, length).filter((i) => i % 3 === 0);
  return drawChart(
    {
      grid: plotGrid(),
      xAxis: belowAll(scaleAxis(ms, "level")),
      yAxis: scaleAxis(columns, "upright"),
      series: [0, 1].map((kind) =>
        marks(
          shown.filter((i) => p[i] === kind).map((i) => [t[i]! / 1000, x[i]! + 0.5] as const),
          { color: seriesColour(kind), size: [1.5, 1.5] },
        ),
      ),
    },
    180,
  );
}

function framesOf(events: Events): Html {
  const { width, height } = events;
  const frames = denseFrames(frameEvents(events, { splitBy: "time", steps: 6 }));
  const plane = width * height;
  const pictures = numbers(0, 6).map((step) => {
    const layers = (["s0", "s1"] as const).map((colour, kind) => ({
      ...{ colour, width, height, full: 3 },
      values: frames.subarray((2 * step + kind) * plane, (2 * step + kind + 1) * plane),
    }));
    return { picture: squares(`frame ${step + 1}`, layers), word: `frame ${step + 1}` };
  });
  return strip(pictures, 86);
}

async function training(): Promise<string> {
  const [train, test] = await digitFrames();
  const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });
  const network = new Sequential(...digitLayers(), new Linear(16 * 4 * 4, 10), digitNeuron());
  const seen: [number, number][] = [];
  const unseen: [number, number][] = [];
  const trainer = new Trainer({
    network,
    optimizer: new Adam(network.parameters(), { lr: 0.005 }),
    loss: (output, labels) => rateCrossEntropy(output, labels),
    batches: (epoch) => train.batches({ batchSize: 10, shuffle: true, seed: 1, epoch }),
    evaluation: () => test.batches({ batchSize: 100 }),
    onEpoch: ({ epoch, train: metrics, evaluation }) => {
      seen.push([epoch + 1, metrics.accuracy]);
      unseen.push([epoch + 1, evaluation!.accuracy]);
    },
  });
  await trainer.run({ epochs: 6 });
  const rates = await engine.step(() => ratesOverTime(network, test));
  await engine.dispose();
  const accuracy = linePlot([{ points: seen }, { points: unseen }], {
    x: { label: "epoch", min: 1, whole: true },
    y: { label: "accuracy", ...PERCENT, min: 0, max: 1 },
  });
  const activity = linePlot(
    rates.map((points, i) => ({ points, look: i + 2 })),
    { x: { label: "time step", min: 1, whole: true }, y: { label: "firing rate", min: 0 } },
  );
  return figure(
    "Accuracy rises over six epochs; the firing rates of the three layers over the time steps",
    [
      { title: "Learning", picture: accuracy },
      { title: "Firing rates when trained", picture: activity },
    ],
    {
      legend: ["digits seen", "digits not seen", "neuron1", "neuron2", "output"].map((name, look) => ({
        name,
        look,
      })),
    },
  );
}
