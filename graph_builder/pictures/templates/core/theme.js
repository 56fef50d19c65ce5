const root = document.documentElement;
const FACE = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const darkWish = window.matchMedia("(prefers-color-scheme: dark)");
const themeButton = document.getElementById("theme");

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : darkWish.matches;
}

function colour(name) {
  return getComputedStyle(root).getPropertyValue(`--${name}`).trim();
}

function mix(one, two, share) {
  const part = (text, start) => parseInt(text.slice(start, start + 2), 16);
  const sums = [1, 3, 5].map((at) => Math.round(part(one, at) * share + part(two, at) * (1 - share)));
  return `rgb(${sums.join(",")})`;
}

function themeNames() {
  const names = ["surface", "ink", "muted", "accent", ...data.nodes.map((node) => `g-${node.group}`)];
  return new Set([...names, "strong", "soft", "no", "apart"]);
}

function readTheme() {
  return new Map([...themeNames()].map((name) => [name, colour(name)]));
}

function startTheme(changed) {
  const tell = () => {
    themeButton.setAttribute("aria-pressed", String(isDark()));
    changed();
  };
  themeButton.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    tell();
  });
  darkWish.addEventListener("change", tell);
  let before;
  window.addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    tell();
  });
  window.addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before;
    else delete root.dataset.theme;
    tell();
  });
  tell();
}
