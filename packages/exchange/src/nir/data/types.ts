import type { NirArray } from "../types.ts";

/** Values of every neuron at every step, [samples, steps, neurons]; of spikes 0 or 1. */
export interface NirTimeGrid {
  readonly type: "TimeGriddedData";
  readonly data: NirArray;
  /** Seconds of a step. */
  readonly dt: number;
}

/** Events, [samples, events] each; where a sample has fewer, the rest has the index -1. */
export interface NirEvents {
  readonly type: "EventData" | "ValuedEventData";
  /** Which neuron. */
  readonly idx: NirArray;
  /** When, in seconds. */
  readonly time: NirArray;
  /** How much, of ValuedEventData. */
  readonly value?: NirArray;
  readonly nNeurons: number;
  /** How long the recording is, in seconds. */
  readonly tMax: number;
}

/** What was recorded of a node, such as "spikes" and "v". */
export interface NirNodeData {
  readonly type: "NIRNodeData";
  readonly observables: ReadonlyMap<string, NirTimeGrid | NirEvents>;
}

/** Recordings of the nodes of a graph, by their names. */
export interface NirGraphData {
  readonly type: "NIRGraphData";
  readonly nodes: ReadonlyMap<string, NirNodeData | NirGraphData>;
}
