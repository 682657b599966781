// A list of many boxes: a field above narrows it by name, and the legend counts what is ticked.
for (const picker of document.querySelectorAll("[data-picker]")) {
  const filter = picker.querySelector("[data-filter]");
  const labels = [...picker.querySelectorAll(".boxes label:has(input)")];
  const groups = [...picker.querySelectorAll(".boxes > div > div")];
  const count = picker.querySelector("[data-count]");
  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const label of labels) {
      const found = !wanted || label.textContent.toLowerCase().includes(wanted);
      label.parentElement.hidden = !found && !label.querySelector("input").checked;
    }
    for (const group of groups) group.hidden = !group.querySelector("div:not([hidden]) input");
  };
  const tally = () => {
    const ticked = labels.filter((label) => label.querySelector("input").checked).length;
    count.textContent = `${ticked} / ${labels.length}`;
  };
  filter.hidden = false;
  filter.addEventListener("input", show);
  // Enter narrows the list; it does not send the form.
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  picker.addEventListener("change", tally);
  tally();
}
