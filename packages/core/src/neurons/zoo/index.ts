export * from "./all.ts";
export { IZHIKEVICH } from "./izhikevich.ts";
export { ZOO, type ZooEntry, type ZooName, zooName } from "./registry.ts";
export type { ParameterSet, ZooClass, ZooNotes } from "./zoo-neuron.ts";
