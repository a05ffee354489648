// The list of the palette: a combobox (text field + listbox). Pages are filtered here, the rest is found by the server.
import { createElement as h, useEffect, useId, useRef, useState } from "react";
import { useNavigate } from "react-router";

const plain = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const MOST = 30;

export function PaletteBox({ pages, hits, asked, words, onSearch }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef(null);
  const navigate = useNavigate();

  useEffect(() => {
    const timer = setTimeout(() => onSearch(text), 180);
    return () => clearTimeout(timer);
  }, [text]);

  const wanted = plain(text.trim());
  const groups = new Map([[words.pages, pages.filter((p) => p.allowed && plain(p.label).includes(wanted))]]);
  if (wanted.length > 1) for (const hit of hits) groups.set(hit.kind, [...(groups.get(hit.kind) ?? []), hit]);
  const flat = [...groups.values()].flat().slice(0, MOST);
  const current = Math.min(at, flat.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const open = (hit) => {
    if (!hit) return;
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })); // closes the dialog
    navigate(hit.href);
  };
  const press = (e) => {
    const moves = { ArrowDown: 1, ArrowUp: -1, Home: -flat.length, End: flat.length };
    if (e.key in moves && (e.key.startsWith("Arrow") || !text)) {
      e.preventDefault();
      setAt(Math.min(Math.max(current + moves[e.key], 0), flat.length - 1));
    } else if (e.key === "Enter") {
      e.preventDefault();
      open(flat[current]);
    }
  };
  const option = (hit) => {
    const n = flat.indexOf(hit);
    if (n < 0) return null;
    return h(
      "div",
      { key: n, id: `${id}-${n}`, role: "option", "aria-selected": n === current, onClick: () => open(hit), onMouseMove: () => setAt(n) },
      h("span", { className: "grow ell" }, hit.label),
      hit.hint && h("span", { className: "end nw" }, hit.hint),
    );
  };
  const group = ([kind, found], n) =>
    found.length > 0 &&
    h(
      "div",
      { key: kind, role: "group", "aria-labelledby": `${id}-g${n}` },
      h("div", { className: "navh", id: `${id}-g${n}` }, kind),
      found.map(option),
    );

  const settled = asked === text.trim() || wanted.length < 2;
  const said = flat.length ? "" : settled ? words.none.replace("{text}", text) : "";
  return h(
    "div",
    null,
    h(
      "div",
      { className: "pal-in" },
      h("input", {
        type: "text",
        role: "combobox",
        "aria-label": words.label,
        "aria-expanded": flat.length > 0,
        "aria-controls": `${id}-list`,
        "aria-autocomplete": "list",
        "aria-activedescendant": current >= 0 ? `${id}-${current}` : undefined,
        placeholder: words.label,
        autoComplete: "off",
        autoFocus: true,
        value: text,
        onChange: (e) => (setText(e.target.value), setAt(0)),
        onKeyDown: press,
      }),
      h("span", { className: "kbd", "aria-hidden": true }, "Esc"),
    ),
    h("div", { className: "pal-list", role: "listbox", id: `${id}-list`, "aria-label": words.label, ref: list }, [...groups].map(group)),
    h("div", { className: "sr", role: "status" }, said || `${flat.length}`),
    said ? h("p", { className: "pal-none" }, said) : !text && h("p", { className: "pal-none" }, words.short),
  );
}
