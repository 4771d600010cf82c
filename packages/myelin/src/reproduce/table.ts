/** The results of a study in Markdown. */
import { COLUMNS, formatSpread } from "./columns.ts";
import type { Study } from "./study.ts";
import type { Difference, Summary } from "./summary.ts";

/** A table as texts: the head first. */
export type Cells = readonly (readonly string[])[];

/** Name of a variant in tables. */
export function labelOf(study: Study, variant: string): string {
  return study.variants.find(({ id }) => id === variant)?.label ?? variant;
}

/** Mean and sample standard deviation over seeds, a line for each task and variant. */
export function summaryCells(study: Study, summaries: readonly Summary[]): Cells {
  const columns = study.columns.map((name) => ({ name, column: COLUMNS[name] }));
  const head = ["data", study.variantTitle, "seeds", ...columns.map(({ column }) => column.title)];
  const rows = summaries.map(({ data, variant, seeds, values }) => [
    data,
    labelOf(study, variant),
    String(seeds.length),
    ...columns.map(({ name, column }) => formatSpread(column, values[name], seeds.length)),
  ]);
  return [head, ...rows];
}

/** How variants differ, in the units of the first table and in standard deviations. */
export function differenceCells(study: Study, found: readonly Difference[]): Cells {
  const head = ["data", "variant", "against", "of", "difference", "in standard deviations"];
  const rows = found.map(({ data, variant, against, column, difference, sd }) => {
    const { title, scale, digits } = COLUMNS[column];
    const shown = (scale * difference).toFixed(digits);
    return [
      data,
      labelOf(study, variant),
      labelOf(study, against),
      title,
      difference > 0 ? `+${shown}` : shown,
      sd === 0 ? "-" : Math.abs(difference / sd).toFixed(1),
    ];
  });
  return [head, ...rows];
}

/** The tables of a study with its claim. */
export function formatStudy(
  study: Study,
  summaries: readonly Summary[],
  found: readonly Difference[],
): string {
  const parts = [
    `# ${study.title}`,
    study.claim,
    study.budget,
    markdown(summaryCells(study, summaries)),
    ...(found.length === 0 ? [] : [markdown(differenceCells(study, found))]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Cells as a Markdown table. */
export function markdown([head = [], ...rows]: Cells): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
