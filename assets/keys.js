// The keyboard of every page, and the tab it is on: opens what is marked data-key, data-search, data-row, and the dialogs by their openers' ids.
import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";

const inField = (e) => e.target.closest?.("input,select,textarea,[contenteditable=true],[role=menu]");
const layerOpen = () => document.querySelector("[role=dialog]");
const step = (rows, by) => {
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  (next?.querySelector("a,button") ?? next)?.focus();
};

export function Keys({ single, go }) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useEffect(() => {
    for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
      const bar = tab.closest(".tabs"); // wider than a telephone
      const [mine, all] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
      bar.scrollLeft += mine.left - all.left - (all.width - mine.width) / 2;
    }
  }, [pathname]);
  useEffect(() => {
    let afterG = 0; // until when a letter completes G
    const press = (e) => {
      const key = e.key.toLowerCase();
      if ((e.metaKey || e.ctrlKey) && key === "k") {
        e.preventDefault();
        if (!layerOpen()) document.getElementById("palette-open")?.click();
        return;
      }
      if ((e.metaKey || e.ctrlKey) && key === "enter") {
        e.target.closest?.("form")?.requestSubmit();
        return;
      }
      if (e.metaKey || e.ctrlKey || e.altKey || inField(e) || layerOpen() || !single) return;
      const act = () => {
        if (Date.now() < afterG && go[key]) return navigate(go[key]);
        if (key === "g") return void (afterG = Date.now() + 1500);
        if (key === "?") return document.getElementById("shortcuts-open")?.click();
        if (key === "/") return document.querySelector("main [data-search]")?.focus();
        const rows = [...document.querySelectorAll("main [data-row]")];
        if (key === "j" && rows.length) return step(rows, 1);
        if (key === "k" && rows.length) return step(rows, -1);
        if (key === " ") {
          const box = e.target.closest?.("[data-row]")?.querySelector("input[type=checkbox]");
          return box && e.target !== box ? box.click() : false;
        }
        const marked = document.querySelector(`main [data-key="${CSS.escape(key)}"]`);
        return marked && !marked.disabled ? marked.click() : false;
      };
      if (act() !== false) e.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [single, go, navigate]);
  return null;
}
