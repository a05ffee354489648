// One place to drop or choose a file; sends it by multipart POST with its progress. Used by koprogo_app/ui/upload.py.
import { createElement as h, useId, useRef, useState } from "react";

const MB = 1024 * 1024;
const size = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / MB).toFixed(1)} MB`);

export function UploadBox({ url, name, accept, maxBytes, multiple, fields, words, onDone }) {
  const [files, setFiles] = useState([]); // {key, file, state: sending|stored|refused, percent, said, request}
  const [over, setOver] = useState(false);
  const input = useRef(null);
  const id = useId();
  const count = useRef(0);

  const patch = (key, change) => setFiles((all) => all.map((f) => (f.key === key ? { ...f, ...change } : f)));
  const drop = (key) => setFiles((all) => all.filter((f) => f.key !== key));

  const refusal = (file) => {
    const kinds = accept.split(",");
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return words.type;
    return file.size > maxBytes ? words.size : "";
  };

  const send = (file, key) => {
    const said = refusal(file);
    const request = new XMLHttpRequest();
    const entry = { key, file, request, said, percent: 0, state: said ? "refused" : "sending" };
    setFiles((all) => [...all.filter((f) => f.key !== key && (multiple || f.state === "sending")), entry]);
    if (said) return;
    const body = new FormData();
    for (const [field, value] of Object.entries(fields)) body.append(field, value);
    body.append(name, file);
    request.responseType = "json";
    request.upload.onprogress = (e) => e.lengthComputable && patch(key, { percent: Math.round((100 * e.loaded) / e.total) });
    request.onerror = () => patch(key, { state: "refused", said: words.failed, retry: true });
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        patch(key, { state: "stored", percent: 100 });
        onDone(String(request.response?.id ?? ""));
      } else patch(key, { state: "refused", said: request.response?.error ?? words.failed, retry: request.status >= 500 });
    };
    request.open("POST", url);
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.send(body);
  };
  const take = (list) => [...list].slice(0, multiple ? list.length : 1).forEach((file) => send(file, ++count.current));

  const line = (f) =>
    h(
      "li",
      { key: f.key, className: "file" },
      h(
        "div",
        { className: "grow col g1" },
        h("div", { className: "row" }, h("span", { className: "med ell" }, f.file.name), h("span", { className: "mut nw end" }, size(f.file.size))),
        f.state === "sending" && h("progress", { className: "prog", max: 100, value: f.percent, "aria-label": words.sending }),
        f.state === "sending" && h("span", { className: "mut" }, `${words.sending} ${f.percent} %`),
        f.state === "stored" && h("span", { className: "tone-ok" }, words.stored),
        f.state === "refused" && h("span", { className: "err" }, f.said),
      ),
      f.state === "sending" &&
        h("button", { type: "button", className: "btn sm", onClick: () => (f.request.abort(), drop(f.key)) }, words.cancel),
      f.retry && h("button", { type: "button", className: "btn sm", onClick: () => send(f.file, f.key) }, words.again),
    );

  return h(
    "div",
    { className: "field" },
    h("span", { className: "lab", id: `${id}-label` }, words.label),
    h(
      "label",
      {
        className: over ? "drop over" : "drop",
        onDragOver: (e) => (e.preventDefault(), setOver(true)),
        onDragLeave: () => setOver(false),
        onDrop: (e) => (e.preventDefault(), setOver(false), take(e.dataTransfer.files)),
      },
      h("span", null, h("span", { className: "med tone-acc" }, words.choose), " ", words.drop),
      h("span", { className: "hint", id: `${id}-limits` }, words.limits),
      h("input", {
        ref: input,
        type: "file",
        className: "sr",
        accept,
        multiple,
        "aria-labelledby": `${id}-label`,
        "aria-describedby": `${id}-limits`,
        onChange: (e) => (take(e.target.files), (e.target.value = "")),
      }),
    ),
    h("ul", { className: "files", "aria-live": "polite" }, files.map(line)),
  );
}
