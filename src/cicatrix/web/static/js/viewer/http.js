// Talks with the server that the page came from, and turns its refusals into one sentence.

export class Refusal extends Error {}

async function answer(address, options) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...options });
  } catch {
    throw new Refusal("The program does not answer. Look whether it still runs, then try again.");
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => null);
  const error = told?.error;
  if (!error) throw new Refusal(`The program answered with ${response.status}. Load the page again.`);
  const allowed = error.allowed ? ` Allowed: ${error.allowed}.` : "";
  throw new Refusal([error.what, allowed, error.fix ? ` ${error.fix}` : ""].join("").trim());
}

export const getJson = async (address, signal) => (await answer(address, { signal })).json();
export const getBlob = async (address) => (await answer(address, {})).blob();
export const getBuffer = async (address) => (await answer(address, {})).arrayBuffer();
export const getText = async (address) => (await answer(address, {})).text();

export async function post(address, body) {
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF": csrf };
  return (await answer(address, { method: "POST", headers, body: JSON.stringify(body) })).json();
}
