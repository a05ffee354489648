"""Writes the language store into the frontend at compile time."""

import json
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin

from koprogo_app.core.i18n import DEFAULT, LOCALES

# The cookie is written at the first visit too: the server then words its rows in the language the page already shows.
STORE = """
import { useSyncExternalStore } from "react";
const LOCALES = %(locales)s, DEFAULT = %(default)s, listeners = new Set();
const known = (l) => (LOCALES.includes(l) ? l : DEFAULT);
const read = () => {
  const m = /(?:^|; )locale=(\\w\\w)/.exec(document.cookie);
  return known(m ? m[1] : (navigator.language || "").slice(0, 2));
};
let locale = typeof document === "undefined" ? DEFAULT : read();
const apply = () => {
  document.documentElement.lang = locale;
  const secure = window.location.protocol === "https:" ? ";secure" : "";
  document.cookie = `locale=${locale};path=/;max-age=31536000;samesite=lax${secure}`;
};
export const setLocale = (l) => {
  locale = known(l);
  apply();
  listeners.forEach((f) => f());
};
export const useLocale = () =>
  useSyncExternalStore((f) => (listeners.add(f), () => listeners.delete(f)), () => locale, () => DEFAULT);
if (typeof window !== "undefined") {
  window.__setLocale = setLocale;
  apply();
  queueMicrotask(apply);
}
"""


class I18nPlugin(Plugin):
    """Adds `$/utils/i18n`, which text.py imports."""

    def get_static_assets(self, **context: Any) -> list[tuple[Path, str | bytes]]:
        store = STORE % {"locales": json.dumps(LOCALES), "default": json.dumps(DEFAULT)}
        return [(Path("utils") / "i18n.js", store)]
