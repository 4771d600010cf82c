export { exportNir, type ExportNirOptions } from "./export.ts";
