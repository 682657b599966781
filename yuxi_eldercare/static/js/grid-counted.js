// What a register or ledger counts for a cell, under its row: the figure, a button that takes it, and the list
// behind it. Another figure than the counted one needs an explanation, which the checks ask for.
"use strict";
{
  const { el, say, data } = Grid;

  Grid.countedLine = (cell) => {
    if (!cell.counted) return el("p", { class: "counted", hidden: true });
    const { title, text } = cell.counted;
    const name = cell.row.name;
    const take = el("button", { type: "button", class: "button quiet small take", onclick: () => takeCounted(cell) }, say("countedTake"));
    const list = el("a", { href: address(cell), target: "_blank", rel: "opener", "aria-label": say("countedListLabel", { name }) }, say("countedList"));
    take.setAttribute("aria-label", say("countedTakeLabel", { title, name, text }));
    return el("p", { class: "counted" }, el("span", { class: "what" }), " ", take, el("span", { class: "taken" }, say("countedTaken")), el("span", { class: "differs" }, say("countedDiffers")), " ", list);
  };

  Grid.paintCounted = (cell, line) => {
    const { counted } = cell;
    if (!counted) return;
    const what = line.querySelector(".what");
    what.textContent = say("countedText", { title: counted.title, text: counted.na ? say("countedNone") : counted.text });
    what.title = say("countedAt", { at: counted.at });
    const taken = isTaken(cell);
    line.querySelector(".taken").hidden = !taken;
    line.querySelector(".differs").hidden = taken || !isTyped(cell);
    line.querySelector(".take").hidden = taken || !cell.writable;
  };

  const address = ({ counted: { place } }) =>
    ["indicator", "region", "2000-01-01"].reduce((url, part, at) => url.replace(`/${part}/`, `/${encodeURIComponent(place[at])}/`), data.urls.counted);

  // The fields a cell has are the ones that are compared; the denominator of a series is nobody's to type.
  function isTaken(cell) {
    const { counted } = cell;
    if (counted.na || Grid.isNa(cell)) return counted.na && Grid.isNa(cell);
    const figure = Grid.figure(cell);
    return Object.keys(cell.el.input).every((field) => Grid.parse(figure[field] ?? "") === Grid.parse(counted[field]));
  }

  const isTyped = (cell) => Grid.isNa(cell) || Object.keys(cell.el.input).some((field) => Grid.figure(cell)[field]);

  function takeCounted(cell) {
    const { counted } = cell;
    if (counted.na) {
      Grid.setNa(cell, true);
      if (!Grid.text(cell, "naReason")) Grid.typeText(cell, "naReason", say("countedReason"));
    } else {
      if (Grid.isNa(cell)) Grid.setNa(cell, false);
      for (const field of Object.keys(cell.el.input)) Grid.typeFigure(cell, field, counted[field]);
    }
    Grid.paint(cell);
    Grid.bar();
    Grid.commit(cell);
    Object.values(cell.el.input)[0].focus({ preventScroll: true });
  }
}
