// Saves each answer as it is given; without scripts the form's button saves the whole screen.
import { Refusal, post } from "./http.js";

const form = document.getElementById("topic");
const status = document.getElementById("saved");
const address = `${form.getAttribute("action")}.json`;
const writable = form.querySelector("button.primary") !== null;
let turn = Promise.resolve();

function given(name) {
  const fields = [...form.elements].filter((one) => one.name === name);
  if (fields[0].type === "checkbox") return fields.filter((one) => one.checked).map((one) => one.value);
  if (fields[0].type === "radio") return fields.find((one) => one.checked)?.value ?? "";
  return fields[0].value;
}

function tell(name, text) {
  const place = document.getElementById(`wrong-${name}`);
  place.textContent = text ?? "";
  place.hidden = !text;
  for (const one of form.elements) {
    if (one.name === name && one.type !== "radio" && one.type !== "checkbox") {
      one.setAttribute("aria-invalid", text ? "true" : "false");
    }
  }
}

async function save(name) {
  status.textContent = "Saving…";
  try {
    const told = await post(address, { answers: { [name]: given(name) } });
    tell(name, told.errors[name]);
    status.textContent = told.saved ? "Saved." : "Not saved: see below.";
  } catch (error) {
    const why = error instanceof Refusal ? error.message : "Load the page again.";
    status.textContent = `Not saved. ${why}`;
  }
}

if (writable) {
  form.addEventListener("change", (event) => {
    const one = event.target;
    if (one.type === "checkbox" && one.checked) {
      // "Nothing" and something exclude each other.
      for (const other of form.elements) {
        if (other.name === one.name && (other.value === "none") !== (one.value === "none")) other.checked = false;
      }
    }
    turn = turn.then(() => save(one.name));
  });
} else {
  for (const one of form.elements) one.disabled = true;
}
