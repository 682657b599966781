// The foot of a breakdown while typing, against the whole: the sum of a column; of a rate its mean weighted by the
// counties' denominators, or its least demanding part while those are not known.
const table = document.querySelector("table.parts");

// Ten-thousandths as whole numbers, so that sums are exact; null for what is not a number.
function units(text) {
  const clean = text.normalize("NFKC").replace(/[,%\s]/g, "");
  return /^\d+(\.\d*)?$/.test(clean) ? Math.round(Number(clean) * 10000) : null;
}

function shown(amount) {
  return String(amount / 10000);
}

// Of the counties that are filled in already; cut off, so that what falls short never looks like enough.
function mean(cells, atMost) {
  let sum = 0;
  let all = 0;
  for (const cell of cells) {
    const value = units(cell.value);
    if (value === null) continue;
    const weight = Number(cell.closest("tr").dataset.weight);
    sum += value * weight;
    all += weight;
  }
  return (atMost ? Math.ceil : Math.floor)(sum / all + (atMost ? -1e-6 : 1e-6));
}

function refresh(foot) {
  const cells = [...table.querySelectorAll(`input[data-column="${foot.dataset.foot}"]`)];
  const values = cells.map((cell) => units(cell.value)).filter((value) => value !== null);
  foot.className = "";
  foot.textContent = "";
  if (!values.length) return;
  const atMost = Boolean(foot.dataset.atMost);
  const weighted = Boolean(table.dataset.weighted);
  const rate = Boolean(table.dataset.rate) && !weighted;
  const least = () => (atMost ? Math.max(...values) : Math.min(...values));
  const total = () => (weighted ? mean(cells, atMost) : values.reduce((sum, value) => sum + value, 0));
  const made = rate ? least() : total();
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
