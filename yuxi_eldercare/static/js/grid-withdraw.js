// Taking several submitted cells back at once: a list to tick, then the same step as a cell's own button.
"use strict";
{
  const { el, say, data } = Grid;
  const button = document.getElementById("withdraw-many");
  const dialog = document.getElementById("submit-dialog");
  const waiting = () => [...Grid.cells.values()].filter((cell) => cell.state === "submitted");

  if (button && data.mayEnter) button.hidden = waiting().length < 2;

  button?.addEventListener("click", () => {
    const boxes = waiting().map((cell) => ({ cell, box: el("input", { type: "checkbox" }) }));
    const all = el("input", { type: "checkbox" });
    const yes = el("button", { type: "button", class: "button", disabled: true }, say("withdrawNone"));
    const chosen = () => boxes.filter(({ box }) => box.checked).map(({ cell }) => cell);
    const paint = () => {
      const count = chosen().length;
      yes.disabled = !count;
      yes.textContent = count ? say("withdrawYes", { count }) : say("withdrawNone");
      all.checked = count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    };
    all.addEventListener("change", () => {
      boxes.forEach(({ box }) => (box.checked = all.checked));
      paint();
    });
    boxes.forEach(({ box }) => box.addEventListener("change", paint));
    yes.addEventListener("click", () => Grid.send("withdraw", chosen()));
    const name = (cell) => [cell.row.region, cell.row.name, Grid.single ? "" : cell.period.name].filter(Boolean).join(" ");
    const line = ({ cell, box }) => el("li", {}, el("label", {}, box, ` ${name(cell)}`));
    dialog.replaceChildren(
      el("h2", {}, say("withdrawMany")),
      el("p", {}, say("withdrawAsk")),
      el("p", {}, el("label", {}, all, ` ${say("withdrawAll", { count: boxes.length })}`)),
      el("ul", { class: "tick-list" }, ...boxes.map(line)),
      el("div", { class: "actions" },
        el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, say("withdrawNo")),
        yes),
    );
    dialog.showModal();
  });
}
