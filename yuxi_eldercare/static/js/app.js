// The frame's behaviour: "/" searches, Esc closes, the phone's navigation opens.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.account[open]").forEach((menu) => menu.removeAttribute("open"));
    if (event.target.id === "q") event.target.blur();
    closeDrawer();
  }
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.account[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});
// On a narrow screen a row of tabs is wider than the screen: the one of this page is brought into sight.
document.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
});
const toggle = document.querySelector(".nav-toggle");
toggle?.addEventListener("click", () => {
  const open = document.getElementById("side").classList.toggle("open");
  toggle.setAttribute("aria-expanded", String(open));
});
// A select or date marked data-auto-submit sends its form when changed.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-auto-submit]")) event.target.form.requestSubmit();
});
// A select marked data-go leads to the address of its option.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go]")) location.assign(event.target.value);
});
// The drawer: opened by htmx, closed by its button, by Esc, or by following another link.
let opener = null;
function closeDrawer() {
  const drawer = document.getElementById("drawer");
  if (!drawer?.hasChildNodes()) return;
  drawer.replaceChildren();
  opener?.focus();
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-drawer]")) closeDrawer();
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "drawer") return;
  opener = event.detail.requestConfig?.elt ?? null;
  event.target.querySelector("h2")?.focus();
});
// A script's request that finds the session over: the page stays as it is, with a sentence and a way to log in.
function sessionOver(answer) {
  document.getElementById("session-over")?.remove();
  const note = document.createElement("div");
  note.id = "session-over";
  note.className = "session-over";
  note.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.href = answer.login;
  link.target = "_blank";
  link.textContent = answer.action;
  note.append(answer.detail + " ", link);
  document.body.prepend(note);
}
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) return;
  try {
    sessionOver(JSON.parse(event.detail.xhr.responseText));
  } catch {
    location.reload();
  }
});
window.addEventListener("session-over", (event) => sessionOver(event.detail));
// What scrolls and holds nothing that takes the focus takes it itself, so that arrow keys move it.
function letKeysScroll() {
  document.querySelectorAll(".table-wrap, .paper").forEach((box) => {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    const controls = [...box.querySelectorAll("a[href], button, input, select, textarea, summary")];
    const within = controls.some((control) => !control.disabled && control.getClientRects().length);
    if (scrolls && !within) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}
letKeysScroll();
document.fonts?.ready.then(letKeysScroll);
window.addEventListener("resize", letKeysScroll);
document.body.addEventListener("htmx:afterSettle", letKeysScroll);
