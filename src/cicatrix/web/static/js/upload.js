// Sends a capture with progress, from chosen or dropped files and folders. Without scripts the form sends itself.
import { csrfToken, refusalText } from "./http.js";

const form = document.getElementById("upload");
const drop = document.getElementById("drop");
const said = document.getElementById("dropped");
const sending = document.getElementById("sending");
const refused = document.getElementById("refused");
const most = {
  files: Number(form.dataset.mostFiles),
  file: Number(form.dataset.mostFileBytes),
  all: Number(form.dataset.mostBytes),
};
const inputs = [...form.querySelectorAll('input[type="file"]')];
let dropped = [];

const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;

function chosen() {
  const picked = inputs.flatMap((input) =>
    [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })),
  );
  return [...picked, ...dropped];
}

function wrong(files) {
  if (!files.length) return "No file was chosen. Choose the photographs of one capture, their folder, or a zip of it.";
  if (files.length > most.files) return `${files.length} files are chosen; at most ${most.files} are allowed.`;
  const long = files.find(({ file }) => file.size > most.file);
  if (long) return `${long.name} has ${megabytes(long.file.size)}; at most ${megabytes(most.file)} are allowed.`;
  const all = files.reduce((sum, { file }) => sum + file.size, 0);
  return all > most.all ? `The files have ${megabytes(all)}; at most ${megabytes(most.all)} are allowed.` : "";
}

function tell() {
  const files = chosen();
  const all = files.reduce((sum, { file }) => sum + file.size, 0);
  said.textContent = files.length
    ? `${files.length} file${files.length === 1 ? "" : "s"} chosen, ${megabytes(all)}.`
    : "Nothing chosen yet.";
  refuse("");
}

function refuse(text) {
  refused.textContent = text;
  refused.hidden = !text;
}

const filesOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

async function walk(entry, path, found) {
  if (found.length > most.files) return;
  if (entry.isFile) {
    found.push({ file: await filesOf(entry), name: path + entry.name });
    return;
  }
  const reader = entry.createReader();
  for (let some = await entriesOf(reader); some.length; some = await entriesOf(reader)) {
    for (const one of some) await walk(one, `${path}${entry.name}/`, found);
  }
}

drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  // The entries are gone once this handler waits for anything.
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  // Without entries (files that another page or program hands over) there are no folders to look into.
  const found = entries.length ? [] : [...event.dataTransfer.files].map((file) => ({ file, name: file.name }));
  try {
    for (const entry of entries) await walk(entry, "", found);
  } catch {
    refuse("What was dropped cannot be read. Choose it with the buttons instead.");
    return;
  }
  dropped = found;
  tell();
});
for (const input of inputs) input.addEventListener("change", tell);

function send(files) {
  const body = new FormData();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrf") body.append(name, value);
  }
  for (const { file, name } of files) body.append("files", file, name);
  const request = new XMLHttpRequest();
  request.open("POST", `${form.getAttribute("action")}.json`);
  request.setRequestHeader("X-CSRF", csrfToken());
  request.setRequestHeader("Accept", "application/json");
  return { request, start: () => request.send(body) };
}

function answered(request) {
  let told = null;
  try {
    told = JSON.parse(request.responseText);
  } catch {
    // An answer that is not JSON is described by its status below.
  }
  if (request.status === 201 && told?.id) return { job: told.id };
  return { refusal: refusalText(told, request.status) };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const files = chosen();
  const why = wrong(files);
  refuse(why);
  if (why) return;
  const { request, start } = send(files);
  const bar = document.getElementById("sending-bar");
  const words = document.getElementById("sending-said");
  const button = form.querySelector("button.primary");
  const over = (text) => {
    sending.hidden = true;
    button.disabled = false;
    refuse(text);
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
    words.textContent = loaded < total ? `Sending: ${megabytes(loaded)} of ${megabytes(total)}.` : "Sent. One moment.";
  });
  request.addEventListener("load", () => {
    const { job, refusal } = answered(request);
    if (job) location.assign(`/jobs/${job}`);
    else over(refusal);
  });
  request.addEventListener("error", () =>
    over(
      "The files could not be sent: the program stopped listening, or refused them before all were sent. Check their number and size, and try again.",
    ),
  );
  request.addEventListener("abort", () => over("Sending was stopped; nothing was added."));
  document.getElementById("sending-stop").onclick = () => request.abort();
  button.disabled = true;
  sending.hidden = false;
  words.textContent = "Sending.";
  start();
});
