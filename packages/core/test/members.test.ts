import { describe, expect, it } from "vitest";
import {
  Adam,
  encodeCheckpoint,
  LIF,
  Linear,
  Module,
  parameter,
  rateCrossEntropy,
  restoreCheckpoint,
  Sequential,
  tensor,
  type Tensor,
  Trainer,
} from "../src/index.ts";
import { currentEngine, repeatOverTime } from "../src/entries/ops.ts";
import { exportDense, sparsify, SparseLinear } from "../src/entries/sparse.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const linear = (): Linear => new Linear(4, 4, { bias: false });
const gain = (): Tensor => parameter([1], [1]);

/** Layers and parameters in every kind of container. */
class Containers extends Module {
  readonly blocks = { a: linear(), deep: { list: [[linear()], { last: linear() }] } };
  readonly byName = new Map<unknown, unknown>([
    ["one", linear()],
    [2, linear()],
    [{}, linear()],
  ]);
  readonly several = new Set<unknown>([linear(), "no layer", linear()]);
  readonly gains = [gain(), { b: gain() }];
  readonly statistics = { mean: tensor([1, 2, 3]) };
  readonly plain = Object.assign(Object.create(null) as object, { fc: linear() });

  *layers(): Generator<Linear> {
    yield* this.namedModules().flatMap(([, module]) => (module instanceof Linear ? [module] : []));
  }

  forward(x: Tensor): Tensor {
    let y = x;
    for (const [, module] of this.namedModules()) if (module !== this) y = module.forward(y);
    return y;
  }
}

describe("members in containers", () => {
  withEngine("reference");

  it("are found, with names that say where they are", () => {
    const net = new Containers();
    net.byName.delete([...net.byName.keys()].at(-1));
    expect(net.namedParameters().map(([name]) => name)).toEqual([
      ...["gains.0", "gains.1.b"],
      ...["blocks.a.weight", "blocks.deep.list.0.0.weight", "blocks.deep.list.1.last.weight"],
      ...["byName.one.weight", "byName.2.weight"],
      ...["several.0.weight", "several.2.weight", "plain.fc.weight"],
    ]);
    expect(net.namedBuffers().map(([name]) => name)).toEqual(["statistics.mean"]);
    expect([...net.layers()].map(({ label }) => label)).toContain("Containers.blocks.a (Linear)");
  });

  it("get the place as their name under a key that is an object", () => {
    const net = new Containers();
    net.byName.delete(2);
    expect(net.children().map(([name]) => name)).toContain("byName.1");
  });

  it("must not share a name", () => {
    const net = new Containers();
    expect(() => net.parameters()).toThrow(
      'Containers: expected a name of its own for each member, got two called "byName.2".',
    );
  });

  it("are found in what extends Sequential", () => {
    class Headed extends Sequential {
      readonly heads = { left: linear() };
    }
    expect(new Headed(linear()).namedParameters().map(([name]) => name)).toEqual([
      "0.weight",
      "heads.left.weight",
    ]);
  });

  it("end where containers turn in a circle; getters are left alone, and objects of other classes", () => {
    class Odd extends Module {
      readonly fc = linear();
      readonly circle: Record<string, unknown> = {};
      readonly parent: Module = this;
      readonly holder = new (class {
        readonly hidden = linear();
      })();
      readonly last: Tensor[] = [];
      constructor() {
        super();
        this.circle["self"] = [this.circle];
        Object.defineProperty(this.circle, "costly", {
          enumerable: true,
          get: () => expect.fail("a getter was called"),
        });
      }
      forward(x: Tensor): Tensor {
        this.last.push(this.fc.forward(x));
        return this.last.at(-1);
      }
    }
    const net = new Odd();
    expect(net.namedParameters().map(([name]) => name)).toEqual(["fc.weight"]);
    return currentEngine().step(() => {
      net.forward(tensor([[1, 2, 3, 4]]));
      expect(net.namedParameters().map(([name]) => name)).toEqual(["fc.weight"]);
      expect(net.namedBuffers()).toEqual([]);
    });
  });

  it("are made sparse and exported in their places", async () => {
    const net = new Containers();
    net.byName.delete(2);
    const before = net.children().map(([name]) => name);
    await sparsify(net, { density: 0.5, exclude: ["plain.fc"] });
    const after = net.children();
    expect(after.map(([name]) => name)).toEqual(before);
    const dense = after.filter(([, module]) => !(module instanceof SparseLinear)).map(([name]) => name);
    expect(dense).toEqual(["plain.fc"]);
    expect([...net.several][1]).toBe("no layer");
    await expect(exportDense(net)).resolves.toBeDefined();
  });

  it("cannot be replaced in a frozen container, nor where there are none", () => {
    class Frozen extends Module {
      readonly blocks = Object.freeze([linear()]);
      forward = (x: Tensor): Tensor => this.blocks[0]!.forward(x);
    }
    expect(() => new Frozen().replaceChild("blocks.0", linear())).toThrow(
      "Frozen.blocks.0: expected a layer that can be replaced, got a frozen place.",
    );
    expect(() => new Frozen().replaceChild("block", linear())).toThrow(
      'expected one of blocks.0, got "block"',
    );
  });
});

/** A user's network whose layers are in a plain object. */
class Blocks extends Module {
  readonly blocks = { a: new Linear(6, 8), lif: new LIF(), b: new Linear(8, 2) };

  forward(x: Tensor): Tensor {
    const { a, lif, b } = this.blocks;
    return b.forward(lif.forward(a.forward(x)));
  }
}

describe.each(BACKENDS)("layers in a plain object on %s", (backend) => {
  withEngine(backend);

  it("are trained, saved and loaded", async () => {
    const net = new Blocks();
    const weight = net.blocks.a.weight;
    const before = await weight.data();
    const batch = {
      inputs: Float32Array.from({ length: 24 }, (_, i) => (i * 7) % 5),
      shape: [4, 6],
      labels: Float32Array.of(0, 1, 0, 1),
    };
    await new Trainer({
      network: net,
      optimizer: new Adam(net.parameters(), { lr: 0.1 }),
      loss: rateCrossEntropy,
      encode: (x) => repeatOverTime(x, 3),
      batches: () => [batch],
    }).run({ epochs: 1 });
    const after = await weight.data();
    expect(after).not.toEqual(before);
    const other = new Blocks();
    restoreCheckpoint(await encodeCheckpoint({ network: net }), { network: other });
    expect(await other.blocks.a.weight.data()).toEqual(Float32Array.from(after));
  });
});
