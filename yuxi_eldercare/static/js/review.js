// Ticking rows for review: all, how many, and the reason where a return needs one.
"use strict";
{
  const form = document.querySelector("[data-review]");
  const boxes = form ? [...form.querySelectorAll('input[name="entries"]')] : [];
  const all = form?.querySelector("[data-tick-all]");
  const told = form?.querySelector("[data-ticked]");
  const words = told?.textContent;

  function count() {
    const ticked = boxes.filter((box) => box.checked).length;
    told.textContent = ticked ? told.dataset.ticked.replace("{count}", ticked) : words;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  form?.addEventListener("change", count);
  form?.querySelectorAll("[data-tick-clean]").forEach((button) =>
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = "clean" in box.dataset;
      count();
    }),
  );
  form?.addEventListener("submit", (event) => {
    const reason = form.elements.reason;
    const needed = event.submitter?.value === "return" && !reason.value.trim();
    reason.required = needed;
    if (needed) {
      event.preventDefault();
      reason.reportValidity();
    }
  });
  if (form) count();
}
