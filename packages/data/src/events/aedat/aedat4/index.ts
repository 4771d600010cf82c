export { aedat4 } from "./aedat4.ts";
export { EVENT_BYTES as AEDAT4_EVENT_BYTES, findEvents as findAedat4Events } from "./flat-tables.ts";
