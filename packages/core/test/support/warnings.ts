import { afterEach, beforeEach } from "vitest";
import { onWarning } from "../../src/index.ts";
import type { WarningHandler } from "../../src/entries/checks.ts";

/** Collects the warnings of each test. */
export function collectWarnings(): () => readonly string[] {
  let heard: string[] = [];
  let before: WarningHandler;
  beforeEach(() => {
    heard = [];
    before = onWarning((message) => void heard.push(message));
  });
  afterEach(() => void onWarning(before));
  return () => heard;
}
