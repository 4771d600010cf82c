import { forReport, type RunFolder } from "./run/index.ts";

/** Draws report.html of a run. The charts are loaded when they are needed; what goes wrong with them ends no training. */
export function drawReport(folder: RunFolder): Promise<void> {
  return forReport(folder, "report.html", async () => {
    const { renderReport } = await import("./report/index.ts");
    await folder.writeReport(renderReport(await folder.record()));
  });
}
