/** The N-MNIST network of the NIR paper on recordings in steps of a millisecond: the yardstick is bench/peers/nir_cnn.py. */
import { type Engine, sumOverTime, tensor } from "@myelin/core";
import { loadEventDataset } from "@myelin/data";
import { importNir, readNirFile } from "@myelin/exchange";
import path from "node:path";
import type { Workload } from "./workload.ts";

/** All recordings at hand, in one batch. */
const B = 100;

/** A batch of recordings in evaluation. The folder of MYELIN_DATA has the graph, as the format's repository does. */
export async function nirCnn(engine: Engine): Promise<Workload> {
  const folder = process.env["MYELIN_DATA"] ?? "";
  const graph = await readNirFile(path.join(folder, "nir/paper/02_cnn/cnn_sinabs.nir"));
  const network = (await importNir(graph, { dt: 1e-3, as: "norse" })).eval();
  const framing = { splitBy: "duration", durationUs: 1000 } as const;
  const recordings = await loadEventDataset("nmnist-raw", { split: "test", framing });
  const { data } = recordings.collate(Array.from({ length: B }, (_, i) => i));
  const sample = [2, 34, 34];
  const x = tensor(data, [data.length / (B * 2 * 34 * 34), B, ...sample]);
  const stream = network.stream({ batch: B });
  return {
    batch: B,
    step: () => {
      stream.reset();
      const y = stream.run(x);
      return engine.step(() => void sumOverTime(y));
    },
  };
}
