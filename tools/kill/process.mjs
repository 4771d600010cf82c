import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../lib/packages.mjs";

const PROGRAM = join(root, "packages/myelin/bin/myelin.js");

/** @type {NodeJS.Signals[]} */
export const SIGNALS = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"];

/**
 * @typedef {object} Ended how a process ended
 * @property {number | null} code
 * @property {string | null} signal
 * @property {string} text what it said
 * @property {number} ms how long it ran
 */

/**
 * What Node runs for `myelin ARGS`.
 *
 * @param {readonly string[]} args
 */
export function myelin(...args) {
  return [PROGRAM, ...args];
}

/**
 * Runs a program of Node's to its end, or until a signal meets it.
 *
 * @param {readonly string[]} command the program's file and its arguments
 * @param {{ signal: NodeJS.Signals, afterMs: number }} [kill]
 * @returns {Promise<Ended>}
 */
export function run(command, kill) {
  const begin = Date.now();
  const child = spawn(process.execPath, command);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ piece) => (text += piece.toString()));
  }
  const timer = kill && setTimeout(() => child.kill(kill.signal), kill.afterMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, text, ms: Date.now() - begin });
    });
  });
}

/**
 * What is wrong with how a process ended that may have met a signal: it may end by it, or save and say so by its exit
 * code, or have been faster.
 *
 * @param {Ended} ended
 * @returns {string[]}
 */
export function faultsOf({ code, signal, text }) {
  const isFine = signal !== null || code === 0 || code === 129 || code === 130 || code === 143;
  return isFine ? [] : [`exit code ${code}: ${text.trim().split("\n").at(-1)}`];
}
