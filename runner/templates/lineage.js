// Shows the columns that somebody looks for. Without it the page is complete.
(() => {
  "use strict";
  const form = document.querySelector(".filter");
  const [search, system, table, rule, shown] = ["search", "system", "table", "rule", "shown"].map((id) =>
    document.getElementById(id),
  );
  const sections = [...document.querySelectorAll("section.lineage")].map((element) => ({
    element,
    name: element.dataset.table,
    rows: [...element.querySelectorAll("tbody tr")].map((row) => ({
      row,
      place: row.id.toLowerCase(),
      rules: row.dataset.rules.split(" "),
    })),
  }));
  const systems = [...document.querySelectorAll("section.system")];
  const all = sections.reduce((sum, section) => sum + section.rows.length, 0);

  const number = (count) => count.toLocaleString("en");

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let columns = 0;
    let tables = 0;
    for (const { element, name, rows } of sections) {
      const wanted = (!system.value || name.startsWith(`${system.value}.`)) && (!table.value || name === table.value);
      let found = 0;
      for (const { row, place, rules } of rows) {
        const hit = wanted && words.every((word) => place.includes(word)) && (!rule.value || rules.includes(rule.value));
        row.hidden = !hit;
        found += hit ? 1 : 0;
      }
      element.hidden = found === 0;
      columns += found;
      tables += found ? 1 : 0;
    }
    for (const one of systems) one.hidden = !one.querySelector("section.lineage:not([hidden])");
    const count = columns === all ? number(all) : `${number(columns)} of ${number(all)}`;
    shown.value = `${count} columns in ${tables} ${tables === 1 ? "table" : "tables"}`;
  };

  // Whatever an address or a link in the page leads to must not be filtered away.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("[hidden]")) return;
    form.reset();
    filter();
    target.scrollIntoView();
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);
  form.hidden = false;
  filter();
  follow();
})();
