// The entry grid as a page: drawing, the line that says how things stand, filters, and sending to review.
"use strict";
{
  const { el, say, data } = Grid;
  const bar = document.getElementById("grid-bar");
  const banner = document.getElementById("grid-trouble");
  const dialog = document.getElementById("submit-dialog");
  const submitButton = document.getElementById("submit");
  const cells = () => [...Grid.cells.values()];
  let filter = "all";

  const FILTERS = {
    all: () => true,
    empty: (cell) => cell.writable && !Grid.saysSomething(cell),
    attention: Grid.needsAttention,
    returned: (cell) => cell.state === "returned" || (cell.state === "draft" && cell.returned),
  };

  // How many cells are how far, and whether everything is saved.
  Grid.bar = () => {
    const all = cells();
    const filled = all.filter(Grid.saysSomething).length;
    const attention = all.filter(Grid.needsAttention).length;
    const sent = all.filter((cell) => ["submitted", "reviewed", "published"].includes(cell.state)).length;
    const returned = all.filter(FILTERS.returned).length;
    const parts = [
      say("progress", { total: all.length, filled, empty: all.length - filled }),
      sent && say("progressSent", { count: sent }),
      returned && say("progressReturned", { count: returned }),
      attention && say("progressProblems", { count: attention }),
    ];
    document.getElementById("grid-progress").textContent = parts.filter(Boolean).join("，");
    paintSaved();
    paintTrouble();
    if (submitButton) {
      const ready = candidates().ready.length;
      submitButton.textContent = ready ? say("submitCount", { count: ready }) : say("submit");
    }
  };

  function paintSaved() {
    const unsaved = Grid.unsaved();
    const saving = cells().some((cell) => cell.status === "saving");
    bar.className = unsaved.length ? (saving ? "saving" : "unsaved") : "saved";
    if (saving) bar.textContent = say("saving");
    else if (unsaved.length) bar.textContent = say("unsavedCount", { count: unsaved.length });
    else bar.textContent = Grid.savedAt ? say("allSaved", { time: Grid.savedAt }) : data.mayEnter ? say("nothingYet") : "";
  }

  const BANNERS = { offline: "offlineBar", server: "serverBar", expired: "expiredBar", stranger: "otherUserBar" };
  function paintTrouble() {
    const key = BANNERS[Grid.trouble];
    banner.hidden = !key && Grid.storageWorks;
    if (banner.hidden) return;
    const retry = el("button", { type: "button", class: "link", onclick: Grid.retry }, say("retry"));
    const login = el("a", { href: data.urls.login, target: "_blank", rel: "opener" }, say("login"));
    const action = ["expired", "stranger"].includes(Grid.trouble) ? login : key ? retry : null;
    const text = say(key ?? "noStorage", { name: data.user.name });
    if (banner.dataset.text === text) return;
    banner.dataset.text = text;
    banner.replaceChildren(text, " ", ...(action ? [action] : []));
  }

  // Filters hide rows; a row that is being filled stays until another filter is chosen.
  function applyFilter(name) {
    filter = name;
    for (const row of data.rows) {
      row.el.body.hidden = !Object.values(row.cells).some(FILTERS[filter]);
    }
    document.querySelectorAll("[data-filter]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.filter === filter)));
    const hidden = data.rows.every((row) => row.el.body.hidden);
    document.getElementById("grid-none").hidden = !hidden;
  }
  document.querySelectorAll("[data-filter]").forEach((one) => one.addEventListener("click", () => applyFilter(one.dataset.filter)));

  // What can be sent now, and what cannot and why.
  function candidates() {
    const open = cells().filter((cell) => cell.writable);
    const stuck = open.filter((cell) => ["refused", "conflict"].includes(cell.status));
    const answered = open.filter((cell) => Grid.saysSomething(cell) && !stuck.includes(cell));
    const returned = answered.filter((cell) => cell.state === "returned");
    const drafts = answered.filter((cell) => cell.state === "draft");
    const blocked = drafts.filter((cell) => Grid.blocking(cell).length);
    return {
      ready: drafts.filter((cell) => !Grid.blocking(cell).length && !Grid.isDirty(cell)),
      blocked: [...stuck, ...blocked],
      returned,
      empty: open.filter((cell) => !Grid.saysSomething(cell) && !stuck.includes(cell)).length,
      pending: Grid.unsaved().filter((cell) => !cell.stranded && !stuck.includes(cell)).length,
    };
  }
  function whyBlocked(cell) {
    if (cell.status === "conflict") return say("submitConflict");
    return cell.status === "refused" ? cell.message : Grid.blocking(cell)[0].text;
  }

  const settled = () =>
    new Promise((resolve) => {
      const look = () => (Grid.idle() || Grid.trouble ? resolve() : setTimeout(look, 100));
      look();
    });

  submitButton?.addEventListener("click", async () => {
    Grid.commitAll();
    await settled();
    const { ready, blocked, returned, empty, pending } = candidates();
    const red = ready.filter((cell) => cell.lights?.some((light) => light.decides && light.light === "red")).length;
    const nothing = say(blocked.length ? "submitNothingClean" : "submitNothing");
    const lines = pending
      ? [say("submitUnsaved", { count: pending })]
      : [ready.length ? say("submitAsk", { count: ready.length }) : nothing, red && say("submitRed", { count: red }), empty && say("submitEmpty", { count: empty }), returned.length && say("submitUntouched", { count: returned.length })];
    const problems = blocked.map((cell) => link(cell, whyBlocked(cell)));
    ask(lines, problems.length ? [say("submitBlocked", { count: blocked.length }), problems] : null, !pending && ready.length ? () => send("submit", ready) : null);
  });

  function ask(lines, list, yes) {
    const buttons = [el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, say("submitNo"))];
    if (yes) buttons.push(el("button", { type: "button", class: "button", onclick: yes }, say("submitYes")));
    const more = list ? [el("p", {}, list[0]), el("ul", { class: "problem-list" }, ...list[1])] : [];
    dialog.replaceChildren(
      el("h2", {}, say("submit")),
      ...lines.filter(Boolean).map((line) => el("p", {}, line)),
      ...more,
      el("div", { class: "actions" }, ...buttons),
    );
    if (!dialog.open) dialog.showModal();
  }

  function link(cell, text) {
    const period = Grid.single ? "" : ` ${cell.period.name}`;
    const go = () => {
      dialog.close();
      if (cell.row.el.body.hidden) applyFilter("all");
      Grid.goTo(Object.values(cell.el.input)[0]);
      cell.row.el.body.scrollIntoView({ block: "center" });
    };
    return el("li", {}, el("button", { type: "button", class: "link", onclick: go }, `${cell.row.name}${period}：${text}`));
  }

  async function send(verb, chosen, reason = "") {
    const answer = await Grid.post(data.urls.submit, { verb, reason, entries: chosen.map((cell) => cell.entry) });
    if (answer?.ok) {
      // From the top, where the page says what was done.
      history.replaceState(null, "", location.pathname + location.search);
      history.scrollRestoration = "manual";
      location.reload();
      return;
    }
    const told = answer ? await answer.json().catch(() => ({})) : {};
    if (answer?.status === 401) Grid.trouble = "expired";
    Grid.bar();
    const problems = (told.problems ?? []).map((problem) => {
      const cell = Grid.cells.get(problem.entry);
      return cell ? link(cell, problem.message) : el("li", {}, problem.message);
    });
    const text = told.detail ?? say(answer ? "submitRefused" : "offlineBar");
    ask([text], problems.length ? ["", problems] : null, null);
    Grid.refresh();
  }

  Grid.send = send;

  // Withdraw, correct, give a correction up: one cell, from its own button.
  Grid.step = (cell) => {
    const verb = cell.el.step.value;
    if (verb !== "correct") {
      send(verb, [cell]);
      return;
    }
    const reason = el("textarea", { rows: 3, maxlength: 2000, required: true, class: "input" });
    const form = el(
      "form",
      { method: "dialog", onsubmit: (event) => { event.preventDefault(); send("correct", [cell], reason.value); } },
      el("h2", {}, `${say("correct")}：${cell.row.name}`),
      el("label", {}, say("correctReason"), reason),
      el("div", { class: "actions" },
        el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, say("submitNo")),
        el("button", { type: "submit", class: "button" }, say("confirmCorrect"))),
    );
    dialog.replaceChildren(form);
    dialog.showModal();
    reason.focus();
  };

  Grid.draw();
  const found = Grid.recover();
  found.forEach(Grid.paint);
  const again = found.filter((cell) => cell.status === "dirty" && !cell.stranded);
  if (again.length) {
    const place = document.getElementById("paste-summary");
    place.textContent = say("recovered", { count: again.length });
    place.hidden = false;
  }
  Grid.bar();
  Grid.commitAll();
  // A link from the desk names the cell it is about.
  const named = Grid.cells.get(Number(location.hash.replace("#e", "")));
  if (named) {
    named.row.el.body.scrollIntoView({ block: "center" });
    Grid.goTo(Object.values(named.el.input)[0]);
  }
  document.getElementById("grid").dataset.ready = "1";
}
