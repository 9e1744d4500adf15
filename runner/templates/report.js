// Filters and sorts the table of all tables. Without it the table is complete and in the report's order.
(() => {
  "use strict";
  const table = document.getElementById("all-tables");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const form = document.querySelector(".filter");
  const name = document.getElementById("filter-name");
  const result = document.getElementById("filter-result");
  const shown = document.getElementById("filter-count");

  const filter = () => {
    const words = name.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const label = row.cells[0].textContent.toLowerCase();
      const state = row.cells[row.cells.length - 1].textContent;
      row.hidden = !words.every((word) => label.includes(word)) || (result.value !== "" && state !== result.value);
      count += row.hidden ? 0 : 1;
    }
    shown.value = count === rows.length ? `${count} tables` : `${count} of ${rows.length} tables`;
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    if ("value" in cell.dataset) return Number(cell.dataset.value);
    return cell.classList.contains("number") ? -1 : cell.textContent;
  };

  const sort = (header, column) => {
    // The first click puts what a reader looks for on top: large numbers, or the beginning of the alphabet.
    const first = header.classList.contains("number") ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = header.getAttribute("aria-sort") === first ? other : first;
    for (const one of table.tHead.rows[0].cells) one.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
    rows.sort((a, b) => sign * compare(value(a, column), value(b, column)));
    body.append(...rows);
  };

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    if (header.classList.contains("plain")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(header, column));
    header.append(button);
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
