// A combobox with a hidden field: what is chosen is sent with the form. Used by koprogo_app/ui/picker.py.
import { createElement as h, useEffect, useRef, useState } from "react";

const plain = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const MOST = 50;

export function PickerBox({ id, options, name, value, words, invalid, described, onPick, onSearch, onCreate }) {
  const labelOf = (v) => options.find((o) => o.value === v)?.label ?? "";
  const [chosen, setChosen] = useState(value);
  const [text, setText] = useState(labelOf(value));
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const list = useRef(null);
  const field = useRef(null);

  useEffect(() => setChosen(value), [value]);
  useEffect(() => {
    if (!open) setText(labelOf(chosen));
  }, [options, chosen, open]);
  useEffect(() => {
    if (!open || !onSearch) return;
    const timer = setTimeout(() => onSearch(text), 200);
    return () => clearTimeout(timer);
  }, [text, open]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, open]);

  const untouched = text === labelOf(chosen);
  const wanted = untouched ? [] : plain(text).split(/\s+/).filter(Boolean);
  const found = options.filter((o) => onSearch || wanted.every((w) => plain(o.label).includes(w))).slice(0, MOST);
  const creates = onCreate && text.trim() && !found.length;

  const pick = (o) => {
    setChosen(o?.value ?? "");
    setText(o?.label ?? "");
    setOpen(false);
    onPick?.(o?.value ?? "");
    field.current.focus();
  };
  const press = (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (!open) return setOpen(true);
      setAt(Math.min(Math.max(at + (e.key === "ArrowDown" ? 1 : -1), 0), found.length - 1));
    } else if (e.key === "Enter" && open) {
      e.preventDefault();
      if (creates) return setOpen(false), onCreate(text.trim());
      if (found[at]) pick(found[at]);
    } else if (e.key === "Escape" && open) {
      e.stopPropagation();
      setOpen(false);
    }
  };
  const option = (o, n) =>
    h(
      "div",
      {
        key: o.value,
        id: `${id}-o${n}`,
        role: "option",
        className: "mi",
        "aria-selected": n === at,
        "data-highlighted": n === at ? "" : undefined,
        onMouseDown: (e) => (e.preventDefault(), pick(o)),
        onMouseMove: () => setAt(n),
      },
      o.label,
    );

  return h(
    "div",
    { className: "combo" },
    h("input", { type: "hidden", name, value: chosen }),
    h(
      "div",
      { className: "inp" },
      h("input", {
        id,
        ref: field,
        type: "text",
        role: "combobox",
        autoComplete: "off",
        "aria-expanded": open,
        "aria-controls": `${id}-list`,
        "aria-autocomplete": "list",
        "aria-invalid": invalid ? "true" : undefined,
        "aria-describedby": described || undefined,
        "aria-activedescendant": open && found[at] ? `${id}-o${at}` : undefined,
        value: text,
        onChange: (e) => (setText(e.target.value), setAt(0), setOpen(true)),
        onClick: () => setOpen(true),
        onFocus: (e) => e.target.select(),
        onBlur: () => (text.trim() ? null : chosen && pick0(setChosen, onPick), setOpen(false)),
        onKeyDown: press,
      }),
    ),
    open &&
      h(
        "div",
        { className: "menu", role: "listbox", id: `${id}-list`, ref: list },
        found.map(option),
        !found.length && !creates && h("div", { className: "mh" }, words.none),
        creates &&
          h(
            "button",
            { type: "button", className: "mi", onMouseDown: (e) => (e.preventDefault(), setOpen(false), onCreate(text.trim())) },
            words.create.replace("{text}", text.trim()),
          ),
      ),
  );
}

// an emptied field means no choice
const pick0 = (setChosen, onPick) => (setChosen(""), onPick?.(""));
