export { COLUMNS, type ColumnName } from "./columns.ts";
export { STUDIES, type StudyName } from "./studies/index.ts";
export { spreadOf } from "./spread.ts";
export { planTrials, type Study, type Sweep, type Trial } from "./study.ts";
export { differences, summarise, type Finished, type Summary } from "./summary.ts";
export { differenceCells, formatStudy, labelOf, markdown, summaryCells } from "./table.ts";
