import { checkInstance } from "../checks.ts";
import { Module } from "./module.ts";

/** Requires a module of a network. */
export function checkModule<M extends Module>(symbol: string, module: M): M {
  checkInstance(symbol, module, Module, "a module such as `new Sequential(...)`");
  return module;
}
