export { describeTable, type TableInfo } from "./describe-table.ts";
export { csvRows, type CsvRow, tableText } from "./csv.ts";
export { checkTableOptions, type ColumnChoice, readTable, type Table, type TableOptions } from "./table.ts";
export {
  checkValues,
  type ColumnScale,
  type ColumnStatistics,
  columnStatistics,
  selectRows,
  type ValueDataset,
  valueDataset,
  type ValueDatasetParts,
} from "./value-dataset.ts";
