// Saving the entry grid: one request at a time, an answer per cell, and nothing lost when there is none.
// A cell is saved when it is left, or after a pause; what waits is kept on this computer by grid-model.
"use strict";
{
  const { say, data } = Grid;
  const PAUSE = 2000;
  const AGAIN = [2000, 5000, 10000, 30000];
  const AT_ONCE = 50;
  const WAITING = new Set(["dirty", "offline", "expired", "server"]);
  const pauses = new Map();
  const others = "BroadcastChannel" in window ? new BroadcastChannel("entry-grid") : null;
  let sending = false;
  let failures = 0;
  let timer = 0;
  Grid.trouble = ""; // "", offline, expired, server, stranger
  Grid.savedAt = "";

  const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1] ?? "";

  // A request that never throws: no answer is null. The token is read anew: logging in again changes it.
  Grid.fetch = async (url, options = {}) => {
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": cookie("csrftoken"), ...options.headers };
    try {
      const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", ...options, headers });
      // Led away instead of answered: to the log-in page.
      return answer.type === "opaqueredirect" ? new Response("{}", { status: 401 }) : answer;
    } catch {
      return null;
    }
  };
  Grid.post = (url, body) =>
    Grid.fetch(url, { method: "POST", body: JSON.stringify({ user: data.user.id, ...body }), headers: { "Content-Type": "application/json" } });

  // Save after a pause in typing; save now.
  Grid.soon = (cell) => {
    clearTimeout(pauses.get(cell));
    pauses.set(cell, setTimeout(() => Grid.commit(cell), PAUSE));
  };
  Grid.commit = (cell) => {
    clearTimeout(pauses.get(cell));
    pauses.delete(cell);
    if (!Grid.isDirty(cell) || !cell.writable || !WAITING.has(cell.status)) return;
    cell.committed = true;
    Grid.flush();
  };
  Grid.commitAll = () => {
    for (const cell of Grid.cells.values()) Grid.commit(cell);
  };
  Grid.unsaved = () => [...Grid.cells.values()].filter(Grid.isDirty);
  Grid.idle = () => !sending && ![...Grid.cells.values()].some((cell) => cell.committed);

  Grid.flush = async () => {
    if (sending) return;
    const cells = [...Grid.cells.values()].filter((cell) => cell.committed && WAITING.has(cell.status)).slice(0, AT_ONCE);
    if (!cells.length) return;
    sending = true;
    clearTimeout(timer);
    const versions = new Map(cells.map((cell) => [cell, cell.version]));
    for (const cell of cells) {
      cell.committed = false;
      cell.status = "saving";
      Grid.paint(cell);
    }
    Grid.bar();
    const answer = await Grid.post(data.urls.save, { cells: cells.map(Grid.payload) });
    const told = answer ? await answer.json().catch(() => null) : null;
    sending = false;
    if (answer?.ok && told) {
      Grid.trouble = "";
      failures = 0;
      told.cells.forEach((one) => took(one, told.time, versions));
      refreshSoon();
    } else {
      failed(cells, answer, told);
    }
    Grid.bar();
    if (!Grid.trouble) Grid.flush();
  };

  function took(answer, time, versions) {
    const cell = Grid.cells.get(answer.cell.entry);
    if (answer.status === "saved") {
      const clean = cell.version === versions.get(cell);
      Grid.accept(cell, answer.cell, versions.get(cell));
      cell.status = clean ? "saved" : "dirty";
      cell.savedAt = Grid.savedAt = time;
      cell.lights = clean ? [] : cell.lights;
      if (!clean) {
        Grid.keep(cell);
        Grid.soon(cell);
      }
      others?.postMessage({ entry: cell.entry, told: answer.cell });
    } else if (answer.status === "conflict") {
      cell.status = "conflict";
      cell.conflict = answer;
    } else {
      Object.assign(cell, { status: "refused", errors: answer.errors, message: answer.message, closed: answer.closed });
    }
    Grid.paint(cell);
  }

  function failed(cells, answer, told) {
    const status = !answer ? "offline" : answer.status === 401 ? "expired" : "server";
    Grid.trouble = told?.code === "other_user" ? "stranger" : status;
    for (const cell of cells) {
      cell.status = status;
      cell.committed = true;
      Grid.paint(cell);
    }
    // Somebody has to log in before another try makes sense; they come back to this window.
    if (status === "expired" || Grid.trouble === "stranger") return;
    timer = setTimeout(Grid.flush, AGAIN[Math.min(failures, AGAIN.length - 1)]);
    failures += 1;
  }

  Grid.retry = () => {
    failures = 0;
    clearTimeout(timer);
    Grid.commitAll();
    Grid.flush();
  };
  window.addEventListener("online", Grid.retry);
  window.addEventListener("focus", () => Grid.trouble && Grid.retry());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) Grid.commitAll();
    else if (Grid.trouble) Grid.retry();
    else Grid.refresh({ "X-Poll": "1" });
  });
  window.addEventListener("beforeunload", (event) => {
    if (Grid.unsaved().some((cell) => !cell.stranded)) event.preventDefault();
  });

  // Two persons, one cell: the second decides.
  Grid.useMine = (cell) => {
    const theirs = cell.conflict.cell;
    cell.conflict = null;
    if (theirs) Object.assign(cell, { ...theirs, mine: cell.mine });
    cell.status = "dirty";
    Grid.keep(cell);
    Grid.paint(cell);
    Grid.commit(cell);
  };
  Grid.useTheirs = (cell) => {
    const theirs = cell.conflict.cell;
    Grid.discard(cell);
    if (theirs) Object.assign(cell, theirs);
    Grid.paint(cell);
    refreshSoon();
    Grid.bar();
  };
  Grid.drop = (cell) => {
    Grid.discard(cell);
    Grid.paint(cell);
    Grid.bar();
    refreshSoon();
  };

  // The same person's other windows learn what was saved here.
  others?.addEventListener("message", ({ data: { entry, told } }) => {
    const cell = Grid.cells.get(entry);
    if (!cell || told.revision <= cell.revision || Grid.isDirty(cell)) return;
    Object.assign(cell, told);
    cell.lights = [];
    Grid.paint(cell);
    refreshSoon();
  });

  // Lights, problems of neighbouring cells and what others did: read again shortly after a save.
  let pause = 0;
  function refreshSoon() {
    clearTimeout(pause);
    pause = setTimeout(Grid.refresh, 500);
  }
  Grid.refresh = async (headers = {}) => {
    const answer = await Grid.fetch(data.urls.refresh, { headers });
    if (!answer?.ok) return;
    const told = await answer.json().catch(() => null);
    for (const row of told?.rows ?? []) {
      for (const fresh of Object.values(row.cells)) {
        const cell = Grid.cells.get(fresh.entry);
        if (!cell || fresh.revision < cell.revision || cell.conflict) continue;
        if (Grid.isDirty(cell) && fresh.revision !== cell.revision) continue;
        const { status, savedAt } = cell;
        Object.assign(cell, fresh, { row: cell.row, status, savedAt });
        Grid.paint(cell);
      }
    }
    Grid.bar();
  };
}
