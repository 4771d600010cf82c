/** Sorts tables by the column whose head is chosen: numbers by their size, the rest by name. It needs nothing. */
export const SORT_SCRIPT = `
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.tabIndex = 0;
    const sort = () => {
      const up = head.getAttribute("aria-sort") === "descending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const text = (row) => row.cells[column].textContent.replace(/[,[\\]]/g, "");
      const compare = (a, b) => {
        if (a === "-" || b === "-") return (a === "-") - (b === "-");
        const [x, y] = [parseFloat(a), parseFloat(b)];
        const order = Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
        return up ? order : -order;
      };
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => compare(text(a), text(b)));
      body.append(...rows);
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => event.key === "Enter" && sort());
  });
}
`;
