// Keys in the entry grid, as in a sheet. A cell that was moved to is selected: typing replaces it, arrows
// move on. F2, a second click or typing begins to edit: then left and right move in the text, Esc takes back.
"use strict";
{
  const grid = document.getElementById("grid");
  const isCell = (target) => target.matches?.("input[data-field]");

  Grid.goTo = (input) => {
    if (!input) return false;
    input.focus();
    return true;
  };

  const shown = (index) => !Grid.data.rows[index].el.body.hidden;
  function rowInputs(index, step) {
    for (let at = index + step; at >= 0 && at < Grid.inputs.length; at += step) {
      if (Grid.inputs[at].length && shown(at)) return Grid.inputs[at];
    }
    return [];
  }
  // The same column in the next row that has inputs, or the one nearest to it.
  function vertical(input, step) {
    const row = rowInputs(input.cell.place.row, step);
    return [...row].sort((one, other) => Math.abs(one.column - input.column) - Math.abs(other.column - input.column))[0];
  }
  function horizontal(input, step, wrap) {
    const row = Grid.inputs[input.cell.place.row];
    const next = row[row.indexOf(input) + step];
    if (next || !wrap) return next;
    return rowInputs(input.cell.place.row, step).at(step > 0 ? 0 : -1);
  }
  const MOVES = {
    ArrowUp: (input) => vertical(input, -1),
    ArrowDown: (input) => vertical(input, 1),
    Enter: (input, shift) => vertical(input, shift ? -1 : 1),
    Tab: (input, shift) => horizontal(input, shift ? -1 : 1, true),
  };
  const SIDEWAYS = { ArrowLeft: -1, ArrowRight: 1 };

  grid.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!isCell(input) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "F2") {
      event.preventDefault();
      edit(input);
      input.setSelectionRange(input.value.length, input.value.length);
    } else if (key === "Escape" && (input.dataset.editing || input.value !== input.before)) {
      event.preventDefault();
      event.stopPropagation();
      takeBack(input);
    } else if (MOVES[key]) {
      const next = MOVES[key](input, event.shiftKey);
      // Tab leaves the grid at its end; the other keys stay.
      if (next || key !== "Tab") event.preventDefault();
      if (!Grid.goTo(next) && key === "Enter") Grid.commit(input.cell);
    } else if (key in SIDEWAYS && !input.dataset.editing) {
      event.preventDefault();
      Grid.goTo(horizontal(input, SIDEWAYS[key], false));
    } else if (key === "Delete" && !input.dataset.editing && !input.readOnly) {
      event.preventDefault();
      input.value = "";
      typed(input);
    }
  });

  function edit(input) {
    if (!input.readOnly) input.dataset.editing = "1";
  }

  function takeBack(input) {
    const { cell, field } = input;
    delete input.dataset.editing;
    if (input.beforeNa) Grid.setNa(cell, true);
    else Grid.typeFigure(cell, field, input.before);
    input.value = input.before;
    Grid.paint(cell);
    input.select();
  }

  grid.addEventListener("focusin", ({ target }) => {
    if (!isCell(target)) return;
    target.beforeNa = Grid.isNa(target.cell);
    target.before = target.beforeNa ? target.value : (Grid.figure(target.cell)[target.field] ?? "");
    delete target.dataset.editing;
    target.select();
    target.cell.row.el.body.classList.add("current");
    Grid.showUnder(target.cell);
  });
  grid.addEventListener("mouseup", (event) => {
    // The click that brings the focus selects all; the next one places the cursor.
    if (!isCell(event.target)) return;
    if (event.target.clicked) edit(event.target);
    else {
      event.preventDefault();
      event.target.clicked = true;
    }
  });
  grid.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (!isCell(target)) return;
    delete target.dataset.editing;
    target.clicked = false;
    const { cell } = target;
    cell.row.el.body.classList.remove("current");
    // From the numerator to the denominator of one cell nothing is sent yet.
    if (relatedTarget?.cell !== cell) Grid.commit(cell);
    Grid.paint(cell);
  });
  grid.addEventListener("input", ({ target }) => {
    if (!isCell(target)) return;
    edit(target);
    typed(target);
  });

  function typed(input) {
    const { cell, field } = input;
    if (input.value.trim() === Grid.say("na")) Grid.setNa(cell, true);
    else {
      if (Grid.isNa(cell)) Grid.setNa(cell, false);
      Grid.typeFigure(cell, field, input.value);
    }
    Grid.paint(cell);
    Grid.bar();
    Grid.soon(cell);
  }
}
