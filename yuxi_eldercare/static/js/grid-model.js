// The entry grid's data: cells as the server has them, what was typed since, and a copy of that on this
// computer until the server has it. Other files add drawing, keys, saving and pasting to `Grid`.
"use strict";
const Grid = (window.Grid = {});
Grid.data = JSON.parse(document.getElementById("grid-data").textContent);
Grid.cells = new Map();
Grid.FIGURE = ["value", "numerator", "denominator"];
const STORE = `entry:${Grid.data.user.id}:`;
const TEXTS = ["naReason", "note", "correction"];

// A sentence of the product with its {places} filled.
Grid.say = (key, values = {}) =>
  (Grid.data.words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

for (const row of Grid.data.rows) {
  for (const [end, cell] of Object.entries(row.cells)) {
    Object.assign(cell, { row, end, mine: {}, version: 0, status: "", errors: {}, open: false });
    Grid.cells.set(cell.entry, cell);
  }
}

// What the cell says now: as typed, else as the server has it.
Grid.isNa = (cell) => cell.mine.na ?? (cell.mine.figure ? false : cell.na);
Grid.figure = (cell) => cell.mine.figure ?? { value: cell.value, numerator: cell.numerator, denominator: cell.denominator };
Grid.text = (cell, name) => cell.mine[name] ?? cell[name] ?? "";
Grid.explanation = (cell, rule) => cell.mine.explanations?.[rule] ?? cell.explanations[rule] ?? "";
Grid.isDirty = (cell) => Object.keys(cell.mine).length > 0;
Grid.saysSomething = (cell) => cell.na || cell.value !== "" || cell.result !== "";
Grid.blocking = (cell) => cell.problems.filter((problem) => problem.hard || !problem.explained);

Grid.typeFigure = (cell, field, text) => {
  const figure = { ...Grid.figure(cell), [field]: text };
  delete cell.mine.na;
  if (!cell.na && Grid.FIGURE.every((name) => figure[name] === cell[name])) delete cell.mine.figure;
  else cell.mine.figure = figure;
  touched(cell);
};
Grid.setNa = (cell, on) => {
  delete cell.mine.figure;
  delete cell.mine.na;
  if (on && !cell.na) cell.mine.na = true;
  if (!on && cell.na) cell.mine.figure = { value: "", numerator: "", denominator: "" };
  if (!on) delete cell.mine.naReason;
  touched(cell);
};
Grid.typeText = (cell, name, text) => {
  if (text === cell[name]) delete cell.mine[name];
  else cell.mine[name] = text;
  touched(cell);
};
Grid.explain = (cell, rule, text) => {
  const told = { ...cell.mine.explanations, [rule]: text };
  // An explanation is tied to its figure: the same text must be sent again once the figure changed.
  cell.mine.explanations = told;
  touched(cell);
};
function touched(cell) {
  cell.version += 1;
  cell.errors = {};
  cell.status = Grid.isDirty(cell) ? "dirty" : "";
  if (Grid.isDirty(cell)) Grid.keep(cell);
  else Grid.forget(cell);
}

// What the server needs to know: only what was touched.
Grid.payload = (cell) => {
  const { figure, na, explanations, ...texts } = cell.mine;
  const sent = { entry: cell.entry, revision: cell.revision, ...texts };
  if (na) sent.na = true;
  if (figure) sent.figure = figure;
  if (explanations) sent.explanations = explanations;
  return sent;
};

// The server's word on a cell; what was typed after `version` stays and waits for its own save.
Grid.accept = (cell, told, version) => {
  const before = cell.mine;
  Object.assign(cell, told);
  if (version === undefined || cell.version !== version) return;
  cell.mine = {};
  cell.conflict = null;
  cell.errors = {};
  Grid.forget(cell);
  return before;
};
Grid.discard = (cell) => {
  cell.mine = {};
  cell.errors = {};
  cell.conflict = cell.stranded = null;
  cell.status = "";
  Grid.forget(cell);
};

// The copy on this computer, by person, cell and revision.
Grid.storageWorks = true;
Grid.keep = (cell) => {
  try {
    Grid.forget(cell);
    localStorage.setItem(`${STORE}${cell.entry}:${cell.revision}`, JSON.stringify(cell.mine));
  } catch {
    Grid.storageWorks = false;
  }
};
Grid.forget = (cell) => {
  for (const key of kept(cell)) localStorage.removeItem(key);
};
function kept(cell) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${STORE}${cell.entry}:`));
  } catch {
    Grid.storageWorks = false;
    return [];
  }
}

// What a page that went away could not save. Cells that moved on meanwhile become conflicts.
Grid.recover = () => {
  const found = [];
  for (const cell of Grid.cells.values()) {
    const keys = kept(cell);
    if (!keys.length) continue;
    const revision = Number(keys[0].split(":").pop());
    const mine = readKept(keys[0]);
    if (!mine || says(cell, mine)) {
      Grid.forget(cell);
      continue;
    }
    cell.mine = mine;
    cell.version += 1;
    cell.status = "dirty";
    if (!cell.writable) {
      cell.stranded = true;
    } else if (revision !== cell.revision) {
      cell.status = "conflict";
      cell.conflict = { who: cell.by, at: cell.at, theirs: Grid.describe(cell, {}), cell: null };
    }
    found.push(cell);
  }
  return found;
};
function readKept(key) {
  try {
    const mine = JSON.parse(localStorage.getItem(key));
    return mine && typeof mine === "object" && Object.keys(mine).length ? mine : null;
  } catch {
    return null;
  }
}
function says(cell, mine) {
  const figure = mine.figure ? Grid.FIGURE.every((name) => mine.figure[name] === cell[name]) : true;
  const na = mine.na === undefined || mine.na === cell.na;
  const told = Object.entries(mine.explanations ?? {}).every(([rule, text]) => cell.explanations[rule] === text);
  return figure && na && told && TEXTS.every((name) => mine[name] === undefined || mine[name] === cell[name]);
}

// What somebody typed, in a few words.
Grid.describe = (cell, mine = cell.mine) => {
  const untouched = mine === cell.mine || Object.keys(mine).length;
  if (untouched && !mine.figure && mine.na === undefined) return Grid.say("noteOnly");
  if (mine.na ?? (mine.figure ? false : cell.na)) return Grid.say("na");
  const figure = mine.figure ?? cell;
  if (!cell.row.isRate) return figure.value === "" ? Grid.say("empty") : `${figure.value} ${cell.row.unit}`;
  if (figure.numerator === "" && figure.denominator === "") return Grid.say("empty");
  return cell.row.series ? figure.numerator || "—" : `${figure.numerator || "—"}/${figure.denominator || "—"}`;
};

// The number in a typed text, for the preview only: what counts is how the server reads it.
Grid.parse = (text) => {
  const clean = text
    .trim()
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/。/g, ".")
    .replace(/[\s\u3000](?=\d{3}(\D|$))/g, "")
    .replace(/%$/, "");
  const plain = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(clean) ? clean.replace(/,/g, "") : clean;
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
};

// The result of a rate as its parts stand now, as text with its unit; empty while a part is missing.
Grid.result = (cell) => {
  const { row } = cell;
  if (Grid.isNa(cell)) return Grid.say("na");
  if (!cell.mine.figure) return cell.result === "" ? "" : withUnit(Number(cell.result), row);
  const numerator = Grid.parse(cell.mine.figure.numerator);
  const denominator = row.series ? Number(cell.owned?.value ?? NaN) : Grid.parse(cell.mine.figure.denominator);
  return denominator > 0 && !Number.isNaN(numerator) ? withUnit((numerator / denominator) * row.scale, row) : "";
};
function withUnit(number, row) {
  const text = String(Number(number.toFixed(row.decimals)));
  return row.unit === "%" ? `${text}%` : `${text} ${row.unit}`;
}
