// Requests to the server that the page came from: JSON with the session's CSRF token; refusals as one sentence.

export class Refusal extends Error {}

export const csrfToken = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

// What to say about an answer that is no success; `told` is its JSON, or null.
export function refusalText(told, status) {
  const error = told?.error;
  if (!error) return `The program answered with ${status}. Load the page again.`;
  return [error.what, error.allowed && `Allowed: ${error.allowed}.`, error.fix].filter(Boolean).join(" ");
}

async function request(address, options) {
  try {
    return await fetch(address, { credentials: "same-origin", ...options });
  } catch {
    throw new Refusal("The program does not answer. Check that it still runs, then try again.");
  }
}

async function answer(address, options) {
  const response = await request(address, options);
  if (response.ok) return response;
  throw new Refusal(refusalText(await response.json().catch(() => null), response.status));
}

export const getJson = async (address, signal) => (await answer(address, { signal })).json();
export const getBlob = async (address) => (await answer(address, {})).blob();
export const getBuffer = async (address) => (await answer(address, {})).arrayBuffer();
export const getText = async (address) => (await answer(address, {})).text();

// Sends JSON and gives the JSON of the answer, also of one that lists what is wrong with the values.
export async function post(address, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF": csrfToken() };
  const response = await request(address, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await response.json().catch(() => null);
  if (told === null || told.error) throw new Refusal(refusalText(told, response.status));
  return told;
}
