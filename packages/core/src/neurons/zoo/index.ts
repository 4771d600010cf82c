export * from "./all.ts";
export { IZHIKEVICH_SETS } from "./izhikevich.ts";
export { ZOO, type ZooEntry, type ZooName, zooNameOf } from "./registry.ts";
export type { ParameterSet, ZooClass, ZooNotes } from "./zoo-neuron.ts";
