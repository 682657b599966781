// The foot of a breakdown while typing: the sum of a column (of a rate: its least demanding part) against the whole.
const table = document.querySelector("table.parts");

// Ten-thousandths as whole numbers, so that sums are exact; null for what is not a number.
function units(text) {
  const clean = text.normalize("NFKC").replace(/[,%\s]/g, "");
  return /^\d+(\.\d*)?$/.test(clean) ? Math.round(Number(clean) * 10000) : null;
}

function shown(amount) {
  return String(amount / 10000);
}

function refresh(foot) {
  const cells = [...table.querySelectorAll(`input[data-column="${foot.dataset.foot}"]`)];
  const values = cells.map((cell) => units(cell.value)).filter((value) => value !== null);
  foot.className = "";
  foot.textContent = "";
  if (!values.length) return;
  const atMost = Boolean(foot.dataset.atMost);
  const rate = Boolean(table.dataset.rate);
  const least = () => (atMost ? Math.max(...values) : Math.min(...values));
  const made = rate ? least() : values.reduce((sum, value) => sum + value, 0);
  foot.textContent = shown(made);
  if (!foot.dataset.whole) return;
  const whole = units(foot.dataset.whole);
  const lacking = atMost ? made - whole : whole - made;
  const enough = lacking <= 0 && values.length === cells.length;
  foot.className = enough ? "enough" : "short";
  const words = rate ? table.dataset.lax : atMost ? table.dataset.over : table.dataset.short;
  if (enough) foot.textContent += ` ${table.dataset.enough}`;
  else if (lacking > 0) foot.textContent += ` ${words} ${shown(lacking)}`;
}

if (table) {
  const feet = [...table.querySelectorAll("output[data-foot]")];
  table.addEventListener("input", (event) => {
    feet.filter((foot) => foot.dataset.foot === event.target.dataset.column).forEach(refresh);
  });
  feet.forEach(refresh);
}
