import { expect, it } from "vitest";
import { createDataset } from "../datasets/index.ts";
import {
  columnStatistics,
  csvRows,
  describeTable,
  readTable,
  type TableOptions,
  valueDataset,
} from "./index.ts";

const table = (text: string, options: TableOptions = {}) =>
  readTable(new TextEncoder().encode(text), { name: "t.csv", ...options });
const rowsOf = (text: string) => [...csvRows(text, "t.csv")].map(({ line, cells }) => [line, ...cells]);

it("takes rows apart: quotes, line ends of all kinds, empty lines, separators", () => {
  expect(rowsOf('a,"b, ""c""\r\nd" ,e\r\n\r\n1,2,3\r4,5,6')).toEqual([
    [1, "a", 'b, "c"\r\nd', "e"],
    [4, "1", "2", "3"],
    [5, "4", "5", "6"],
  ]);
  expect(rowsOf("a;b\n1,5;2")).toEqual([
    [1, "a", "b"],
    [2, "1,5", "2"],
  ]);
  expect(rowsOf("a\t\tb\n")).toEqual([[1, "a", "", "b"]]);
  expect(() => rowsOf('a\n"b')).toThrow(/line 2: expected a closing quote/);
  expect(() => rowsOf('"a"b,c')).toThrow(
    /line 1: expected the end of a cell behind its closing quote, got "b"/,
  );
});

it("reads numbers and labels, with a mark ahead and names or without", () => {
  const named = table("\ufeffLabel,x,y\ncat,1,-2.5e1\ndog,.5,+3\n");
  expect(named).toMatchObject({ columns: ["x", "y"], labels: ["cat", "dog"], lines: [2, 3], rows: 2 });
  expect([...named.values]).toEqual([1, -25, 0.5, 3]);
  expect(table("5.1,3,setosa\n4,2,virginica", { label: -1 })).toMatchObject({
    columns: ["0", "1"],
    labels: ["setosa", "virginica"],
  });
  expect(table("label,0,1\n7,1,2", {}).columns).toEqual(["0", "1"]);
  expect([...table("7,1,2", { label: false, columns: ["a", "b", "c"] }).values]).toEqual([7, 1, 2]);
});

it("says where a table is wrong", () => {
  expect(() => table("label,x\na,1,2")).toThrow(
    /t\.csv, line 2: expected 2 cells, as in the first row, got 3/,
  );
  expect(() => table("label,x\na,1\nb,red")).toThrow(/line 3: expected a number in column x, got "red"/);
  expect(() => table('label;x\na;1\nb;"1,5"')).toThrow(/got "1,5"\. Write numbers with a point/);
  expect(() => table("label,x\na,NaN\nb,2")).toThrow(
    /line 2: expected a number in column x, got "NaN".*missing: drop/,
  );
  expect(() => table("label,x\n,1\nb,2")).toThrow(/line 2: expected a label, got nothing/);
  expect(() => table("lable,x\na,1")).toThrow(
    /expected a column "label", got columns .*Did you mean lable\?/,
  );
  expect(() => table("label,x,x\na,1,2")).toThrow(/columns of different names, got two of "x"/);
  expect(() => table("")).toThrow(/expected a table, got no row/);
  expect(() => table("label,x\n")).toThrow(/expected rows of numbers, got none/);
  expect(() => readTable(Uint8Array.of(0xff, 0xfe, 0x61, 0))).toThrow(/expected a table in UTF-8/);
  expect(table("label,x\na,?\nb,2", { missing: "drop" })).toMatchObject({
    rows: 1,
    dropped: 1,
    labels: ["b"],
  });
});

it("normalises by columns", () => {
  const values = Float64Array.of(1, 5, 3, 5, 5, 5);
  const rows = valueDataset({
    name: "mine",
    classNames: ["a", "b"],
    labels: [0, 1, 0],
    columns: ["x", "y"],
    values,
  });
  expect(columnStatistics(rows, "range")).toEqual({ mean: [1, 5], std: [4, 1] });
  const normalise = columnStatistics(rows);
  expect(normalise).toEqual({ mean: [3, 5], std: [Math.sqrt(8 / 3), 1] });
  const [batch] = createDataset(rows, { normalise }).batches({ batchSize: 3 });
  expect([...batch!.inputs]).toEqual(
    [-2, 0, 0, 0, 2, 0].map((value) => Math.fround(value / Math.sqrt(8 / 3))),
  );
  expect(batch!.shape).toEqual([3, 2]);
});

it("describes a table whatever is in it", () => {
  const info = describeTable(new TextEncoder().encode("name,x,y\nanna,1,2\nberta,NA,x\n"));
  expect(info).toEqual({ columns: ["name", "x", "y"], numbers: ["x"], header: true, rows: 2, missing: 1 });
});
