// What has to be said about a cell, under its row: conflict, refusal, return reason, checks with their
// explanations, the reason for "not applicable", note and evidence. Fields keep their focus when repainted.
"use strict";
{
  const { el, say, data } = Grid;

  Grid.paintBox = (cell) => {
    const pieces = (cell.el.pieces ??= make(cell));
    paintNotices(cell, pieces);
    Grid.paintCounted(cell, pieces.counted);
    paintReasons(cell, pieces);
    paintProblems(cell, pieces);
    pieces.extra.hidden = !cell.open;
    setText(pieces.note, Grid.text(cell, "note"));
    pieces.note.readOnly = !cell.writable;
    pieces.add.hidden = !cell.writable && cell.state !== "submitted" && cell.state !== "reviewed";
    pieces.edited.textContent = cell.by ? say("editedBy", { by: cell.by, at: cell.at }) : "";
    const parts = [...pieces.notices.children, ...pieces.problems.children];
    const hidden = !parts.length && pieces.counted.hidden && pieces.na.hidden && pieces.correction.hidden && !cell.open;
    pieces.caption.hidden = Grid.single;
    cell.el.box.hidden = hidden;
  };

  function make(cell) {
    const pieces = {
      caption: el("b", { class: "period" }, cell.period.name),
      notices: el("div", { class: "notices" }),
      counted: Grid.countedLine(cell),
      na: field("naReason", cell, say("naReason"), say("naReasonHint")),
      correction: field("correction", cell, say("correctReason"), ""),
      problems: el("ul", { class: "problems" }),
      byRule: new Map(),
    };
    pieces.note = el("textarea", { rows: 1, maxlength: 2000, "aria-label": say("note") });
    wire(pieces.note, cell, (text) => Grid.typeText(cell, "note", text));
    pieces.files = el("ul", { class: "files" });
    pieces.upload = el("input", { type: "file", class: "visually-hidden", multiple: true, accept: data.accept, onchange: () => chosen(cell) });
    pieces.add = el("label", { class: "button quiet small" }, say("addFile"), pieces.upload);
    pieces.edited = el("span", { class: "muted small" });
    const history = el("button", { type: "button", class: "link", onclick: () => showHistory(cell) }, say("history"));
    pieces.extra = el(
      "div",
      { class: "extra" },
      el("label", { class: "text" }, el("span", {}, say("note")), pieces.note),
      el("div", { class: "evidence" }, el("span", { class: "label" }, say("evidence")), pieces.files, pieces.add, el("span", { class: "muted small" }, say("dropFile"))),
      el("div", { class: "trail" }, pieces.edited, " ", history),
    );
    cell.el.box.append(pieces.caption, pieces.notices, pieces.counted, pieces.na, pieces.correction, pieces.problems, pieces.extra);
    return pieces;
  }

  function field(name, cell, label, hint) {
    const input = el("input", { maxlength: 2000, placeholder: hint, "data-text": name });
    wire(input, cell, (text) => Grid.typeText(cell, name, text));
    return el("label", { class: "text" }, el("span", {}, label), input);
  }

  function wire(made, cell, act) {
    made.addEventListener("input", () => {
      act(made.value);
      Grid.paint(cell);
      Grid.soon(cell);
    });
    made.addEventListener("blur", () => Grid.commit(cell));
  }

  function setText(made, text) {
    if (document.activeElement !== made && made.value !== text) made.value = text;
  }

  function notice(kind, text, ...buttons) {
    return el("p", { class: `notice ${kind}` }, text, ...buttons);
  }
  const button = (key, act) => el("button", { type: "button", class: "link", onclick: act }, say(key));

  function paintNotices(cell, pieces) {
    const found = [];
    const mine = Grid.isDirty(cell) ? Grid.describe(cell) : "";
    if (cell.conflict) {
      const { who, at, theirs, mySelf } = cell.conflict;
      const text = say("conflictText", { who: mySelf ? say("yourself") : who, at, theirs, mine });
      found.push(notice("bad", text, button("useMine", () => Grid.useMine(cell)), button("useTheirs", () => Grid.useTheirs(cell))));
    }
    if (cell.stranded) {
      const text = `${say("stranded")}${cell.why || cell.stateName} ${say("strandedText", { mine })}`;
      found.push(notice("bad", text, button("discard", () => Grid.drop(cell))));
    }
    if (cell.status === "refused" && (cell.closed || !Object.keys(cell.el.input).some((name) => cell.errors[name]))) {
      found.push(notice("bad", cell.message, cell.closed && button("discard", () => Grid.drop(cell))));
    } else {
      for (const name of Object.keys(cell.errors)) found.push(notice("bad", cell.errors[name]));
    }
    if (cell.returned && ["returned", "draft"].includes(cell.state)) {
      found.push(notice("warn", say("returnedBy", cell.returned)));
    }
    if (cell.correcting && cell.inForce) found.push(notice("info", say("inForce", { text: cell.inForce })));
    if (!cell.writable && cell.why && cell.row.shut !== cell.why && !["submitted", "reviewed", "published"].includes(cell.state)) {
      found.push(notice("info", cell.why));
    }
    if (cell.uploadError) found.push(notice("bad", cell.uploadError, cell.waiting?.length && button("retry", () => uploadAll(cell))));
    if (cell.uploading) found.push(notice("info", say("uploading", { name: cell.uploading })));
    pieces.notices.replaceChildren(...found);
  }

  function paintReasons(cell, pieces) {
    const show = (piece, name, wanted) => {
      const input = piece.querySelector("input");
      piece.hidden = !wanted;
      setText(input, Grid.text(cell, name));
      input.readOnly = !cell.writable;
    };
    show(pieces.na, "naReason", Grid.isNa(cell));
    show(pieces.correction, "correction", cell.correcting);
  }

  // Explanations of a cell that is on its way are read with its note.
  Grid.settledAside = (cell) => (cell.writable ? [] : cell.problems.filter((problem) => !problem.hard && problem.explained));

  // One line per rule; a soft one has its field. Lines are kept by rule, so that nobody loses the cursor.
  function paintProblems(cell, pieces) {
    const wanted = new Map();
    const aside = cell.open ? [] : Grid.settledAside(cell);
    for (const problem of cell.problems) {
      if (aside.includes(problem)) continue;
      const key = problem.hard ? `${problem.rule} ${problem.text}` : problem.rule;
      if (problem.rule === "basic" && cell.na && problem.text && Grid.text(cell, "naReason")) continue;
      wanted.set(key, problem);
    }
    for (const [key, line] of pieces.byRule) {
      if (wanted.has(key) || line.contains(document.activeElement)) continue;
      line.remove();
      pieces.byRule.delete(key);
    }
    for (const [key, problem] of wanted) {
      let line = pieces.byRule.get(key);
      if (!line) {
        line = problem.hard ? hardLine() : softLine(cell, problem.rule);
        pieces.byRule.set(key, line);
        pieces.problems.append(line);
      }
      paintProblem(cell, line, problem);
    }
  }
  const hardLine = () => el("li", { class: "problem" }, el("b", {}), el("span", { class: "what" }));

  function softLine(cell, rule) {
    const input = el("input", { maxlength: 2000, placeholder: say("explain"), "data-rule": rule });
    wire(input, cell, (text) => Grid.explain(cell, rule, text));
    const again = el("button", { type: "button", class: "link again", onclick: () => {
      Grid.explain(cell, rule, input.value);
      Grid.commit(cell);
    } }, say("keepExplanation"));
    const same = el("button", { type: "button", class: "link same", onclick: () => {
      Grid.explain(cell, rule, otherExplanation(cell, rule));
      Grid.commit(cell);
    } }, say("sameExplanation"));
    return el("li", { class: "problem" }, el("b", {}), el("span", { class: "what" }), el("label", {}, input), again, same);
  }
  const otherExplanation = (cell, rule) =>
    cell.problems.filter((one) => !one.hard && one.rule !== rule).map((one) => Grid.explanation(cell, one.rule)).find(Boolean) ?? "";

  function paintProblem(cell, line, problem) {
    const settled = !problem.hard && problem.explained;
    line.className = `problem ${problem.hard ? "hard" : settled ? "settled" : "soft"}`;
    const told = Boolean(Grid.explanation(cell, problem.rule));
    line.querySelector("b").textContent = settled && !told ? "" : say(problem.hard ? "mustFix" : settled ? "explained" : "mustExplain");
    const what = line.querySelector(".what");
    what.textContent = problem.text;
    const input = line.querySelector("input");
    if (!input) return;
    setText(input, Grid.explanation(cell, problem.rule));
    input.readOnly = !cell.writable;
    input.parentElement.hidden = settled && !told && !cell.writable;
    input.setAttribute("aria-label", `${say("explain")}：${problem.text}`);
    line.querySelector(".same").hidden = !cell.writable || Boolean(input.value) || !otherExplanation(cell, problem.rule);
    line.querySelector(".again").hidden = settled || !cell.writable || !input.value || cell.mine.explanations?.[problem.rule] !== undefined;
  }

  Grid.toggleBox = (cell, open = !cell.open) => {
    cell.open = open;
    Grid.paint(cell);
    if (open) listFiles(cell);
    if (open && cell.writable) cell.el.pieces.note.focus({ preventScroll: true });
    if (open) Grid.showUnder(cell);
  };
  Grid.toggleNa = (cell) => {
    const on = !Grid.isNa(cell);
    Grid.setNa(cell, on);
    Grid.paint(cell);
    if (on) cell.el.pieces.na.querySelector("input").focus();
    else Object.values(cell.el.input)[0].focus();
    Grid.soon(cell);
  };

  // Evidence.
  const address = (name, id) => data.urls[name].replace("/0/", `/${id}/`);

  async function listFiles(cell) {
    const answer = await Grid.fetch(address("evidence", cell.entry));
    if (answer?.ok) showFiles(cell, (await answer.json()).files);
  }

  function showFiles(cell, files) {
    cell.files = files.length;
    const lines = files.map((file) =>
      el(
        "li",
        {},
        el("a", { href: file.url, title: `${file.by} ${file.at}` }, file.name),
        el("span", { class: "muted small" }, size(file.size)),
        cell.writable && button("removeFile", () => removeFile(cell, file)),
      ),
    );
    cell.el.pieces.files.replaceChildren(...(lines.length ? lines : [el("li", { class: "muted small" }, say("noFiles"))]));
    Grid.paint(cell);
  }
  const size = (bytes) => (bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`);

  async function removeFile(cell, file) {
    const answer = await Grid.fetch(address("remove", file.id), { method: "POST" });
    await tookFiles(cell, answer);
  }

  function chosen(cell) {
    const { upload } = cell.el.pieces;
    Grid.attach(cell, [...upload.files]);
    upload.value = "";
  }
  Grid.attach = (cell, files) => {
    cell.waiting = [...(cell.waiting ?? []), ...files];
    cell.open = true; // the answer to the upload lists the files
    uploadAll(cell);
  };

  // A file that could not be sent stays in the list and can be sent again.
  async function uploadAll(cell) {
    cell.uploadError = "";
    while (cell.waiting.length) {
      const body = new FormData();
      body.append("file", cell.waiting[0]);
      cell.uploading = cell.waiting[0].name;
      Grid.paint(cell);
      const answer = await Grid.fetch(address("evidence", cell.entry), { method: "POST", body });
      cell.uploading = "";
      const name = cell.waiting[0].name;
      if (!answer || answer.status === 401 || answer.status >= 500) {
        cell.uploadError = `${name}：${say("notUploaded")}`;
        Grid.paint(cell);
        return;
      }
      cell.waiting.shift();
      if (!(await tookFiles(cell, answer, name))) return;
    }
  }

  async function tookFiles(cell, answer, name = "") {
    const told = answer ? await answer.json().catch(() => ({})) : {};
    if (answer?.ok) {
      showFiles(cell, told.files);
      return true;
    }
    cell.uploadError = `${name && `${name}：`}${told.detail ?? say("serverBar")}`;
    Grid.paint(cell);
    return false;
  }

  async function showHistory(cell) {
    const answer = await Grid.fetch(address("history", cell.entry), { headers: { "HX-Request": "true" } });
    if (!answer?.ok) return;
    const drawer = document.getElementById("drawer");
    drawer.innerHTML = await answer.text();
    drawer.querySelector("h2")?.focus();
  }

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.getElementById("grid").addEventListener(kind, (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      const cell = cellAt(event.target);
      if (!cell || cell.el.pieces.add.hidden) return;
      event.preventDefault();
      cell.row.el.body.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") Grid.attach(cell, [...event.dataTransfer.files]);
    });
  }
  function cellAt(target) {
    const all = [...Grid.cells.values()];
    const inside = all.find((cell) => cell.el.box.contains(target) || Object.values(cell.el.input).includes(target));
    return inside ?? all.find((cell) => (Grid.single ? cell.row.el.body : cell.el.state.closest("td")).contains(target));
  }
}
