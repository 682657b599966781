// A block from Excel or WPS: spread over the cells from where the cursor stands, or by the names of the
// indicators when the block brings them along; then a summary of what was understood and what was not.
"use strict";
{
  const { el, say } = Grid;
  const grid = document.getElementById("grid");

  grid.addEventListener("paste", (event) => {
    const input = event.target;
    if (!input.matches?.("input[data-field]") || !input.cell.writable) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = Grid.readBlock(text);
    if (block.length < 2 && block[0]?.length < 2) return;
    event.preventDefault();
    spread(input, block);
  });

  // Tab-separated text as spreadsheets copy it: cells may be quoted and then hold tabs, breaks and "".
  Grid.readBlock = (text) => {
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const row = rows.at(-1);
      if (quoted) {
        if (sign !== '"') row[row.length - 1] += sign;
        else if (text[at + 1] === '"') {
          row[row.length - 1] += '"';
          at += 1;
        } else quoted = false;
      } else if (sign === '"' && row.at(-1) === "") quoted = true;
      else if (sign === "\t") row.push("");
      else if (sign === "\n") rows.push([""]);
      else if (sign !== "\r") row[row.length - 1] += sign;
    }
    if (rows.length > 1 && rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
    return rows.map((row) => row.map((cell) => cell.trim()));
  };

  const plain = (text) => text.replace(/[\s（）()【】：:“”"]/g, "");
  const isNumber = (text) => text === "" || !Number.isNaN(Grid.parse(text));

  // Row numbers by the name in the first column, when most rows of the block have one.
  function byName(block) {
    const names = new Map(Grid.data.rows.map((row, index) => [plain(row.region + row.name), index]));
    const known = block.map((row) => names.get(plain(row[0])));
    return known.filter((index) => index !== undefined).length * 2 > block.length ? known : null;
  }

  function spread(input, block) {
    const report = { filled: new Set(), notes: [], outside: 0 };
    const named = byName(block);
    const rows = Grid.data.rows.map((_, index) => index).filter((index) => !Grid.data.rows[index].el.body.hidden);
    const start = rows.indexOf(input.cell.place.row);
    block.forEach((texts, down) => {
      const index = named ? named[down] : rows[start + down];
      const values = named ? afterName(texts, index) : texts;
      if (index !== undefined) fill(index, named && Grid.single && values.length > 1 ? 0 : input.column, values, report);
      else if (named && texts[0]) report.notes.push(say("pasteUnknown", { name: texts[0] }));
      else if (!named) report.outside += values.filter(Boolean).length;
    });
    for (const cell of report.filled) {
      Grid.paint(cell);
      Grid.commit(cell);
    }
    for (const [cell, text] of report.computed ?? []) compare(cell, text, report);
    show(block, report, Boolean(named));
  }
  // Behind the name there may be a unit or other words before the numbers begin; blank cells keep their place.
  // The one number of a row that asks for one is that number, wherever it stands.
  function afterName([, ...rest], index) {
    const first = rest.findIndex((text) => text !== "" && isNumber(text));
    const words = rest.slice(0, Math.max(0, first)).map(Boolean).lastIndexOf(true);
    const values = rest.slice(words + 1);
    const told = values.filter((text) => text !== "");
    const single = Grid.single && index !== undefined && !Grid.data.rows[index].isRate && told.length === 1;
    return single ? ["", "", ...told] : values;
  }

  function fill(index, column, texts, report) {
    const slots = Grid.single ? columns(index, column) : Grid.inputs[index].filter((one) => one.column >= column);
    texts.forEach((text, place) => {
      const slot = slots[place];
      if (slot === undefined) report.outside += text ? 1 : 0;
      else if (slot instanceof HTMLInputElement) put(slot, text, report);
      else if (text && slot) noted(slot, text, report);
    });
  }

  // With one period the block's columns are the table's: numerator, denominator, value.
  function columns(index, column) {
    const row = Grid.data.rows[index];
    const [cell] = Object.values(row.cells);
    return ["numerator", "denominator", "value"].slice(column).map((field) => cell.el.input[field] ?? { cell, field });
  }

  function put(input, text, report) {
    const { cell, field } = input;
    if (!cell.writable) {
      if (text) report.notes.push(say("pasteReadOnly", { name: cell.row.name, text }));
      return;
    }
    if (text === "" && Grid.figure(cell)[field] === "") return;
    if (text === say("na")) Grid.setNa(cell, true);
    else {
      if (Grid.isNa(cell)) Grid.setNa(cell, false);
      Grid.typeFigure(cell, field, text === say("empty") ? "" : text);
    }
    report.filled.add(cell);
  }

  function noted({ cell, field }, text, report) {
    if (field === "value") (report.computed ??= []).push([cell, text]);
    else if (cell.row.isRate) report.notes.push(say("pasteReadOnly", { name: cell.row.name, text }));
    else report.notes.push(say("pasteReadOnly", { name: cell.row.name, text }));
  }

  // A pasted result is compared with the computed one instead of being taken.
  function compare(cell, text, report) {
    const result = Grid.result(cell);
    const same = Math.abs(Grid.parse(text) - parseFloat(result)) < 0.06;
    if (same) return;
    const key = result && isNumber(text) ? "pasteDiffers" : "pasteComputed";
    report.notes.push(say(key, { name: cell.row.name, text, result }));
  }

  function show(block, report, named) {
    const columnsWide = Math.max(...block.map((row) => row.length));
    const place = document.getElementById("paste-summary");
    const update = () => {
      const cells = [...report.filled];
      const refused = cells.filter((cell) => cell.status === "refused");
      const saved = cells.filter((cell) => cell.status === "saved");
      const lines = [
        say("pasted", { rows: block.length, columns: columnsWide, filled: cells.length }) + (named ? `（${say("pastedByName")}）` : ""),
        saved.length && say("pasteSaved", { count: saved.length }),
        refused.length && say("pasteRefused", { count: refused.length }),
      ].filter(Boolean);
      const notes = [...refused.map((cell) => jump(cell)), ...report.notes, report.outside && say("pasteOutside", { count: report.outside })];
      place.replaceChildren(
        el("p", {}, lines.join("；"), " ", el("button", { type: "button", class: "link", onclick: close }, say("ok"))),
        el("ul", {}, ...notes.filter(Boolean).map((note) => el("li", {}, note))),
      );
      place.className = `note no-print ${refused.length || report.notes.length ? "warn" : ""}`;
      place.hidden = false;
      if (cells.some((cell) => ["saving", "dirty"].includes(cell.status))) setTimeout(update, 300);
    };
    const close = () => (place.hidden = true);
    update();
  }
  function jump(cell) {
    const go = () => Grid.goTo(Object.values(cell.el.input)[0]);
    return el("button", { type: "button", class: "link", onclick: go }, `${cell.row.name}：${cell.message}`);
  }
}
