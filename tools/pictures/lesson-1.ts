/** Pictures of lesson 1: a neuron that charges, fires and is reset; currents as rates; two codes. */
import { createEngine, LIF, tensor } from "@myelin/core";
import { bernoulli, latency } from "@myelin/core/ops";
import {
  drawChart,
  marks,
  plotGrid,
  seriesColour,
  timeAxis,
  valueAxis,
} from "../../packages/myelin/src/report/chart.ts";
import type { Html } from "../../packages/myelin/src/report/html.ts";
import { figure } from "./figure.ts";
import { belowAll, linePlot } from "./lines.ts";
import type { Picture } from "./picture.ts";

export const LESSON_1: readonly Picture[] = [
  { name: "1-membrane", cost: "quick", draw: membrane },
  { name: "1-codes", cost: "quick", draw: codes },
];

/** The neuron of the lesson's first program: the potential before and after each reset. */
function membrane(): Promise<string> {
  const tau = 4;
  const charged: [number, number][] = [[0, 0]];
  const spikes: [number, number][] = [];
  let v = 0;
  for (let t = 1; t <= 40; t++) {
    const x = t <= 30 ? 1.5 : 0;
    v += (x - v) / tau;
    charged.push([t, v]);
    if (v < 1) continue;
    spikes.push([t, 1.25]);
    v = 0;
    charged.push([t, 0]);
  }
  const axes = { x: { label: "time step", max: 40 }, y: { label: "membrane potential", max: 1.5 } };
  const picture = linePlot([{ points: charged }, { points: spikes, marked: true }], axes, { reference: 1 });
  return Promise.resolve(
    figure(
      "The membrane potential rises to the threshold, is reset, and leaks away when the input ends",
      [{ picture }],
      {
        legend: [
          { name: "potential", look: 0 },
          { name: "spike", look: 1 },
          { name: "threshold", look: "muted" },
        ],
      },
    ),
  );
}

/** Spikes of the lesson's eight currents, and three brightnesses in two codes. */
async function codes(): Promise<string> {
  const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });
  const currents = Array.from({ length: 8 }, (_, n) => 0.8 + 0.2 * n);
  const brightness = [0.1, 0.5, 0.9];
  const [rates, random, once] = await engine.step(async () => {
    const x = tensor(Array.from({ length: 40 }, () => currents).flat(), [40, 1, 8]);
    const image = tensor([brightness]);
    return Promise.all([
      new LIF({ tau: 4 }).forward(x).data(),
      bernoulli(image, { steps: 24, key: 1 }).data(),
      latency(image, { steps: 24 }).data(),
    ]);
  });
  await engine.dispose();
  const names = (values: readonly number[]): string[] => values.map((value) => value.toFixed(1));
  return figure("Spikes of eight currents, and of three brightnesses as a rate and as a latency", [
    { title: "LIF neurons, by input current", picture: raster(rates, names(currents), 230) },
    {
      title: "Brightness as a rate (above) and as a latency (below)",
      picture: raster(
        interleaved(random, once, 24),
        ["rate", "latency"].flatMap((code) => names(brightness).map((b) => `${code} ${b}`)),
        230,
      ),
    },
  ]);
}

/** Two rasters [T, 1, 3] as one of six units. */
function interleaved(first: ArrayLike<number>, second: ArrayLike<number>, steps: number): number[] {
  return Array.from({ length: steps * 6 }, (_, i) => {
    const [t, n] = [Math.floor(i / 6), i % 6];
    return (n < 3 ? first[t * 3 + n] : second[t * 3 + n - 3]) ?? 0;
  });
}

/** A row for each unit, the first one on top. */
function raster(spikes: ArrayLike<number>, units: readonly string[], height: number): Html {
  const N = units.length;
  const steps = spikes.length / N;
  const points = Array.from({ length: spikes.length }, (_, i) => i)
    .filter((i) => spikes[i] === 1)
    .map((i) => [Math.floor(i / N) + 1, N - 1 - (i % N)] as const);
  const labels = { customValues: units.map((_, n) => n), formatter: (n: number) => units[N - 1 - n] ?? "" };
  return drawChart(
    {
      grid: plotGrid({ left: 76 }),
      xAxis: belowAll(timeAxis(steps)),
      yAxis: valueAxis({ min: -0.5, max: N - 0.5, axisLabel: { fontSize: 11, ...labels } }),
      series: [marks(points, { color: seriesColour(0), size: [2, 12] })],
    },
    height,
  );
}
