/** Who is measured: this library, on one or two hosts, and its peers. */
import { fileURLToPath } from "node:url";

/** A program that takes --threads, --only and --repeats and prints one JSON line per workload, as ours does with --json. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
}

/** Whom the field uses, by the program in bench/peers that runs the workloads on it. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  PyTorch: ["torch_baselines.py"],
  "torch.compile": ["torch_frameworks.py", "--framework", "torch-compile"],
  JAX: ["jax_baselines.py"],
  SpikingJelly: ["torch_frameworks.py", "--framework", "spikingjelly"],
  snnTorch: ["torch_frameworks.py", "--framework", "snntorch"],
  Norse: ["torch_frameworks.py", "--framework", "norse"],
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** This library on a version of Node. */
export function ours(name: string, node = process.execPath): Contender {
  return { name, command: [node, here("main.js"), "--json"] };
}

/** All peers, run by a Python that has them. */
export function allPeers(python: string): Contender[] {
  return Object.entries(PEERS).map(([name, [file = "", ...options]]) => ({
    name,
    command: [python, here(`../peers/${file}`), ...options],
  }));
}

/** A peer by its command. */
export function peerOf(command: string): Contender {
  return { name: "peer", command: command.split(" ") };
}
