// The wall display: says when it was last refreshed, that the connection is lost, or that the log-in is over.
// The picture stays as it was; only what came in whole replaces it.
const state = document.getElementById("status");
const words = state.querySelector("span");
const moment = state.querySelector("time");
const login = state.querySelector("a");
const full = document.getElementById("full");

function say(kind) {
  const picture = document.getElementById("picture");
  state.className = kind;
  words.textContent = state.dataset[kind];
  moment.textContent = picture.dataset.drawn;
  login.hidden = kind !== "over";
}
function isPicture(event) {
  return event.detail.elt?.id === "picture";
}
function isFull() {
  return Boolean(document.fullscreenElement) || window.matchMedia("(display-mode: fullscreen)").matches;
}
document.body.addEventListener("htmx:configRequest", (event) => {
  // On a full screen nobody can touch anything else, so there the refreshing counts as use of the session.
  if (!isFull()) event.detail.headers["X-Poll"] = "1";
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (isPicture(event)) say("updated");
});
["htmx:sendError", "htmx:timeout"].forEach((name) => {
  document.body.addEventListener(name, (event) => { if (isPicture(event)) say("lost"); });
});
document.body.addEventListener("htmx:responseError", (event) => {
  if (isPicture(event)) say(event.detail.xhr.status === 401 ? "over" : "lost");
});
full.addEventListener("click", () => document.documentElement.requestFullscreen());
document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });
