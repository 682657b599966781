// Drawing the entry grid: a table row per indicator, and under it what has to be said about its cells.
"use strict";
Grid.el = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
};
{
  const { el, say } = Grid;
  const SHAPES = { green: "●", yellow: "▲", red: "■", grey: "○" };
  const single = Grid.data.periods.length === 1;
  Grid.single = single;
  const COLUMNS = ["name", "past", "past", "typed", "typed", "typed", "light-column", "states"];
  // Per row the inputs in reading order, each with its column; for keys and pasting.
  Grid.inputs = [];

  Grid.draw = () => {
    const table = document.getElementById("grid");
    table.classList.add(single ? "one" : "many");
    if (single) table.append(el("colgroup", {}, ...COLUMNS.map((name) => el("col", { class: name }))));
    table.append(el("thead", {}, head()));
    Grid.data.rows.forEach((row, index) => table.append(body(row, index)));
    for (const cell of Grid.cells.values()) Grid.paint(cell);
  };

  function head() {
    const column = (key, extra = "", caption = "") =>
      el("th", { scope: "col", class: extra }, say(key), caption && el("span", { class: "caption" }, caption));
    if (!single) {
      const periods = Grid.data.periods.map((period) => el("th", { scope: "col" }, period.name));
      return el("tr", {}, column("indicator", "sticky"), ...periods);
    }
    const [period] = Grid.data.periods;
    return el(
      "tr",
      {},
      column("indicator", "sticky"),
      column("lastYear", "num", period.lastYear),
      column("last", "num", period.last),
      column("numerator", "num typed"),
      column("denominator", "num typed"),
      column("value", "num typed", period.name),
      column("light"),
      column("state"),
    );
  }

  function body(row, index) {
    Grid.inputs[index] = [];
    const line = el("tr", { class: "cells" }, name(row));
    const beside = el("td", { class: "beside", colspan: single ? 8 : Grid.data.periods.length + 1 });
    Grid.data.periods.forEach((period, place) => {
      const cell = row.cells[period.end];
      if (!cell) {
        line.append(...(single ? [] : [el("td", { class: "no-cell" }, say("none"))]));
        return;
      }
      cell.place = { row: index, period: place };
      cell.period = period;
      build(cell);
      line.append(...(single ? singleCells(cell) : [manyCell(cell)]));
      beside.append(cell.el.box);
    });
    const under = el("tr", { class: "under", hidden: true }, beside);
    row.el = { line, under, body: el("tbody", { class: "indicator" }, line, under) };
    return row.el.body;
  }

  function name(row) {
    const targets = row.targets.length ? `${say("target")} ${row.targets.join("；")}` : say("noTarget");
    const unit = say("unit", { unit: row.unit });
    const meaning = row.isRate ? `${row.definition} ${row.numeratorName} ÷ ${row.denominatorName}` : row.definition;
    return el(
      "th",
      { scope: "row", class: "sticky" },
      el("span", { class: "name" }, row.name),
      row.region && el("span", { class: "mark" }, row.region),
      el("details", { class: "small muted" }, el("summary", {}, `${unit} · ${targets}`, el("span", { class: "more" }, say("definition"))), meaning),
    );
  }

  // The pieces of a cell, put together by layout.
  function build(cell) {
    const { row } = cell;
    const fields = row.isRate ? (row.series ? ["numerator"] : ["numerator", "denominator"]) : ["value"];
    cell.el = { box: el("div", { class: "box", hidden: true }), input: {} };
    for (const field of fields) cell.el.input[field] = input(cell, field);
    cell.el.result = el("output", { class: "result" });
    cell.el.light = el("div", { class: "light-cell" });
    cell.el.state = el("span", { class: "mark" });
    cell.el.save = el("span", { class: "save", role: "status" });
    cell.el.na = el("button", { type: "button", class: "link", onclick: () => Grid.toggleNa(cell) });
    cell.el.more = el("button", { type: "button", class: "link", "aria-expanded": "false", onclick: () => Grid.toggleBox(cell) });
    cell.el.step = el("button", { type: "button", class: "link", onclick: () => Grid.step(cell) });
  }

  function input(cell, field) {
    const column = cell.place.period * 3 + ["numerator", "denominator", "value"].indexOf(field);
    const label = `${cell.row.name} ${cell.row[`${field}Name`] ?? ""} ${cell.period.name}（${cell.row.unit}）`;
    const made = el("input", {
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "next",
      "aria-label": label,
      title: field === "value" ? false : cell.row[`${field}Name`],
      placeholder: single || field === "value" ? false : say(field),
      "data-entry": cell.entry,
      "data-field": field,
    });
    Object.assign(made, { cell, field, column });
    Grid.inputs[cell.place.row].push(made);
    return made;
  }

  function typedCell(cell, field) {
    const made = cell.el.input[field];
    const label = say(field);
    if (made) {
      if (field === "value") return el("td", { class: "typed", "data-label": label }, withUnit(made, cell.row.unit));
      const caption = cell.row[`${field}Name`];
      return el("td", { class: "typed", "data-label": label }, made, el("div", { class: "caption", title: caption }, caption));
    }
    if (field === "denominator" && cell.row.series) {
      cell.el.owned = el("td", { class: "typed owned", "data-label": label });
      return cell.el.owned;
    }
    if (field === "value") return el("td", { class: "typed num", "data-label": label }, cell.el.result);
    return el("td", { class: "typed none" }, "");
  }

  // The unit stands in the field.
  const withUnit = (made, unit) => el("span", { class: "in-unit", "data-unit": unit }, made);

  function singleCells(cell) {
    const past = (key) => {
      const then = cell[key];
      return el("td", { class: "num past", "data-label": say(key), title: then?.full }, then?.text ?? say("none"));
    };
    return [
      past("lastYear"),
      past("last"),
      typedCell(cell, "numerator"),
      typedCell(cell, "denominator"),
      typedCell(cell, "value"),
      el("td", { class: "light-column", "data-label": say("light") }, cell.el.light),
      el("td", { class: "states", "data-label": say("state") }, cell.el.state, cell.el.save, buttons(cell)),
    ];
  }

  function manyCell(cell) {
    const past = `${say("lastYear")} ${cell.lastYear?.text ?? say("none")} · ${say("last")} ${cell.last?.text ?? say("none")}`;
    const parts = [cell.el.input.numerator, cell.el.input.denominator].filter(Boolean);
    if (cell.row.series) parts.push((cell.el.owned = el("span", { class: "owned" })));
    const entry = cell.row.isRate ? [el("div", { class: "parts" }, ...parts, cell.el.result)] : [withUnit(cell.el.input.value, cell.row.unit)];
    return el(
      "td",
      { class: "packed", "data-label": cell.period.name },
      ...entry,
      el("div", { class: "caption" }, past),
      el("div", { class: "states" }, cell.el.light, cell.el.state, cell.el.save, buttons(cell)),
    );
  }

  const buttons = (cell) => el("div", { class: "buttons" }, cell.el.na, cell.el.more, cell.el.step);

  Grid.paint = (cell) => {
    const figure = Grid.figure(cell);
    const na = Grid.isNa(cell);
    for (const [field, made] of Object.entries(cell.el.input)) {
      const text = na ? say("na") : (figure[field] ?? "");
      if (made.value !== text && !(document.activeElement === made && made.dataset.editing)) made.value = text;
      made.readOnly = !cell.writable;
      made.classList.toggle("is-na", na);
      made.setAttribute("aria-invalid", String(Boolean(cell.errors[field])));
    }
    cell.el.result.textContent = cell.row.isRate ? Grid.result(cell) || say("none") : "";
    if (cell.el.owned) paintOwned(cell);
    paintLight(cell);
    paintState(cell);
    Grid.paintBox(cell);
    const { line, under } = cell.row.el;
    line.classList.toggle("attention", Object.values(cell.row.cells).some(Grid.needsAttention));
    const quiet = under.hidden;
    under.hidden = Object.values(cell.row.cells).every((other) => other.el.box.hidden);
    if (quiet && cell.row.el.body.classList.contains("current")) Grid.showUnder(cell);
  };
  // What is said under the row one works in comes into view.
  Grid.showUnder = (cell) => {
    const { under } = cell.row.el;
    if (!under.hidden) under.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  Grid.needsAttention = (cell) =>
    Boolean(cell.conflict || cell.stranded || cell.status === "refused" || cell.state === "returned" || (cell.writable && Grid.blocking(cell).length));

  function paintOwned(cell) {
    const { row, owned } = cell;
    const owner = row.owner || say("seriesOwner");
    const text = owned
      ? [el("span", { class: "num" }, owned.value), el("div", { class: "caption" }, `${row.denominatorName} · ${owned.period}`)]
      : [el("span", { class: "muted" }, say("notPublished")), el("div", { class: "caption" }, row.denominatorName)];
    cell.el.owned.replaceChildren(...text);
    cell.el.owned.title = owned
      ? say("series", { owner: row.denominatorName, period: owned.period })
      : `${row.denominatorName}：${say("seriesMissing", { owner })}`;
  }

  function paintLight(cell) {
    const [first, ...others] = cell.lights ?? [];
    if (!first || Grid.isDirty(cell)) {
      const waits = Grid.isDirty(cell) && cell.row.targets.length;
      cell.el.light.replaceChildren(...(single ? [el("span", { class: "muted small" }, say(waits ? "lightWaits" : "none"))] : []));
      return;
    }
    const all = [first, ...others].map((one) => one.sentence).join("\n");
    const shape = el("i", { "aria-hidden": "true" }, SHAPES[first.light]);
    const chip = first.decides
      ? el("span", { class: `light ${first.light}`, title: all }, shape, first.word)
      : el("span", { class: "muted small", title: all }, single ? say("notDeciding") : "");
    cell.el.light.replaceChildren(chip, ...(single ? [el("div", { class: "caption", title: all }, first.short)] : []));
  }

  const SAVES = { dirty: "dirty", saving: "saving", offline: "offline", expired: "expired", server: "serverError", conflict: "conflict", refused: "refused" };
  Grid.saveText = (cell) => {
    if (cell.status === "saved") return say("saved", { time: cell.savedAt });
    return SAVES[cell.status] ? say(SAVES[cell.status]) : "";
  };

  function paintState(cell) {
    cell.el.state.textContent = cell.stateName;
    cell.el.state.className = `mark state-${cell.state}`;
    cell.el.state.hidden = !single && ["empty", "draft"].includes(cell.state);
    cell.el.save.textContent = Grid.saveText(cell);
    cell.el.save.className = `save ${cell.status}`;
    cell.el.na.textContent = say(Grid.isNa(cell) ? "naOff" : "na");
    cell.el.na.hidden = !cell.writable;
    cell.el.more.textContent = cell.files ? say("moreFiles", { count: cell.files }) : say("more");
    cell.el.more.classList.toggle("has", Boolean(cell.note || cell.files || Grid.settledAside(cell).length));
    cell.el.more.setAttribute("aria-expanded", String(cell.open));
    const step = !Grid.data.mayEnter ? "" : cell.state === "submitted" ? "withdraw" : cell.state === "published" ? "correct" : cell.correcting && cell.writable ? "cancel" : "";
    cell.el.step.hidden = !step;
    cell.el.step.textContent = step && say(step);
    cell.el.step.value = step;
  }
}
