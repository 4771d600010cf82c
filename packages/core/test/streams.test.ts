import { describe, expect, it } from "vitest";
import {
  AdvancedSpatialAttention,
  ALIF,
  AvgPool2d,
  BatchNorm,
  Conv2d,
  DelayConv2d,
  DelayLinear,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  MaxPool2d,
  meanOverTime,
  Module,
  PLIF,
  Recurrent,
  RepeatOverTime,
  Residual,
  Sequential,
  tensor,
  type Tensor,
  Vote,
} from "../src/index.ts";
import { ZOO } from "../src/entries/neurons.ts";
import { runningStream } from "../src/entries/layers.ts";
import { add, slice, stack, unstack } from "../src/entries/ops.ts";
import { sparsify } from "../src/entries/sparse.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { currents, expectSameAsWhole, spikes, wholeSequence } from "./support/streams.ts";

const neurons = {
  ...{ IF, LIF, PLIF, KLIF, ALIF, LeakyIntegrator },
  ...ZOO,
} as unknown as Readonly<Record<string, new () => Module>>;

const HARD_TO_DRIVE = new Set(["BRF", "Izhikevich", "ResonateAndFire"]);
const drive = { tau: 2, decayInput: false, vThreshold: 0.3 };
const delays = { maxDelay: 5 };

/** Networks by what they are made of, for sequences [T, B, 6] or [T, B, 2, 6, 6]. */
const flat: Readonly<Record<string, () => Module | Promise<Module>>> = {
  linear: () => new Sequential(new Linear(6, 9), new LIF(drive), new Dropout(0.5), new Linear(9, 4)),
  "recurrent wiring": () => new Sequential(new Linear(6, 8), new Recurrent(new ALIF(drive), { features: 8 })),
  "delays that lengthen": () =>
    new Sequential(
      ...[new DelayLinear(6, 8, { ...delays, kernelCount: 2 }), new BatchNorm(8), new LIF(drive)],
      ...[new DelayLinear(8, 5, { ...delays, per: "axon" }), new BatchNorm(5), new LIF(drive)],
      ...[new DelayLinear(5, 3, delays), new LeakyIntegrator()],
    ),
  "delays beside each other": () =>
    new Sequential(
      new Residual(new DelayLinear(6, 6, delays), new DelayLinear(6, 6, delays)),
      new LIF(drive),
      new DelayLinear(6, 2, { ...delays, keepLength: true }),
    ),
  "sparse connections": async () => {
    const network = new Sequential(new Linear(6, 16), new LIF(drive), new DelayLinear(16, 4, delays));
    await sparsify(network, { density: 0.4 });
    return network;
  },
  "one neuron at two places": () => new TwoCalls(),
  "a layer that takes one step at a time": () => new Sequential(new Linear(6, 8), new LIF(drive), new Sum()),
  votes: () => new Sequential(new Linear(6, 8), new LIF(drive), new Vote(4)),
};

const images: Readonly<Record<string, () => Module | Promise<Module>>> = {
  convolutions: () =>
    new Sequential(
      ...[new Conv2d(2, 8, { kernelSize: 3, padding: 1, bias: false }), new BatchNorm(8), new LIF(drive)],
      ...[new AvgPool2d({ kernelSize: 2 }), new Conv2d(8, 4, { kernelSize: 3, padding: 1 }), new LIF(drive)],
      ...[new MaxPool2d({ kernelSize: 3 }), new Flatten(), new Linear(4, 3)],
    ),
  "residual blocks": () =>
    new Sequential(
      new Residual(
        new Sequential(new Conv2d(2, 4, { kernelSize: 3, padding: 1 }), new LIF(drive)),
        new Conv2d(2, 4, { kernelSize: 1 }),
      ),
      new GlobalAvgPool2d(),
      new LeakyIntegrator(),
    ),
  "delays in a convolution": () =>
    new Sequential(
      new DelayConv2d(2, 4, { kernelSize: 3, ...delays }),
      new LIF(drive),
      new Flatten(),
      new Linear(64, 3),
    ),
};

/** A network of a user's own, with a neuron that is called twice. */
class TwoCalls extends Module {
  fc1 = new Linear(6, 8);
  fc2 = new Linear(8, 8);
  lif = new LIF(drive);
  forward(x: Tensor): Tensor {
    return this.lif.forward(this.fc2.forward(this.lif.run(this.fc1.forward(x)).spikes));
  }
}

/** y[t] = x[t] + y[t-1], in streams one step at a time. */
class Sum extends Module {
  forward(x: Tensor): Tensor {
    const carried = runningStream()?.carried();
    if (carried === undefined) return stack(runningSums(unstack(x)));
    const before = carried.state?.["y"];
    const y = before === undefined ? x : add(x, before);
    carried.keep({ y });
    return y;
  }
}

function runningSums(steps: readonly Tensor[]): Tensor[] {
  const sums: Tensor[] = [];
  for (const step of steps) sums.push(sums.length === 0 ? step : add(step, sums.at(-1)));
  return sums;
}

/** Takes several steps at once until it asks for what it carries. */
class Late extends Module {
  sum = new Sum();
  calls = 0;
  forward(x: Tensor): Tensor {
    return this.calls++ === 0 ? x : this.sum.forward(x);
  }
}

describe.each(BACKENDS)("streams on %s", (backend) => {
  const engine = withEngine(backend);

  describe.each([1, 3])("give the bits of whole sequences, batch %i", (batch) => {
    it.each(Object.keys(neurons))("%s", async (name) => {
      const shape = [12, batch, 5];
      const strong = currents(shape).map((value) => (HARD_TO_DRIVE.has(name) ? 90 * value : 3 * value + 1));
      await expectSameAsWhole(engine(), new neurons[name]!(), strong, shape);
    });

    it.each(Object.entries(flat))("%s", async (_, make) => {
      const network = (await make()).eval();
      const shape = [14, batch, 6];
      for (const x of [spikes(shape, 0.3), spikes(shape, 0.05, 8), currents(shape)]) {
        await expectSameAsWhole(engine(), network, x, shape);
      }
    });

    it.each(Object.entries(images))("%s", async (_, make) => {
      const network = (await make()).eval();
      const shape = [7, batch, 2, 6, 6];
      for (const x of [spikes(shape, 0.3), spikes(shape, 0.05, 8), currents(shape)]) {
        await expectSameAsWhole(engine(), network, x, shape);
      }
    });
  });

  it("repeat still samples as long as they are given", async () => {
    const network = new Sequential(
      new Flatten(),
      new Linear(6, 4),
      new RepeatOverTime(9),
      new LIF(drive),
    ).eval();
    const sample = currents([2, 6]);
    const expected = await wholeSequence(engine(), network, sample, [2, 6]);
    const stream = network.stream({ batch: 2 });
    for (const step of expected) expect(await stream.step(sample).data()).toEqual(step);
  });

  it("go on from a state that was stored, also in another stream", async () => {
    const network = (await flat["delays that lengthen"]!()).eval();
    const shape = [14, 2, 6];
    const x = currents(shape);
    const expected = await wholeSequence(engine(), network, x, shape);
    const step = (t: number) => x.slice(t * 12, (t + 1) * 12);
    const first = network.stream({ batch: 2 });
    for (let t = 0; t < 6; t++) first.step(step(t));
    const stored = JSON.parse(JSON.stringify(await first.state())) as Awaited<ReturnType<typeof first.state>>;
    for (let t = 6; t < 10; t++) first.step(step(t));
    first.restore(stored);
    const second = network.stream({ batch: 2 });
    second.restore(stored);
    expect(second.steps).toBe(6);
    for (let t = 6; t < 14; t++) {
      for (const stream of [first, second]) {
        const [values, wanted] = [await stream.step(step(t)).data(), expected[t]!];
        if (backend === "wasm") expect(values).toEqual(wanted);
        else values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
      }
    }
    for (const stream of [first, second]) {
      expect((await Promise.all(stream.finish().map((y) => y.data()))).length).toBe(6);
      stream.reset();
      expect(await stream.step(step(0)).data()).toEqual(expected[0]);
    }
  });

  it("keep memory as it is, in the engine and outside", async () => {
    const network = (await flat["delays that lengthen"]!()).eval();
    const stream = network.stream();
    const x = currents([1, 6]);
    const usage = () => engine().backend.memory.usage();
    for (let t = 0; t < 10; t++) stream.step(x);
    const before = usage();
    for (let t = 0; t < 2000; t++) stream.step(x);
    expect(usage()).toEqual(before);
    stream.dispose();
    network.dispose();
  });

  it("leave a failed step as it was not", async () => {
    let fails = false;
    class Faulty extends Module {
      lif = new LIF(drive);
      forward(x: Tensor): Tensor {
        const y = this.lif.forward(x);
        if (fails) throw new Error("no");
        return y;
      }
    }
    const [a, b] = [new Faulty().stream(), new Faulty().stream()];
    for (const [t, x] of [0.4, 0.5, 0.9].entries()) {
      fails = t === 1;
      if (fails) expect(() => a.step([5])).toThrow("no");
      fails = false;
      expect(await a.step([x]).data()).toEqual(await b.step([x]).data());
    }
  });

  it("give tensors of the running step inside of one", async () => {
    const stream = new Sequential(new LIF({ tau: 1, vThreshold: 1 })).stream();
    const outputs = await engine().step(async () => {
      const steps = [stream.step([2]), stream.step([0]), stream.step([3])];
      return Promise.all(steps.map((y) => y.item()));
    });
    expect(outputs).toEqual([1, 0, 1]);
  });
});

describe("streams refuse", () => {
  withEngine("wasm");
  const network = () => new Sequential(new Linear(6, 4), new LIF());

  it("steps of another shape", () => {
    const stream = network().stream({ batch: 2 });
    expect(() => stream.step(tensor(currents([1, 6]), [1, 6]))).toThrow(
      "Sequential.stream.step: expected one time step [2, ...], got [1, 6]. A step has the batch",
    );
    stream.step(currents([2, 6]));
    expect(() => stream.step(tensor(currents([2, 5]), [2, 5]))).toThrow(
      "expected one time step [2, 6], got [2, 5]",
    );
    expect(() => stream.step(tensor(currents([1, 2, 6]), [1, 2, 6]))).toThrow("got [1, 2, 6]");
    expect(() => stream.step(currents([1, 6]))).toThrow(
      "expected the numbers of one time step [2, 6], got 6.",
    );
    expect(() => network().stream().step([1, 2])).toThrow(
      "Sequential.0 (Linear): expected an input whose last axis is 6",
    );
    expect(() =>
      network()
        .stream({ input: [6] })
        .step([]),
    ).toThrow("time step [1, 6], got 0.");
  });

  it("to be used after dispose, or after the end", () => {
    const stream = network().stream();
    expect(() => stream.finish()).toThrow("Sequential.stream.finish: expected a step before it, got none.");
    stream.step(currents([1, 6]));
    expect(stream.finish()).toEqual([]);
    expect(() => stream.step(currents([1, 6]))).toThrow(
      "expected a sequence that goes on, got one that `finish` has ended. `reset` begins another sequence.",
    );
    stream.reset();
    stream.step(currents([1, 6]));
    stream.dispose();
    stream.dispose();
    expect(() => stream.step(currents([1, 6]))).toThrow(
      "Sequential.stream.step: expected a stream in use, got one that was disposed. Make another by `network.stream()`.",
    );
  });

  it("states of other networks, other batches, and what is none", async () => {
    const stream = network().stream();
    stream.step(currents([1, 6]));
    const state = await stream.state();
    const other = new Sequential(new Linear(6, 5), new LIF()).stream();
    expect(() => other.restore(state)).toThrow(
      "Sequential.stream.restore: expected the state of a network with 0.weight [5, 6], got that of one with 0.weight [4, 6].",
    );
    expect(() => network().stream({ batch: 2 }).restore(state)).toThrow(
      "expected the state of a stream with batch 2, got one with batch 1.",
    );
    expect(() => stream.restore({} as never)).toThrow("restore.network: expected an array");
    expect(() => stream.restore({ ...state, layers: [{ v: 1 }] } as never)).toThrow("layers[0].v: expected");
    const wrong = { v: { shape: [1, 3], format: "plain" as const, values: [1, 2, 3] } };
    expect(() => stream.restore({ ...state, layers: [wrong] })).toThrow("shapes v [1, 4], got v [1, 3].");
  });

  it("sequences without time, of another batch, or after the end", () => {
    const stream = network().stream({ batch: 2 });
    expect(() => stream.run(tensor(currents([2, 6]), [2, 6]))).toThrow(
      "Sequential.stream.run: expected time steps [T, 2, ...], got [2, 6]. A sequence has the batch",
    );
    expect(() => stream.run(tensor(currents([4, 3, 6]), [4, 3, 6]))).toThrow("got [4, 3, 6]");
    expect(() => stream.run(currents([4, 2, 6]) as never)).toThrow("stream.run: expected a tensor");
    stream.run(tensor(currents([4, 2, 6]), [4, 2, 6]));
    expect(() => stream.run(tensor(currents([4, 2, 5]), [4, 2, 5]))).toThrow("[T, 2, 6], got [4, 2, 5]");
    stream.finish();
    expect(() => stream.run(tensor(currents([4, 2, 6]), [4, 2, 6]))).toThrow("one that `finish` has ended");
  });

  it("networks that do not give an output for each step, and layers that change how they are called", () => {
    class First extends Module {
      forward(x: Tensor): Tensor {
        return slice(x, 0, 0, 1);
      }
    }
    const x = tensor(currents([4, 2, 6]), [4, 2, 6]);
    expect(() => new First().stream({ batch: 2 }).run(x)).toThrow(
      "stream: expected a network that gives an output for each of 3 steps, got [1, 2, 6].",
    );
    expect(() => new Late().stream({ batch: 2 }).run(x)).toThrow(
      "stream.run: expected layers that take 3 steps at once, got one that asks for what it carries step by step",
    );
  });

  it("layers in training mode", () => {
    const name = "Sequential.1";
    expect(() => new Sequential(new Linear(6, 4), new BatchNorm(4)).stream()).toThrow(
      `${name} (BatchNorm): expected a layer that can stream, got one that is in training mode and ` +
        "normalises by the statistics of whole batches. Call `eval()` of the network before it streams.",
    );
    expect(() => new Sequential(new LIF(), new Dropout(0.5)).stream()).toThrow("drops values at random");
    expect(() => new Sequential(new LIF(), new DelayLinear(6, 4, delays)).stream()).toThrow("spreads delays");
    const late = new Sequential(new LIF(), new Dropout(0.5)).eval();
    const stream = late.stream();
    stream.step([1]);
    late.train();
    expect(() => stream.step([1])).toThrow(`${name} (Dropout): expected a layer that can stream`);
  });

  it("what needs the whole sequence, by name", () => {
    const attention = new AdvancedSpatialAttention({ timeSteps: 4, channels: 2 });
    expect(() => new Sequential({ asa: attention }).stream()).toThrow(
      "Sequential.asa (AdvancedSpatialAttention): expected a layer that can stream, got one that selects planes",
    );
    class Mean extends Module {
      forward(x: Tensor): Tensor {
        return this.scoped(() => meanOverTime(x));
      }
    }
    expect(() => new Mean().stream().step([1, 2])).toThrow(
      "Mean: expected a whole sequence, got one step of a stream. It looks along time",
    );
  });
});
